"""The site's pages as a WSGI application, as granian serves them in production."""

import os

from django.core.wsgi import get_wsgi_application

from core.serve.bodies import measured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
os.environ.setdefault("STATEMENT_SECONDS", "20")

application = measured(get_wsgi_application())
