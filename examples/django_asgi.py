"""A Django site, as ASGI, wrapped with cookiewarden. Start it with: python examples/django_asgi.py"""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.shortcuts import render
from django.urls import path

from cookiewarden import banner_of
from cookiewarden.asgi import CookieWardenMiddleware

PAGES = {
    "base.html": """<!doctype html><html lang="en"><meta name="color-scheme" content="light dark">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Exampletown</title>
<main>{% block main %}{% endblock %}</main>
<footer><a href="/cookies">Cookie policy</a> · <a href="/cookies/preferences">Cookie preferences</a></footer>
{{ cookie_banner }}""",
    "page.html": """{% extends "base.html" %}
{% block main %}<h1>Exampletown</h1><p>Look at the cookies, choose, and look again.</p>{% endblock %}""",
}


def banner(request):  # a context processor, so that base.html can show the banner; called only if it does
    return {"cookie_banner": lambda: banner_of(request)}


def page(request):
    request.session["visited"] = True  # "sessionid", declared by preset:django: always passes
    response = render(request, "page.html")
    response.set_cookie("_ga", "GA1.1.42")  # declared statistical: passes once the visitor accepts
    response.set_cookie("pixel", "42")  # not declared: never passes
    return response


urlpatterns = [path("", page)]
key = os.environ.get("COOKIEWARDEN_SECRET_KEY")
if not key:
    key = secrets.token_urlsafe()
    print("COOKIEWARDEN_SECRET_KEY is not set: this process uses a random key, so choices are lost when it ends")
options = {"loaders": [("django.template.loaders.locmem.Loader", PAGES)], "context_processors": [f"{__name__}.banner"]}
settings.configure(
    ROOT_URLCONF=__name__,
    SECRET_KEY=key,
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": options}],
)
site = get_asgi_application()
app = CookieWardenMiddleware(site, policy=Path(__file__).with_name("cookies_django.toml"), secret_key=key)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=8000)
