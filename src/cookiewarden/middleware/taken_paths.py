"""Says that the app has a page of its own where the pages of this package would go.

A site that rolls out begins without the pages, and learns or reports. Then the app still answers these paths, so the
log can say what the pages would hide. With the pages on, it can tell only of a path that they leave to the app.
Rule: it only looks at the status of a response, for these few paths, until it has found one.
"""

from __future__ import annotations

from cookiewarden.errors import printable
from cookiewarden.http.request import Request
from cookiewarden.middleware.options import DEFAULT_PREFIX, Options
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import every_policy
from cookiewarden.workers import server_logger

_SUFFIXES = (
    *("", "/", ".md", ".json", ".pdf", "/preferences", "/preferences/", "/preferences.json"),
    *("/banner", "/banner/", "/openapi.json", "/style.css", "/pages.css", "/script.js", "/reports"),
)
_PATHS = frozenset(DEFAULT_PREFIX + suffix for suffix in _SUFFIXES)
# A redirect does not count: an app may add a slash to any path, or ask everybody to sign in first.
_FIRST_REDIRECT = 300


class TakenPaths:
    """Looks, for one wrapped app, at what it answers where the pages would. ``is_on``: whether there are pages."""

    def __init__(self, *, is_on: bool) -> None:
        self._is_on = is_on
        self._is_found = False

    @classmethod
    def of(cls, options: Options) -> TakenPaths | None:
        """Return what looks for such paths; ``None`` if the site enforces already."""
        is_rolling_out = (
            options.learn is not None
            or options.report_only is not False
            or any(policy.report_only for policy in every_policy(options.policies))
        )
        return cls(is_on=options.pages is not None) if is_rolling_out else None

    def claims(self, policy: Policy, request: Request) -> bool:
        """Return whether to look at the answer of the app to a request to the site of a policy."""
        path = request.path
        return not self._is_found and (path in _PATHS or policy.signals.publishes(request.mount, path))

    def see(self, path: str, status: int) -> None:
        """Log, once, a path at which the app has a page."""
        if status < _FIRST_REDIRECT and not self._is_found:
            self._is_found = True
            server_logger.warning(
                'the app has a page of its own at %s, %s pass another path, such as pages="/cookie-policy"',
                printable(path),
                "and the pages of cookiewarden may hide others beside it;"
                if self._is_on
                else "where the pages of cookiewarden would go; when you turn them on,",
                thing=("taken path", path),
            )
