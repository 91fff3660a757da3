"""The site's pages as a WSGI application, as granian serves them and as `core/asgi.py` embeds them."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
os.environ.setdefault("STATEMENT_SECONDS", "20")

from core.serve.bodies import measured  # noqa: E402

application = measured(get_wsgi_application())
