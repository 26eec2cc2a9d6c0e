# The host of an enclave: relay, launchers and command line. Trusted with nothing.
FROM node:20-trixie-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends bubblewrap ca-certificates debian-archive-keyring \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /nacre
COPY . .
RUN npm ci --no-audit --no-fund \
 && mkdir --parents /var/lib/nacre \
 && chown node:node /var/lib/nacre
USER node
EXPOSE 8443 8080 8090
HEALTHCHECK --interval=30s --timeout=5s CMD ["node", "docker/healthcheck.mjs"]
ENTRYPOINT ["node", "host/nacre.mjs", "serve", "--listen", "0.0.0.0", "--state", "/var/lib/nacre"]
CMD ["--machine", "simulated"]
