"""Rows of the scenario table in which the app does not see all cookies of the request."""

from typing import Any

from exchanges import DOCUMENT, POLICY, SentRequest
from scenarios import PRIVATE, Scenario, chosen, cookies

_SENT = "sid=1; _ga=2; _pk_id=3; theme=4; NID=5; other=6"
_EXPIRING = {**POLICY, "site": {**POLICY["site"], "expire_unconsented": True}}
_STORING = {
    "site": _EXPIRING["site"],
    "cookies": [{"name": "theme", "kind": "local-storage", "category": "first-party", "purpose": "Keeps the colours"}],
}
# Its place is neither declared nor seen.
_DELETED = cookies(
    "theme=; Max-Age=0; Secure",
    "theme=; Max-Age=0; Path=/; Secure; Partitioned",
    "theme=; Max-Age=0; Path=/; Secure",
)


def _seen(carrier: Any) -> str:
    if "type" not in carrier:
        return carrier.get("HTTP_COOKIE", "")
    return "; ".join(value.decode("latin-1") for name, value in carrier["headers"] if name == b"cookie")


def _seeing(
    name: str, request: SentRequest, left: str, expected: list[tuple[str, str]] | None = None, **options: Any
) -> Scenario:
    """Return a scenario in which the app sees ``left`` of the cookies."""

    def act(carrier: Any) -> None:
        seen = _seen(carrier)
        assert seen == left, seen

    return Scenario(name, [("a", "1")], expected or [("a", "1")], request, options, act)


def _asked(*sent: str, headers: tuple[tuple[str, str], ...] = ()) -> SentRequest:
    return SentRequest(cookies=sent, headers=headers)


HIDING = [
    _seeing("before a choice, the app sees no cookie that needs consent", _asked(_SENT), "sid=1; _pk_id=3; other=6"),
    _seeing(
        "of what was granted, it sees all",
        _asked(chosen("first-party"), _SENT),
        f"{chosen('first-party')}; sid=1; theme=4; other=6",
    ),
    _seeing("necessary cookies arrive as they came", _asked('sid="a b" ;;x'), 'sid="a b" ;;x'),
    _seeing("undeclared cookies may be hidden, too", _asked(_SENT), "sid=1; _pk_id=3", hide_undeclared=True),
    _seeing("report_only hides nothing", _asked(_SENT), _SENT, report_only=True, hide_undeclared=True),
    _seeing(
        "a refused cookie is hidden, and a navigation deletes it all the same",
        _asked(chosen(), "theme=4", headers=DOCUMENT),
        chosen(),
        [
            ("a", "1"),
            *_DELETED,
            PRIVATE,
        ],
    ),
    _seeing(
        "a cookie that nobody consented to is deleted on sight, if the site says so",
        _asked("theme=4", headers=DOCUMENT),
        "",
        [
            ("a", "1"),
            *_DELETED,
            PRIVATE,
        ],
        policy=_EXPIRING,
    ),
    _seeing("a fetch does not delete it", _asked("theme=4"), "", policy=_EXPIRING),
    _seeing(
        "a cookie with the name of a key of local storage is not declared: it is neither hidden nor deleted",
        _asked(chosen(policy=_STORING), "theme=4", headers=DOCUMENT),
        f"{chosen(policy=_STORING)}; theme=4",
        policy=_STORING,
    ),
]
