"""The site as one ASGI application: sockets by Channels, pages by Django's WSGI handler in a pool of threads.

Pages under Django's own ASGI handler cost more, and their database connections do not persist safely.
"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
os.environ.setdefault("STATEMENT_SECONDS", "20")

pages = get_wsgi_application()  # sets Django up; what follows imports models

from core.live.routing import websocket  # noqa: E402
from core.serve.embedded import Site  # noqa: E402

application = Site(pages=pages, sockets=websocket)
