# OnCue in a container. This file has not been built yet: where it was written there was no Docker engine. What it runs
# (npm ci, npm run build, npm prune, docker-entrypoint.sh as root and confined) was tried by itself, on a copy without
# fractions of seconds, as layers are.
#
#   docker build -t oncue . && docker run -d -p 6868:6868 -v ./config:/config -v /data/media:/data/media -e PUID=1000 -e PGID=1000 oncue
#
# Debian, since the Node that comes with the packages is built for glibc. linux/amd64 and linux/arm64.

FROM node:lts-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# The page, and the server put together, which lies with its packages and is used only beside these very files: so what
# was needed to build is taken away from them rather than installing them anew.
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates tzdata util-linux \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/adapters/web/dist ./adapters/web/dist
COPY package.json package-lock.json docker-entrypoint.sh LICENSE README.md ./
COPY core ./core
COPY adapters ./adapters
COPY app ./app
COPY config ./config

ENV ONCUE_CONFIG_DIR=/config \
    ONCUE_HOST=0.0.0.0 \
    ONCUE_PORT=6868 \
    PUID=1000 \
    PGID=1000 \
    TZ=Etc/UTC
VOLUME /config
EXPOSE 6868
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["/app/node_modules/.bin/node", "-e", "fetch(`http://127.0.0.1:${process.env.ONCUE_PORT}/api/system/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Starts as root only to take the rights of PUID and PGID; "user:" in compose, or --user, works as well.
ENTRYPOINT ["/app/docker-entrypoint.sh"]
