# docker build -t factcheck .
# docker run -it -v factcheck:/data factcheck users add ana --role admin
# docker run -p 127.0.0.1:8000:8000 -v factcheck:/data -e FACTCHECK_OPERATING_POINT=sensitive factcheck
FROM python:3.11-slim

# On x86-64, the ordinary torch brings CUDA along. For a far smaller image give the address of PyTorch's CPU builds,
# which the installation page of PyTorch names: --build-arg TORCH_INDEX_URL=…
ARG TORCH_INDEX_URL=""

RUN useradd --create-home --uid 10001 factcheck && install -d -o factcheck -g factcheck /data
WORKDIR /app

# the libraries first: they change seldom and take long
COPY pyproject.toml README.md LICENSE ./
COPY factcheck/__init__.py factcheck/__init__.py
RUN if [ -n "$TORCH_INDEX_URL" ]; then \
        pip install --no-cache-dir --index-url "$TORCH_INDEX_URL" "torch>=2.13,<2.14"; \
    fi && pip install --no-cache-dir .

COPY factcheck factcheck
RUN pip install --no-cache-dir --no-deps --force-reinstall .

USER 10001
WORKDIR /home/factcheck
ENV FACTCHECK_INDEX=/data/index FACTCHECK_CACHE=/data/cache PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f\"http://127.0.0.1:{os.environ.get('FACTCHECK_PORT', 8000)}/healthz\", timeout=4)"]

# others can reach 0.0.0.0, so this asks for an account first; publish the port on 127.0.0.1, or behind a proxy with https
ENTRYPOINT ["factcheck"]
CMD ["serve", "--host", "0.0.0.0"]
