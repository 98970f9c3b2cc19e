"""The ASGI application, for uvicorn, daphne and the like."""

import os

from cookiewarden.django import get_asgi_application  # in place of django.core.asgi

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exampletown.settings")

application = get_asgi_application()
