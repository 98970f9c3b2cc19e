"""Rows of the scenario table in which the site's own function names the profile of a request."""

from exchanges import PLAIN, SentRequest
from profiled import mapping_of
from scenarios import PRIVATE, Scenario, chosen, cookies

_LINES = ("sid=1", "_ga=1", "visits=1", "theme=1", "NID=1")
_FR_UK_DE = mapping_of("fr", "uk", "de")


def profile_of(carrier):
    """Return what a proxy said of the place of a visitor; ``None`` without it. It raises for ``"broken"``."""
    if "headers" in carrier:
        place = next((value.decode() for name, value in carrier["headers"] if name == b"x-place"), None)
    else:
        place = carrier.get("HTTP_X_PLACE")
    if place == "broken":
        raise RuntimeError("the proxy is broken")
    return place


def _from(place: str = "", choice: str = "") -> SentRequest:
    return SentRequest(headers=(("x-place", place),) if place else (), cookies=(choice,) if choice else ())


def _passing(name: str, request: SentRequest, *lines: str, policy: object = _FR_UK_DE, **options: object) -> Scenario:
    """Return a scenario in which these lines pass; all but the first pass because of this visitor."""
    expected = cookies(*lines) if len(lines) == 1 else [*cookies(*lines), PRIVATE]
    return Scenario(name, cookies(*_LINES), expected, request, {"policy": policy, **options})


def _under(name: str, request: SentRequest, *lines: str, policy: object = _FR_UK_DE) -> Scenario:
    return _passing(name, request, *lines, policy=policy, profile=profile_of)


PROFILED = [
    _passing("the first profile of a site holds for every request", _from("de"), "sid=1", "visits=1"),
    _passing(
        "under a profile that exempts nothing, anonymized statistics wait for consent",
        PLAIN,
        "sid=1",
        policy=mapping_of("de"),
    ),
    _under("a request of which nobody knows the profile gets the strictest of the site", _from(), "sid=1"),
    _under("a request may come under another profile, which exempts more", _from("uk"), "sid=1", "visits=1", "theme=1"),
    _under("a request may come under another profile, which exempts nothing", _from("de"), "sid=1"),
    _under("a profile that the site does not list counts as its strictest", _from("us-ca"), "sid=1"),
    _under("a function that fails counts as the strictest profile", _from("broken"), "sid=1"),
    _under(
        "of several profiles without an exemption, any is as strict",
        _from("broken"),
        "sid=1",
        policy=mapping_of("uk", "eu", "de"),
    ),
    _under(
        "if every profile of the site exempts statistics, the strictest does, too",
        _from("broken"),
        "sid=1",
        "visits=1",
        policy=mapping_of("uk", "fr"),
    ),
    _under("a site with one profile is not asked about", _from("de"), "sid=1", "visits=1", policy=mapping_of("nl")),
    _under("an objection holds under every profile", _from("uk", choice=chosen(policy=_FR_UK_DE)), "sid=1"),
    _under(
        "a grant holds under a profile that asks for consent to the same",
        _from("uk", choice=chosen("third-party", policy=_FR_UK_DE)),
        "sid=1",
        "NID=1",
    ),
    _under(
        "a grant is stale under a profile that asks for consent to more",
        _from("de", choice=chosen("statistical", "third-party", policy=_FR_UK_DE)),
        "sid=1",
        "NID=1",
    ),
    _under(
        "a choice under one profile is read back under it",
        _from("de", choice=chosen("statistical", policy=mapping_of("de"))),
        "sid=1",
        "_ga=1",
        "visits=1",
    ),
]
