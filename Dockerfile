# The bot in a container: docker compose up (compose.yaml), or
#   docker build --tag ainews . && docker run --env-file .env --volume ainews:/data ainews
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends binutils
WORKDIR /src
COPY deploy/requirements-build.txt deploy/requirements.txt deploy/
RUN python -m venv build && python -m venv --without-pip /opt/ainews \
    && build/bin/pip install --no-cache-dir \
        --require-hashes --requirement deploy/requirements-build.txt \
    && build/bin/pip --python /opt/ainews/bin/python install --no-cache-dir --no-compile \
        --only-binary :all: --require-hashes --requirement deploy/requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY store store
COPY bot bot
COPY adapters adapters
RUN build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir dist . \
    && build/bin/pip --python /opt/ainews/bin/python install --no-cache-dir --no-compile \
        --no-deps dist/*.whl
# Half of the size: symbols for debuggers, libraries' sources beside their bytecode (tools/slim.py).
COPY tools/load.py tools/slim.py tools/
RUN find /opt/ainews -name '*.so*' -exec strip --strip-unneeded {} + \
    && /opt/ainews/bin/python tools/load.py \
    && /opt/ainews/bin/python tools/slim.py /opt/ainews/lib/python*/site-packages

FROM python:${PYTHON}-slim
COPY --from=build /opt/ainews /opt/ainews
ENV PATH=/opt/ainews/bin:$PATH
# What is loaded of Python itself has its bytecode too: a start takes half as long.
RUN --mount=type=bind,source=tools/load.py,target=/tmp/load.py python /tmp/load.py \
    && install --directory --owner=10001 --group=10001 /data
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    AINEWS_DATA_FOLDER=/data \
    AINEWS_HTTP=127.0.0.1:3000
USER 10001:10001
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --start-interval=2s \
    CMD ["ainews", "health"]
ENTRYPOINT ["ainews"]
CMD ["run"]
