# One process that serves Slack. Its store lies on the volume /data, which holds no code; an
# investigator of your own goes into /app: FROM burrow, then COPY acme.py /app/.
FROM python:3.13-slim AS build

# requirements-agent.txt brings what INVESTIGATOR=agent needs.
ARG REQUIREMENTS=requirements.txt
WORKDIR /src
COPY requirements*.txt ./
RUN python -m venv /opt/burrow \
    && /opt/burrow/bin/pip install --no-cache-dir -r "$REQUIREMENTS"
COPY . .
RUN /opt/burrow/bin/pip install --no-cache-dir --no-deps .

FROM python:3.13-slim

# An init, since tools of an investigator are processes whose end somebody has to take note of.
# Debian keeps one version of it for each release.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* \
    && mkdir /app /data \
    && chmod 770 /data

COPY --from=build /opt/burrow /opt/burrow
# Nothing is written but below /data, so the root may be read-only; any user id of group 0 will do.
ENV PATH=/opt/burrow/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/data \
    SESSION_STORE=sqlite:////data/burrow.db \
    HTTP_ADDRESS=:: \
    HEALTH_ADDRESS=0.0.0.0 \
    HEALTH_PORT=8080
WORKDIR /app
VOLUME /data
USER 10001:0

HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"HEALTH_PORT\"]}/livez', timeout=4)"]
ENTRYPOINT ["tini", "--", "burrow"]
CMD ["run"]
