"""The parts that a Python project may be made with, and the packages that requirements name.

Rule: a part is recognised by the name of its package, or by that of its app in Django, and by nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

# The name that a requirement begins with (PEP 508), and what may follow it.
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:[\[<>=!~;@(,]|\s#|$)")
# The name that the fragment of an address gives to what is there, as in git+https://example.org/x#egg=x.
_EGG = re.compile(r"(?:^|&)egg=([A-Za-z0-9][A-Za-z0-9._-]*)")


class Part(NamedTuple):
    """Something that a project is made with. ``preset`` declares its cookies: ``""`` if it sets none.

    ``framework``: the one whose app is to be wrapped, ``""`` if it is none.
    """

    name: str
    preset: str
    framework: str


PARTS = (
    Part("Django", "preset:django", "django"),
    Part("django-allauth", "preset:django-allauth", "django"),
    Part("Flask", "preset:flask", "flask"),
    Part("Flask-Login", "preset:flask-login", "flask"),
    Part("Flask-WTF", "preset:flask", "flask"),
    Part("FastAPI", "preset:starlette", "starlette"),
    Part("Starlette", "preset:starlette", "starlette"),
    Part("Quart", "preset:quart", "quart"),
    Part("Litestar", "preset:litestar", "litestar"),
    Part("Pyramid", "preset:pyramid", "pyramid"),
    Part("Falcon", "", "falcon"),
    Part("Bottle", "", "bottle"),
    Part("Datasette", "preset:datasette", ""),
    Part("Gradio", "preset:gradio", ""),
    Part("Isso", "preset:isso", ""),
    Part("pretix", "preset:pretix", "django"),
    Part("Trac", "preset:trac", ""),
    Part("Zope", "preset:zope", ""),
)
BY_PACKAGE = {part.name.lower(): part for part in PARTS}
#: The first part of a name under INSTALLED_APPS that is not the name of its package.
BY_APP = {"allauth": BY_PACKAGE["django-allauth"]}


def parts_of(requirements: Iterable[str]) -> list[Part]:
    """Return the parts that requirements name, each a line of a file of requirements.

    >>> [part.name for part in parts_of(["flask>=3", "git+https://example.org/x@main#egg=Django"])]
    ['Flask', 'Django']
    """
    names = (re.sub(r"[-_.]+", "-", name).lower() for name in map(_name, requirements))
    return [BY_PACKAGE[name] for name in names if name in BY_PACKAGE]


def _name(requirement: str) -> str:
    """Return the name of the package that a requirement asks for, ``""`` if it gives none."""
    address, _, fragment = requirement.partition("#")
    match = _REQUIREMENT.match(requirement) or (_EGG.search(fragment) if "://" in address else None)
    return match[1] if match else ""
