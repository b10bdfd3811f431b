# One file, five images: `docker build --target api|worker|bridge|engine|cli .` (docker-compose.yml does it, but for cli).
# They share the layers of their packages, so the disk holds those once; each gets only its own program on top.

ARG NODE_IMAGE=node:22-bookworm-slim

# Everything that is needed to build; nothing of it but dist/ leaves this stage.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
# Its CPU library is in the package; the install step would only fetch CUDA libraries.
ENV ONNXRUNTIME_NODE_INSTALL=skip
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY libs libs
COPY apps apps
# The operator's page shows its chapters.
COPY docs/RUNBOOK.md docs/RUNBOOK.md
RUN npm run build

# What the programs need to run.
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
ENV ONNXRUNTIME_NODE_INSTALL=skip
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

# Only the engine runs a neural network; its runtime is 290 MB. Leaving out all optional packages instead would
# take the native parts of sharp and libsql along.
FROM packages AS packages-without-onnx
RUN rm -rf node_modules/onnxruntime-node node_modules/onnxruntime-common

FROM packages AS packages-with-onnx
RUN rm -rf node_modules/onnxruntime-node/bin/napi-v*/darwin node_modules/onnxruntime-node/bin/napi-v*/win32

FROM ${NODE_IMAGE} AS runtime
ENV NODE_ENV=production
WORKDIR /app
# A volume that is mounted here for the first time takes over this owner.
RUN mkdir /data && chown node:node /data
COPY package.json ./
COPY deploy/healthcheck.mjs deploy/healthcheck.mjs
USER node
# Each program ends by itself at SIGTERM: it finishes what it holds, up to SHUTDOWN_GRACE.
STOPSIGNAL SIGTERM

FROM runtime AS api
ENV DATA_DIR=/data
COPY --from=packages-without-onnx /app/node_modules node_modules
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps/api dist/apps/api
COPY --from=build /app/dist/apps/web dist/apps/web
COPY workflows workflows
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "deploy/healthcheck.mjs", "http://127.0.0.1:3000/readyz"]
CMD ["node", "dist/apps/api/src/main.js"]

FROM runtime AS worker
ENV DATA_DIR=/data
COPY --from=packages-without-onnx /app/node_modules node_modules
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps/worker dist/apps/worker
COPY workflows workflows
EXPOSE 3001
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "deploy/healthcheck.mjs", "http://127.0.0.1:3001/readyz"]
CMD ["node", "dist/apps/worker/src/main.js"]

FROM runtime AS bridge
ENV DATA_DIR=/data
COPY --from=packages-without-onnx /app/node_modules node_modules
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps/bridge dist/apps/bridge
COPY workflows workflows
EXPOSE 3201
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "deploy/healthcheck.mjs", "http://127.0.0.1:3201/readyz"]
CMD ["node", "dist/apps/bridge/src/main.js"]

FROM runtime AS engine
ENV ENGINE_DIR=/data
COPY --from=packages-with-onnx /app/node_modules node_modules
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps/engine dist/apps/engine
EXPOSE 8190
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "deploy/healthcheck.mjs", "http://127.0.0.1:8190/system_stats"]
CMD ["node", "dist/apps/engine/src/main.js"]

# The command line, for machines that have Docker and no Node: `docker run --rm photo-repair-cli --help`.
FROM runtime AS cli
COPY --from=packages-without-onnx /app/node_modules node_modules
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps/cli dist/apps/cli
COPY workflows workflows
ENTRYPOINT ["node", "/app/dist/apps/cli/src/main.js"]
