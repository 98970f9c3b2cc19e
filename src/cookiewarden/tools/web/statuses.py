"""Says what the status of a response means.

Rule: this module imports without any extra, for an audit of a recording needs none.
"""

from __future__ import annotations

from http import HTTPStatus

#: The statuses of redirects. Readers follow none by themselves.
REDIRECTS = frozenset({301, 302, 303, 307, 308})


def status_text(status: int) -> str:
    """Return a status code with its name.

    >>> status_text(429), status_text(299)
    ('429 Too Many Requests', '299')
    """
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
