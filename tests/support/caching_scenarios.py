"""The scenarios about caches: how the headers change that tell caches what they may keep.

They change if a line passed because of the visitor, if the middleware added a line, or if no line is left. In a table,
``None`` stands for a value that does not change.
"""

from typing import Any

from exchanges import DOCUMENT, PLAIN, POLICY, SentRequest
from scenarios import PRIVATE, Scenario, chosen, cookies, grant_all, remembered, withdraw_all

#: What Cache-Control becomes if a line passed because of the visitor.
REWRITTEN = {
    "public": "private",
    "public, max-age=60": "private, max-age=60",
    "max-age=60": "private, max-age=60",
    "s-maxage=60": "private",
    "max-age=1, S-MaxAge=60 ,\tPUBLIC": "private, max-age=1",
    's-maxage="60"': "private",
    "": "private",
    " , ,": "private",
    "no-cache": "private, no-cache",
    'no-cache="set-cookie, public"': 'private, no-cache="set-cookie, public"',
    'x="a\\", public, \\\\", public,must-revalidate': 'private, x="a\\", public, \\\\", must-revalidate',
    'private="set-cookie, x", public': "private",
    'Private = "x", max-age=9': "private, max-age=9",
    "private=x": "private",
    "private, public, max-age=9": "private, max-age=9",
    "No-Store, s-maxage=0": "No-Store",
    "no-store=x": "private, no-store=x",
    "max-age=9, max-age=8, public, public": "private, max-age=9, max-age=8",
    'public, x="open, public': 'private, x="open, public',
    'x="open, private': 'private, x="open, private',
    'x="open\\': 'private, x="open\\',
    'a"b, public, c"': 'private, a"b, public, c"',
    "publicly, s-maxages=1, stale-while-revalidate=9": "private, publicly, s-maxages=1, stale-while-revalidate=9",
    "private": None,
    " PRIVATE ,max-age=9": None,
    "no-store": None,
    "no-cache, no-store, max-age=0, must-revalidate": None,
}

#: A header for one cache, its value, and what that becomes if no shared cache may keep the response.
TARGETED = [
    ("X-Accel-Expires", "600", "0"),
    ("X-Accel-Expires", "@1900000000", "0"),
    ("X-Accel-Expires", "off", "0"),
    ("X-Accel-Expires", "0", None),
    ("CDN-Cache-Control", "max-age=600", "no-store"),
    ("CDN-Cache-Control", "private", "no-store"),
    ("CDN-Cache-Control", "No-Store, max-age=0", None),
    ("CDN-Cache-Control", "no-store=?0", "no-store"),
    ("Cloudflare-CDN-Cache-Control", "public, s-maxage=9", "no-store"),
    ("Vercel-CDN-Cache-Control", "max-age=9", "no-store"),
    ("Akamai-Cache-Control", "max-age=9", "no-store"),
    ("X-LiteSpeed-Cache-Control", "public, max-age=9, esi=on", "no-store, esi=on"),
    ("Surrogate-Control", 'content="ESI/1.0, x", max-age=600+60;cdn', 'no-store, content="ESI/1.0, x"'),
    ("Surrogate-Control", 'content="ESI/1.0", no-store', None),
    ("Surrogate-Control", "no-store;other", "no-store"),
    ("Fastly-Surrogate-Control", "max-age=9", "no-store"),
    ("Edge-Control", "!no-store, cache-maxage=1d, dca=esi", "no-store, dca=esi"),
    ("sURROGATE-cONTROL", "max-age=9", "no-store"),
]

_GRANTED = SentRequest(cookies=(chosen("statistical"),))
_TABLE = [
    *(("Cache-Control", value, changed) for value, changed in REWRITTEN.items()),
    *((name, value, changed) for name, value, changed in TARGETED),
]


def _untouched(
    name: str, sent: list[tuple[str, str]], request: SentRequest = PLAIN, options: dict[str, Any] | None = None
) -> Scenario:
    return Scenario(name, sent, [(header.lower(), value) for header, value in sent], request, options or {})


def _said(name: str, value: str, changed: str | None) -> tuple[str, str]:
    return (name.lower(), value if changed is None else changed)


def _added(name: str) -> list[tuple[str, str]]:
    return [] if name == "Cache-Control" else [PRIVATE]


PERSONAL = [
    Scenario(
        f"{name} that says {value!r} if a granted cookie passes",
        [("A", "1"), (name, value), *cookies("sid=1", "_ga=1"), ("B", "2")],
        [("a", "1"), _said(name, value, changed), *cookies("sid=1", "_ga=1"), ("b", "2"), *_added(name)],
        _GRANTED,
    )
    for name, value, changed in _TABLE
] + [
    Scenario(
        f"{name} that says {value!r} if a view grants",
        [(name, value)],
        [
            _said(name, value, changed),
            remembered("statistical", "first-party", "third-party"),
            *_added(name),
        ],
        act=grant_all,
    )
    for name, value, changed in _TABLE
] + [
    Scenario(
        "each Cache-Control header forbids it, because some readers look at one only",
        [("Cache-Control", "max-age=9"), *cookies("_ga=1"), ("cache-control", "private"), ("CACHE-CONTROL", "public")],
        [
            ("cache-control", "private, max-age=9"), *cookies("_ga=1"), ("cache-control", "private"),
            ("cache-control", "private"),
        ],
        _GRANTED,
    ),
    Scenario(
        "a Cache-Control header with blanks that a server strips is recognized",
        [("\x85Cache-Control\t", "public"), *cookies("_ga=1")],
        [("\x85cache-control\t", "private"), *cookies("_ga=1")],
        _GRANTED,
    ),
    Scenario(
        "a directive within the name of a Cache-Control header counts",
        [("Cache-Control: public, a", "b, s-maxage=9"), *cookies("_ga=1")],
        [("cache-control", "private, a:b"), *cookies("_ga=1")],
        _GRANTED,
    ),
    Scenario(
        "a page that only Expires makes storable is private if a granted cookie passes",
        [("Expires", "Fri, 31 Dec 9999 00:00:00 GMT"), ("Pragma", "public"), *cookies("_ga=1")],
        [("expires", "Fri, 31 Dec 9999 00:00:00 GMT"), ("pragma", "public"), *cookies("_ga=1"), PRIVATE],
        _GRANTED,
    ),
    _untouched(
        "a public page stays so if a granted cookie is deleted and only necessary ones pass",
        [("Cache-Control", "public"), *cookies("_ga=; Max-Age=0", "sid=1"), ("X-Accel-Expires", "9")],
        _GRANTED,
    ),
    _untouched(
        "a public page stays so if a granted cookie is deleted by a date",
        [("Cache-Control", "public"), *cookies("_ga=; Expires=Thu, 01 Jan 1970 00:00:00 GMT")],
        _GRANTED,
    ),
    Scenario(
        "a line whose date is not past at the Date of the response stores, and is personal",
        [
            ("Date", "Thu, 01 Jan 1970 00:00:00 GMT"), ("Cache-Control", "public"),
            *cookies("_ga=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
        ],
        [
            ("date", "Thu, 01 Jan 1970 00:00:00 GMT"), ("cache-control", "private"),
            *cookies("_ga=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
        ],
        _GRANTED,
    ),
    Scenario(
        "a public page is private if an anonymized cookie passes, because a visitor may have refused it",
        [("Cache-Control", "public"), *cookies("_pk_id=1")],
        [("cache-control", "private"), *cookies("_pk_id=1")],
    ),
    Scenario(
        "a public page is private if a cookie passes because no consent is needed",
        [("Cache-Control", "public"), *cookies("theme=1")],
        [("cache-control", "private"), *cookies("theme=1")],
        options={"consent_needed": lambda carrier: False},
    ),
    _untouched(
        "a public page stays so if a granted cookie is in a category that is report_only",
        [("Cache-Control", "public"), *cookies("_ga=1"), ("X-Accel-Expires", "9")],
        _GRANTED,
        {"policy": {**POLICY, "report_only": ["statistical"]}},
    ),
    Scenario(
        "a public page is private if only this request is report_only, because the next one may not be",
        [("Cache-Control", "public"), *cookies("_ga=1")],
        [("cache-control", "private"), *cookies("_ga=1")],
        _GRANTED,
        {"report_only": lambda carrier: True},
    ),
    Scenario(
        "a public page is private if a granted line passes that only some readers take for a deletion",
        [("Cache-Control", "public"), *cookies("_ga=1; Max-Age=0; Expires=Fri, 31 Dec 9999 23:59:59 GMT")],
        [("cache-control", "private"), *cookies("_ga=1; Max-Age=0; Expires=Fri, 31 Dec 9999 23:59:59 GMT")],
        _GRANTED,
    ),
    Scenario(
        "a public page is private if a cookie of an enforced category passes beside one that is report_only",
        [("Cache-Control", "public"), *cookies("_ga=1", "theme=1")],
        [("cache-control", "private"), *cookies("_ga=1", "theme=1")],
        SentRequest(cookies=(chosen("statistical", "first-party"),)),
        {"policy": {**POLICY, "report_only": ["statistical"]}},
    ),
]  # fmt: skip

BARE = [
    Scenario(
        f"{name} that says {value!r} if no cookie is left",
        [(name, value), *cookies("_fbp=1")],
        [_said(name, value, changed), PRIVATE],
    )
    for name, value, changed in TARGETED
] + [
    Scenario(
        "a no-store response without cookies is kept from a cache with a header of its own, too",
        [("X-Accel-Expires", "9"), ("Cache-Control", "no-store"), *cookies("_fbp=1")],
        [("x-accel-expires", "0"), ("cache-control", "no-store")],
    ),
    Scenario(
        "a public response is left alone if no cookie is left",
        [("X-Accel-Expires", "9"), ("Cache-Control", "public"), *cookies("_fbp=1"), ("CDN-Cache-Control", "max-age=9")],
        [("x-accel-expires", "9"), ("cache-control", "public"), ("cdn-cache-control", "max-age=9")],
    ),
    _untouched(
        "headers for caches do not change if no line passed and none was dropped",
        [("Cache-Control", "public,s-maxage=9 ,"), ("X-Accel-Expires", "9"), ("Surrogate-Control", "max-age=9")],
        _GRANTED,
    ),
]

DELETIONS = [
    Scenario(
        "a page that is private because of a granted cookie carries deletions, too",
        [("Cache-Control", "public"), *cookies("_ga=1", "theme=2; Path=/x; Domain=example.org")],
        [("cache-control", "private"), *cookies("_ga=1", "theme=; Max-Age=0; Path=/x; Domain=example.org; Secure")],
        SentRequest(cookies=(chosen("statistical"), "theme=1"), path="/x", headers=DOCUMENT),
    ),
    Scenario(
        "a page on which a view withdraws carries deletions, too",
        [("Cache-Control", "public, max-age=9"), *cookies("NID=2; Path=/x; Domain=example.org")],
        [
            ("cache-control", "private, max-age=9"),
            remembered(),
            *cookies("NID=; Max-Age=0; Path=/x; Domain=example.org; Secure"),
        ],
        SentRequest(cookies=(chosen("third-party"), "NID=1"), path="/x", headers=DOCUMENT),
        act=withdraw_all,
    ),
    Scenario(
        "a page that lost its cookies carries deletions, too",
        [("Cache-Control", "max-age=9"), *cookies("_fbp=1", "theme=2; Path=/x; Domain=example.org")],
        [
            ("cache-control", "private, max-age=9"),
            *cookies("theme=; Max-Age=0; Path=/x; Domain=example.org; Secure"),
        ],
        SentRequest(cookies=(chosen("statistical"), "theme=1"), path="/x", headers=DOCUMENT),
    ),
    *(
        Scenario(
            f"a page that a cache keeps because {name} says {value!r} carries no deletion, so that it may be kept",
            [(name, value), ("Cache-Control", "no-cache")],
            [(name.lower(), value), ("cache-control", "no-cache")],
            SentRequest(cookies=(chosen(), "theme=1"), path="/x", headers=DOCUMENT),
        )
        for name, value, changed in TARGETED
        if changed is not None
    ),
]

CACHING = PERSONAL + BARE + DELETIONS
