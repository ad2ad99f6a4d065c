FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VAR_DIR=/data \
    DJANGO_SETTINGS_MODULE=portal.settings.production

WORKDIR /portal
COPY requirements.lock .
RUN pip install --no-cache-dir --no-deps --only-binary :all: --require-hashes -r requirements.lock

COPY . .
# Stand-ins for the settings that only running needs.
RUN SECRET_KEY=build ALLOWED_HOSTS=build VAR_DIR=/tmp/build \
    python manage.py compile_catalogues --force \
    && useradd --system --uid 1000 portal \
    && mkdir /data && chown portal /data

USER portal
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "--config", "python:portal.operations.gunicorn", "--preload", \
     "--bind", "0.0.0.0:8000", "portal.wsgi"]
