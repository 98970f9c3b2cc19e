"""A Django site, as WSGI, behind cookiewarden. Start it with: python examples/django_wsgi.py"""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path
from django.views.decorators.http import require_POST

from cookiewarden import consent_of
from cookiewarden.wsgi import CookieWardenMiddleware

PAGE = """<!doctype html><title>Exampletown</title><p>Look at the cookies, choose, and look again.</p>
<form method="post" action="/accept"><button>Accept statistics</button></form>
<form method="post" action="/refuse"><button>Refuse</button></form>"""


def page(request):
    request.session["visited"] = True  # "sessionid", declared by preset:django: always passes
    response = HttpResponse(PAGE)
    response.set_cookie("_ga", "GA1.1.42")  # declared statistical: passes once the visitor accepts
    response.set_cookie("pixel", "42")  # not declared: never passes
    return response


# A real site guards these two against requests forged by other sites, as it does any form.
def accept(request):
    consent_of(request).grant("statistical")
    return HttpResponseRedirect("/")


def refuse(request):
    consent_of(request).withdraw()
    return HttpResponseRedirect("/")


urlpatterns = [path("", page), path("accept", require_POST(accept)), path("refuse", require_POST(refuse))]
key = os.environ.get("COOKIEWARDEN_SECRET_KEY")
if not key:
    key = secrets.token_urlsafe()
    print("COOKIEWARDEN_SECRET_KEY is not set, so a key was made up: choices last until this program ends")
settings.configure(
    ROOT_URLCONF=__name__,
    SECRET_KEY=key,
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
)
site = get_wsgi_application()
app = CookieWardenMiddleware(site, policy=Path(__file__).with_name("cookies_django.toml"), secret_key=key)

if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    print("Serving on http://127.0.0.1:8000")
    make_server("127.0.0.1", 8000, app).serve_forever()
