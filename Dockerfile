FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 libfribidi0 \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY ocr.py utility.py ./
COPY picture picture
COPY deploy deploy
COPY templates templates
COPY static static

# Weights and fonts are part of the image: a container starts without a network.
RUN python ocr.py --prepare \
    && useradd --system --no-create-home ocr \
    && mkdir -p uploads output \
    && chown ocr uploads output

USER ocr
# PaddleX insists on a folder to write to, and this user has no home.
ENV PYTHONUNBUFFERED=1 PADDLE_PDX_CACHE_HOME=/tmp/paddlex
EXPOSE 5001
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:5001/readyz', timeout=2)"]
CMD ["python", "ocr.py"]
