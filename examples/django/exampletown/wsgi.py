"""The WSGI application, for runserver, gunicorn and the like."""

import os

from cookiewarden.django import get_wsgi_application  # in place of django.core.wsgi

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exampletown.settings")

application = get_wsgi_application()
