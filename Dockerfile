# The lab as one container: a Python environment from the lock file, and the files that the app reads.
# docs/hosting.md says how to run it. It works on a read-only file system.

FROM python:3.11-slim-bookworm AS environment
COPY requirements.lock /
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r /requirements.lock
# a package more: deploy/compose.yaml adds Dask
ARG EXTRA_PACKAGE=""
RUN [ -z "$EXTRA_PACKAGE" ] || /venv/bin/pip install --no-cache-dir "$EXTRA_PACKAGE"

FROM python:3.11-slim-bookworm
# Hugging Face runs containers as user 1000; the folder is for downloaded data
RUN useradd --uid 1000 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin lab \
    && install --directory --owner lab /var/lib/backprop-lab
COPY --from=environment /venv /venv
WORKDIR /app
COPY LICENSE streamlit_app.py ./
COPY .streamlit .streamlit
COPY pages pages
COPY ui ui
COPY lab lab
COPY mlp mlp
COPY data data
# compiled now, because the lab's user cannot write here
RUN /venv/bin/python -m compileall -q .
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    OPENBLAS_NUM_THREADS=1 \
    MALLOC_ARENA_MAX=1 \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501 \
    STREAMLIT_SERVER_HEADLESS=true \
    STREAMLIT_SERVER_FILE_WATCHER_TYPE=none \
    BACKPROP_LAB_DATA=/var/lib/backprop-lab
USER 1000
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; base = os.environ.get('STREAMLIT_SERVER_BASE_URL_PATH', '').strip('/'); r.urlopen('http://127.0.0.1:' + os.environ['STREAMLIT_SERVER_PORT'] + ('/' + base if base else '') + '/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "streamlit_app.py"]
