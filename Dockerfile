# For builds that are the same to the byte, pin the base image by its digest
# (python:3.11-slim-bookworm@sha256:...) and move it when Debian mends something.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 libfribidi0 libgomp1 \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY requirements requirements
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements/default.lock

COPY ocr.py cli.py utility.py ./
COPY picture picture
COPY deploy deploy
COPY templates templates
COPY static static

# Weights and fonts are part of the image: a container starts without a network,
# on a read-only root and as any user. It writes to uploads/, output/ and /tmp.
RUN python ocr.py --prepare \
    && useradd --system --no-create-home ocr \
    && mkdir -p uploads output \
    && chmod 1777 uploads output

USER ocr
ENV PYTHONUNBUFFERED=1
EXPOSE 5001
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + (os.environ.get('OCR_PORT') or '5001') + '/readyz', timeout=2)"]
CMD ["python", "ocr.py"]
