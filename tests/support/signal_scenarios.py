"""Rows of the scenario table in which the browser sends a signal."""

from exchanges import DOCUMENT, POLICY, SentRequest
from scenarios import PRIVATE, Scenario, chosen, cookies

OPT_OUT = ("sec-gpc", "1")
IN_A_FRAME = (("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "iframe"), ("sec-fetch-mode", "navigate"))
_LINES = ("sid=1", "_ga=1", "_pk_id=1", "theme=1", "NID=1")


def _from(*headers: tuple[str, str], choice: str = "") -> SentRequest:
    return SentRequest(headers=headers, cookies=(choice,) if choice else ())


def _passing(name: str, request: SentRequest, *lines: str, **options: object) -> Scenario:
    """Return a scenario in which these lines pass; all but the first pass because of this visitor."""
    expected = cookies(*lines) if len(lines) == 1 else [*cookies(*lines), PRIVATE]
    return Scenario(name, cookies(*_LINES), expected, request, dict(options))


SIGNALLED = [
    _passing("an opt-out signal blocks third-party cookies, and no other", _from(OPT_OUT), "sid=1", "_pk_id=1"),
    _passing(
        "a site may name the categories that the signal refuses",
        _from(OPT_OUT),
        "sid=1",
        policy={**POLICY, "signals": {"gpc": ["statistical", "third-party"]}},
    ),
    _passing(
        "a choice on the site goes before the signal",
        _from(OPT_OUT, choice=chosen("third-party")),
        "sid=1",
        "NID=1",
    ),
    _passing(
        "the signal holds although no consent is needed",
        _from(OPT_OUT),
        "sid=1",
        "_ga=1",
        "_pk_id=1",
        "theme=1",
        consent_needed=lambda carrier: False,
    ),
    _passing(
        "a site may ignore the signal",
        _from(OPT_OUT),
        *_LINES,
        consent_needed=lambda carrier: False,
        policy={**POLICY, "signals": {"gpc": False}},
    ),
    _passing("another value is no signal", _from(("sec-gpc", "true")), "sid=1", "_pk_id=1"),
    _passing(
        "a signal of the site's own refuses what it names",
        _from(("cookie-preference", "essential")),
        "sid=1",
        signals=[lambda request: ["statistical"] if request.header("cookie-preference") == "essential" else []],
    ),
    _passing(
        "on the page of another site, only necessary cookies pass without consent to third-party ones",
        _from(*IN_A_FRAME, choice=chosen("statistical", "first-party")),
        "sid=1",
    ),
    _passing(
        "on the page of another site, a cookie passes with both consents",
        _from(*IN_A_FRAME, choice=chosen("statistical", "third-party")),
        "sid=1",
        "_ga=1",
        "_pk_id=1",
        "NID=1",
    ),
    _passing(
        "a visit that another site links to is not embedded",
        _from(*DOCUMENT, ("sec-fetch-site", "cross-site"), choice=chosen("statistical")),
        "sid=1",
        "_ga=1",
        "_pk_id=1",
    ),
]
