# Builds the enclave image file and its measurements, on any machine with Docker:
#
#   docker build --file docker/enclave.Dockerfile --output type=local,dest=out .
#
# What comes out depends on the sources alone: kernel, libraries, compiler and Node binary are pinned in host/image/packages.json, whatever versions this builder has of its own.
FROM debian:trixie-slim AS builder
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates debian-archive-keyring nodejs npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /nacre
COPY . .
RUN npm ci --no-audit --no-fund
RUN mkdir /out \
 && node host/nacre.mjs image build --out /out/nacre.eif --cache /tmp/packages --json > /out/measurements.json

FROM scratch
COPY --from=builder /out/ /
