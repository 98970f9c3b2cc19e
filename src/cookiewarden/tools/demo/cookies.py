"""The Set-Cookie lines of the demo's portal."""

from __future__ import annotations

from typing import NamedTuple


class PortalCookie(NamedTuple):
    """One line that the portal sets: its label, its bytes, and the name of its header."""

    label: str
    line: bytes
    header_name: bytes = b"Set-Cookie"


#: Lines as apps set them.
ORDINARY = (
    PortalCookie("sessionid", b"sessionid=k3j9x2; Path=/; HttpOnly; SameSite=Lax"),
    PortalCookie("django_language", b"django_language=fr; Path=/; Max-Age=31536000; SameSite=Lax"),
    PortalCookie("csrftoken", b"csrftoken=Zq81v; Path=/; Max-Age=31449600; SameSite=Lax"),
    PortalCookie("_ga", b"_ga=GA1.2.1001.1700000000; Path=/; Max-Age=34164000"),
    PortalCookie("_gid", b"_gid=GA1.2.2002.1700000000; Path=/; Max-Age=86400"),
    PortalCookie("portal_theme", b"portal_theme=dark; Path=/; Max-Age=15552000"),
    PortalCookie("pixel", b"pixel=7f3a; Domain=social.example; Path=/; Secure; SameSite=None"),
    PortalCookie("_BEAMER_DATE_x", b"_BEAMER_DATE_x=2021-03-30; Path=/; Max-Age=25920000"),
    PortalCookie("ab_test", b"ab_test=B; Path=/; Max-Age=2592000"),
    PortalCookie("old_banner", b"old_banner=; Path=/; Max-Age=0"),
)

#: Lines that filters tend to misread.
ODD = (
    PortalCookie("_ga without =", b"_ga"),
    PortalCookie("NUL inside", b"sessionid=k3j9\0x2; Path=/"),
    PortalCookie("CR LF inside", b"csrftoken=1\r\nSet-Cookie: smuggled=1"),
    PortalCookie("blank in name", b"tracker=1; Path=/", b"Set-Cookie "),
    PortalCookie("raw JSON", b'filters={"theme": "mobility", "rows": [10, 20]}; Path=/'),
    PortalCookie("a=1, b=2", b"a=1, b=2"),
)

#: Every line that the portal sets. No two are alike.
COOKIES = ORDINARY + ODD
