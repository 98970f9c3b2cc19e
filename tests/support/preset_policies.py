"""Policies that consist of presets alone."""

from cookiewarden import Policy

# Presets of frameworks and their libraries, and the documentation that they cite.
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
# Presets of applications, and the hosts of what they cite: documentation, or code if no documentation says it.
APPLICATIONS = {
    "datasette": {"docs.datasette.io"},
    "gradio": {"www.gradio.app"},
    "isso": {"isso-comments.de"},
    "pretix": {"docs.pretix.eu"},
    "trac": {"trac.edgewall.org", "github.com"},
    "zope": {"zope.readthedocs.io", "github.com"},
}
# Cookies of applications that the sites work without; all others in presets are necessary.
OPTIONAL = {"trac_session": "first-party"}
# Presets of what runs in front of an app, and the provider on the policy page; none if the site runs it itself.
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
ALL = [*FRAMEWORKS, *APPLICATIONS, *EDGES]
OURS = "cookies_preferences"


def extending(*presets):
    return Policy.from_mapping({"extends": [f"preset:{preset}" for preset in presets], "site": {"name": "X"}})


def declarations_of(*presets):
    return [declaration for declaration in extending(*presets).declarations if declaration.names != (OURS,)]
