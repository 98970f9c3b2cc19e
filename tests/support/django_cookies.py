"""Print as JSON the Set-Cookie lines of Django and, if it is installed, of django-allauth.

Some pages of django-allauth need a database, Apple's keys or the library for SAML. For those, the code behind the page
is called instead.
"""

import json
import re
from importlib.resources import files
from importlib.util import find_spec

import django
from django import conf, http, test, urls
from django.contrib import messages
from django.middleware.csrf import get_token
from django.views.i18n import set_language

ALLAUTH = ["allauth", "allauth.account", "allauth.socialaccount", "allauth.mfa"] if find_spec("allauth") else []


def page(request):
    request.session["seen"] = True
    messages.info(request, "Saved")
    return http.HttpResponse(get_token(request))


def of_django():
    client = test.Client()
    return [client.get("/"), client.post("/language", {"language": "fr"})]


def of_allauth():
    from allauth.mfa.internal.flows import trust
    from allauth.socialaccount.providers.apple.apple_session import get_apple_session
    from allauth.socialaccount.sessions import LoginSession

    request = test.RequestFactory().post("/")
    trust.create_config_fingerprint = lambda user: "x"  # the original asks the database
    trusted, apple, saml = http.HttpResponse(), *map(http.HttpResponseRedirect, ["/apple/finish/", "/saml/finish/"])
    trust.trust_browser(request, None, trusted)
    get_apple_session(request).save(apple)
    source = files("allauth.socialaccount.providers").joinpath("saml", "views.py").read_text("utf-8")
    [arguments] = set(re.findall(r'LoginSession\(request, "(\w+)", "([\w-]+)"\)', source))
    LoginSession(request, *arguments).save(saml)
    return [trusted, apple, saml]


def lines_of(answers):
    return [morsel.OutputString() for answer in answers for morsel in answer.cookies.values()]


urlpatterns = [urls.path("", page), urls.path("language", set_language)]

if __name__ == "__main__":
    conf.settings.configure(
        SECRET_KEY="of a test",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.messages", *ALLAUTH],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            *(["allauth.account.middleware.AccountMiddleware"] if ALLAUTH else []),
        ],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",  # the only one that needs no database
        MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
    )
    django.setup()
    print(json.dumps({"django": lines_of(of_django()), "django-allauth": lines_of(of_allauth()) if ALLAUTH else []}))
