# Google's Firestore emulator, for deploy/compose/emulator.yml.
FROM node:22-slim
# Debian keeps one version of it for each release.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends default-jre-headless \
    && rm -rf /var/lib/apt/lists/* \
    && npm install --global firebase-tools@15 \
    && firebase setup:emulators:firestore
WORKDIR /emulator
RUN echo '{"emulators": {"firestore": {"host": "0.0.0.0", "port": 8080}, "ui": {"enabled": false}}}' > firebase.json
CMD ["firebase", "emulators:start", "--only", "firestore", "--project", "demo-burrow"]
