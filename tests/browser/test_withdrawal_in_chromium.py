"""Withdrawal in a real Chromium: which cookies of every kind of name and place are left, on a trusted origin and on an
untrusted one."""

from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest

from browser.conftest import MakeVisitor
from browser.portal_app import POLICY
from browser.served import HOST, INSECURE, Portal
from browser.visitor import Visitor

CHOSEN = {"cookies_preferences"}
#: The page that sets the cookies; all paths below cover it.
PAGE = "/x/y/z"
PATHS = ["", "; Path=/", "; Path=/x", "; Path=/x/", "; Path=/x/y"]
FLAGS = ["", "; HttpOnly", "; Secure; HttpOnly", "; Secure; SameSite=None; Partitioned"]
NAMES = {
    "a plain name": "m{}",
    "a quotation mark in front": '"m{}',
    "a quotation mark within": 'm"{}',
    "a quotation mark after a backslash": 'm\\"{}',
    "quotation marks around it": '"m{}"',
    "a comma": "m,{}",
    "brackets": "m[{}]",
    "letters in UTF-8": "na\u00efve{}",
    "__Secure-": "__Secure-m{}",
    "__Host-": "__Host-m{}",
}


def lines_for(name: str, host: str) -> dict[str, str]:
    """Return the attributes, by name, of cookies that a browser stores for a host under names of that form."""
    parent = host.partition(".")[2]
    found = list(product(PATHS, ["", f"; Domain={parent}", f"; Domain={host}"], FLAGS))
    if name.startswith("__Host-"):
        found = [("; Path=/", "", flags) for flags in FLAGS]
    if name.startswith("__") or host == INSECURE:
        found = [one for one in found if ("Secure" in one[2]) is name.startswith("__")]
    # A browser keeps at most 180 cookies of a site. A third of all combinations still has every attribute.
    chosen = found[:: 3 if len(found) > 40 else 1]
    return {name.format(number): "".join(attributes) for number, attributes in enumerate(chosen)}


def policy_for(names: Any, **details: str) -> dict[str, Any]:
    """Return a policy that declares each of the names by itself."""
    cookies = [{"name": name, "category": "first-party", "purpose": "Any", **details} for name in names]
    return {"site": POLICY["site"], "cookies": cookies}


def accept(visitor: Visitor, host: str, lines: dict[str, str]) -> None:
    """Accept all, and let the app set the cookies."""
    visitor.go(PAGE, host)
    visitor.choose("Accept all")
    written = [(name + "=1" + attributes).encode() for name, attributes in lines.items()]
    visitor.go(f"{PAGE}?{urlencode([('line', line) for line in written])}", host)
    assert visitor.jar(host) == CHOSEN | set(lines)


def refuse(visitor: Visitor, host: str) -> None:
    visitor.go("/cookies/preferences", host)
    visitor.press("Reject all")


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_nothing_is_left_of_what_the_app_was_seen_to_set(name: str, make_visitor: MakeVisitor, portal: Portal) -> None:
    visitor, lines = make_visitor(), lines_for(name, HOST)
    portal.restart(policy_for(lines))
    accept(visitor, HOST, lines)
    refuse(visitor, HOST)
    for _ in range(4):
        visitor.go(PAGE)
    assert visitor.jar() == CHOSEN


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("name", list(NAMES.values())[:-2], ids=list(NAMES)[:-2])
def test_nothing_is_left_if_the_browser_does_not_say_what_it_asks_for(
    name: str, scheme: str, make_visitor: MakeVisitor, portal: Portal
) -> None:
    """Browsers do not say so on an insecure origin. Safari before 16.4 never does, so the test also uses https."""
    visitor, lines = make_visitor(), lines_for(name, INSECURE)
    portal.restart(policy_for(lines), scheme=scheme, secure=False)
    accept(visitor, INSECURE, lines)
    refuse(visitor, INSECURE)
    for _ in range(4):
        visitor.go(PAGE, INSECURE)
    assert visitor.jar(INSECURE) == CHOSEN


APART = {
    "seen": ({}, {"t": "; Path=/api"}),
    "seen for a parent": ({}, {"t": "; Path=/api; Domain=portal.localhost"}),
    "seen apart": ({}, {"t": "; Path=/api; Secure; SameSite=None; Partitioned"}),
    "declared": ({"path": "/user/alice"}, {'t"1': "; Path=/user/alice"}),
    "declared for a parent": (
        {"path": "/api", "domain": "portal.localhost"},
        {"t": "; Path=/api; Domain=portal.localhost", "__Secure-t": "; Path=/api; Domain=portal.localhost; Secure"},
    ),
}


@pytest.mark.parametrize(("details", "lines"), APART.values(), ids=APART)
def test_the_response_to_a_refusal_deletes_what_only_a_fetch_sends(
    details: dict[str, str], lines: dict[str, str], make_visitor: MakeVisitor, portal: Portal
) -> None:
    visitor = make_visitor()
    portal.restart(policy_for(lines, **details))
    accept(visitor, HOST, lines)
    if details:
        portal.restart(policy_for(lines, **details))
    refuse(visitor, HOST)
    assert visitor.jar() == CHOSEN


def test_a_path_that_may_name_a_visitor_is_not_revealed_but_cleared_on_a_visit_to_it(
    make_visitor: MakeVisitor, portal: Portal
) -> None:
    portal.restart(policy_for(["t"]))
    for who in ("alice", "bob"):
        visitor = make_visitor()
        accept(visitor, HOST, {"t": f"; Path=/{who}"})
        if who == "bob":
            refuse(visitor, HOST)
            assert visitor.jar() == CHOSEN | {"t"}
            visitor.go("/bob/page")
            assert visitor.jar() == CHOSEN


def test_reject_all_works_on_an_insecure_page_that_sends_no_referrer(visitor: Visitor, portal: Portal) -> None:
    portal.restart(secure=False)
    visitor.go("/quiet", INSECURE)
    visitor.choose("Reject all")
    assert visitor.jar(INSECURE) == CHOSEN
    visitor.go("/quiet", INSECURE)
    assert not visitor.is_asked
