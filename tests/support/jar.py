"""A browser's cookie jar, written after RFC 6265bis: storing (5.7), sending (5.8.3), with CHIPS' partition."""

from typing import NamedTuple

from cookiewarden.http.set_cookie import parse_set_cookie
from exchanges import NOW


class StoredCookie(NamedTuple):
    """What identifies a cookie in a browser."""

    name: bytes
    domain: str
    is_host_only: bool
    path: bytes
    is_partitioned: bool


class Jar:
    """The cookies of one browser that opens every page in a tab of its own."""

    def __init__(self):
        self.cookies = {}  # for each cookie, whether it is Secure

    def store(self, line, host, scheme, path):
        """Store a Set-Cookie line, unless a browser would refuse it (RFC 6265bis 5.7)."""
        cookie = parse_set_cookie(line, host=host, scheme=scheme, path=path, now=float(NOW))
        key = StoredCookie(cookie.name, cookie.domain, cookie.host_only, cookie.cookie_path, cookie.partitioned)
        if cookie.refusals or (scheme == "http" and self._hides_a_secure_one(key)):
            return
        self.cookies.pop(key, None)
        if cookie.expiry is None or cookie.expiry > NOW:
            self.cookies[key] = cookie.secure

    def _hides_a_secure_one(self, new):
        """Return whether a Secure cookie keeps an insecure page from storing one of that name (5.7, "leave alone")."""
        return any(
            is_secure
            and kept.name == new.name
            and (_is_within(new.domain, kept.domain) or _is_within(kept.domain, new.domain))
            and _leads_to(new.path, kept.path)
            for kept, is_secure in self.cookies.items()
        )

    def sent(self, host, scheme, path):
        """Return the cookies that the browser sends with a request (5.8.3)."""
        return [
            kept
            for kept, is_secure in self.cookies.items()
            if (host == kept.domain if kept.is_host_only else _is_within(host, kept.domain))
            and _leads_to(path.encode(), kept.path)
            and (scheme == "https" or not is_secure)
        ]


def _is_within(host, domain):
    return host == domain or host.endswith("." + domain)


def _leads_to(path, cookie_path):
    """Return whether a path path-matches a cookie's path (5.1.4), part by part."""
    if cookie_path.endswith(b"/"):
        return path.startswith(cookie_path)
    return (path + b"/").startswith(cookie_path + b"/")
