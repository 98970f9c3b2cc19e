"""The Django app: it registers the system checks, and lets ``runserver`` restart when the policy changes.

Rule: it starts whatever the settings hold. The checks, and the wrapper in ``wsgi.py``, say what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from os import fspath
from typing import Any

from django import conf
from django.apps import AppConfig
from django.core.checks import register
from django.utils.autoreload import BaseReloader, autoreload_started

from cookiewarden.django.checks import check_entry_points, check_middleware, check_options
from cookiewarden.django.settings import SETTING
from cookiewarden.middleware.framework_options import under
from cookiewarden.policy.policy_set import source_files


class CookieWardenConfig(AppConfig):
    """The app ``"cookiewarden.django"``.

    >>> CookieWardenConfig.label
    'cookiewarden'
    """

    name = "cookiewarden.django"
    label = "cookiewarden"
    verbose_name = "cookiewarden"

    def ready(self) -> None:
        """Register the checks; Django calls this once."""
        for check in (check_options, check_middleware, check_entry_points):
            register(check, "cookiewarden")
        autoreload_started.connect(watch_files, dispatch_uid="cookiewarden")


def watch_files(sender: BaseReloader, **_: Any) -> None:
    """Tell Django's reloader the files that the options name: those of the policy, and the templates of the pages."""
    options = getattr(conf.settings, SETTING, None)
    if not isinstance(options, Mapping):
        return
    options = under(getattr(conf.settings, "BASE_DIR", None), options)
    with suppress(OSError, TypeError, ValueError):  # not a policy: the checks say so
        for path in source_files(options["policy"]) if "policy" in options else ():
            if path.is_dir():
                for suffix in ("toml", "json"):
                    sender.watch_dir(path, f"*.{suffix}")
            else:
                sender.extra_files.add(path)
    with suppress(OSError, TypeError, ValueError):
        if templates := options.get("templates"):
            sender.watch_dir(fspath(templates), "**/*")
