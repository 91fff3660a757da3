# The site in one image; what a container does is its command (see compose.yaml).
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /site

COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/base.txt

COPY . .
# Translations and static files are made once, here; the values are needed to read the settings and go nowhere.
RUN DEBUG=0 SECRET_KEY=build ALLOWED_HOSTS=build DATABASE_URL=sqlite:////tmp/build.sqlite3 \
    sh -c 'python manage.py words && python manage.py collectstatic --noinput' \
    && useradd --system --home-dir /site site && mkdir -p /media && chown -R site var /media
USER site

ENV DEBUG=0 MEDIA_ROOT=/media PORT=8000
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
CMD ["python", "manage.py", "serve", "pages", "--host", "0.0.0.0"]
