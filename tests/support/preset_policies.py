"""Policies that are made of presets alone."""

from cookiewarden import Policy

# Presets of frameworks and their libraries, and where their facts come from.
FRAMEWORKS = {
    "django": "docs.djangoproject.com",
    "django-allauth": "docs.allauth.org",
    "flask": "flask.palletsprojects.com",
    "flask-login": "flask-login.readthedocs.io",
    "litestar": "docs.litestar.dev",
    "pyramid": "docs.pylonsproject.org",
    "quart": "quart.palletsprojects.com",
    "starlette": "starlette.dev",
}
# Presets of what stands in front of an app, and whom the policy page names for it: nobody, where the site runs it.
EDGES = {
    "aws": "Amazon Web Services",
    "azure": "Microsoft Azure",
    "cloudflare": "Cloudflare",
    "f5": None,
    "google": "Google Cloud",
    "haproxy": None,
    "imperva": "Imperva",
    "nginx": None,
}
ALL = [*FRAMEWORKS, *EDGES]
OURS = "cookies_preferences"


def extending(*presets):
    return Policy.from_mapping({"extends": [f"preset:{preset}" for preset in presets], "site": {"name": "X"}})


def declarations_of(*presets):
    return [declaration for declaration in extending(*presets).declarations if declaration.names != (OURS,)]
