"""The settings of the site. cookiewarden needs the two that are marked."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = os.environ.get("SECRET_KEY", "django-insecure-for-this-example-only")
DEBUG = True
ALLOWED_HOSTS: list[str] = []

INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "cookiewarden.django",  # cookiewarden: the template tags, and the checks of manage.py
    "exampletown",
]

COOKIEWARDEN = {"policy": BASE_DIR / "cookies.toml"}  # cookiewarden: its options

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]

ROOT_URLCONF = "exampletown.urls"
WSGI_APPLICATION = "exampletown.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"  # so that the example needs no database
STATIC_URL = "static/"
