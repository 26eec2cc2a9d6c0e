#!/usr/bin/env bash
# Prepares an EC2 instance (Amazon Linux 2023, launched with --enclave-options Enabled=true) to run an enclave, and installs the host as a service. Run as root, from a checkout with nacre.eif in it:
#   sudo NACRE_MEMORY_MIB=1024 NACRE_CPUS=2 docker/prepare-instance.sh
# Not tried on AWS: shellcheck has read it, no instance has run it.
set -euo pipefail

memory_mib=${NACRE_MEMORY_MIB:-1024}
cpus=${NACRE_CPUS:-2}
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

fail() {
  echo "prepare-instance: $1" >&2
  exit 1
}

[ "$(id -u)" = 0 ] || fail 'run it as root'
[ -e /dev/nitro_enclaves ] || fail 'there is no /dev/nitro_enclaves: launch the instance with --enclave-options Enabled=true'
[ -f "$checkout/nacre.eif" ] || fail "there is no $checkout/nacre.eif: build it (docker/README.md) and copy it there"
[[ $memory_mib =~ ^[0-9]+$ && $cpus =~ ^[0-9]+$ ]] || fail 'NACRE_MEMORY_MIB and NACRE_CPUS are numbers'

dnf install --assumeyes aws-nitro-enclaves-cli nodejs20 nodejs20-npm
command -v node >/dev/null || ln --symbolic /usr/bin/node-20 /usr/bin/node

# The instance gives this much away to its enclaves, before anything else can take it.
cat >/etc/nitro_enclaves/allocator.yaml <<YAML
---
memory_mib: $memory_mib
cpu_count: $cpus
YAML
systemctl enable --now nitro-enclaves-allocator.service

id nacre >/dev/null 2>&1 || useradd --system --home-dir /var/lib/nacre --shell /sbin/nologin --groups ne nacre
if [ "$checkout" != /opt/nacre ]; then
  mkdir --parents /opt/nacre
  cp --recursive --no-target-directory "$checkout" /opt/nacre
fi
npm ci --prefix /opt/nacre --no-audit --no-fund
chown --recursive root:root /opt/nacre

install --directory --mode=0755 /etc/nacre
printf 'NACRE_MEMORY_MIB=%s\nNACRE_CPUS=%s\n' "$memory_mib" "$cpus" >/etc/nacre/environment
install --mode=0644 /opt/nacre/docker/nacre.service /etc/systemd/system/nacre.service
systemctl daemon-reload
systemctl enable --now nacre.service

echo 'The enclave starts. Follow it: journalctl --unit nacre --follow'
