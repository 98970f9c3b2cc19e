"""An audit with a real Chromium behind the banners of other consent managers: what was chosen stands, or is not said.

The pages imitate the markup that autoconsent knows, and the call with which each manager opens its banner again.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import NamedTuple

import pytest
from duckduckgo_autoconsent import bundle

from browser.audited_sites import BOUNDS, answers, served, visited
from browser.browsers import CHROMIUM
from cookiewarden import Policy
from cookiewarden.tools.audit import tab
from cookiewarden.tools.audit.audit import audit_of
from cookiewarden.tools.audit.observed import State

pytestmark = pytest.mark.skipif(CHROMIUM.program is None, reason="no Chromium is installed")

#: Most of the time, each audit waits for a page to be quiet. A busy machine takes its time.
AT_ONCE = 4
UNHURRIED = replace(BOUNDS, seconds=600.0)
PAGE = """<!doctype html><meta charset=utf-8><title>Shop</title><h1>Shop</h1><footer>%(footer)s</footer><script>
const put = (name, value, more = "") => { document.cookie = `${name}=${value}; path=/; samesite=lax${more}`; };
const kept = document.cookie.match(/choice=(\\w+)/)?.[1];
const count = () => put("_ga", "1"), forget = () => put("_ga", "", "; max-age=0");
const box = document.createElement("div");
const ask = (markup, accept, refuse) => {
  box.innerHTML = markup;
  document.body.append(box);
  for (const [selector, choice] of [[accept, "yes"], [refuse, "no"]]) {
    const button = document.querySelector(selector);
    if (button) button.onclick = () => { box.remove(); put("choice", choice); apply(choice); chosen(choice); };
  }
};
const apply = choice => { if (choice == "yes") count(); else { %(refused)s } };
let chosen = () => {}, show = () => {};
%(manager)s
if (kept) apply(kept);
if (!kept || %(again)s) show();
</script>"""
ONE_TRUST = """
show = () => ask("<div id=onetrust-banner-sdk><button id=onetrust-accept-btn-handler>Accept</button>" +
  "<button id=onetrust-reject-all-handler>Reject</button></div>",
  "#onetrust-accept-btn-handler", "#onetrust-reject-all-handler");
chosen = choice => { window.OnetrustActiveGroups = choice == "yes" ? ",C0001,C0002," : ",C0001,"; };
window.OneTrust = { ToggleInfoDisplay: show };
"""
COOKIE_YES = """
show = () => ask("<div class=cky-consent-container><button data-cky-tag=accept-button>Accept</button>" +
  "<button data-cky-tag=reject-button>Reject</button></div>",
  "[data-cky-tag=accept-button]", "[data-cky-tag=reject-button]");
chosen = choice => put("cookieyes-consent", `advertisement:${choice}`);
window.revisitCkyConsent = show;
"""
#: Its settings are a panel of their own, which autoconsent does not take for a banner.
TARTEAUCITRON = """
show = () => ask("<div id=tarteaucitronRoot><button id=tarteaucitronPersonalize2>OK, accept all</button>" +
  "<button id=tarteaucitronAllDenied2>Deny all cookies</button></div>",
  "#tarteaucitronPersonalize2", "#tarteaucitronAllDenied2");
chosen = choice => put("tarteaucitron", choice == "yes" ? "!all=true" : "!all=false");
window.tarteaucitron = { userInterface: { openPanel: () =>
  ask("<div id=tarteaucitronRoot><button id=tarteaucitronAllDenied>Deny all</button></div>", "x", "button") } };
"""
#: It has no call for links of the site, and autoconsent has no test of its choices.
HUB_SPOT = """
show = () => ask("<div id=hs-eu-cookie-confirmation><button id=hs-eu-confirmation-button>Accept</button>" +
  "<button id=hs-eu-decline-button>Decline</button></div>", "#hs-eu-confirmation-button", "#hs-eu-decline-button");
"""
#: Autoconsent knows this banner, and not the button.
SAVING = 'ask("<div id=hs-eu-cookie-confirmation><button>Save</button></div>", "x", "button")'
NEVER = f"{HUB_SPOT} window.klaro = {{ show() {{ while (true); }} }};"
LINK = "<a href='#' onclick='show()'>{}</a>"
OWN = ("choice", "cookieyes-consent", "tarteaucitron")
POLICY = Policy.from_mapping(
    {
        "site": {"name": "Shop"},
        "cookies": [
            *({"name": name, "category": "necessary", "purpose": "Keeps your choice"} for name in OWN),
            {"name": "_ga", "category": "statistical", "purpose": "Counts visits"},
        ],
    }
)


class Site(NamedTuple):
    """A shop with a banner. ``refused``: what its scripts do after a refusal. ``again``: when it asks again."""

    manager: str
    footer: str = ""
    refused: str = "forget()"
    again: str = "false"
    states: tuple[State, ...] = (State.ACCEPTED, State.WITHDRAWN)


#: None of them is a way: one is hidden, and the other one leads to another site.
NO_WAYS = "<a href='#' hidden>Cookie settings</a><a href=http://other.localhost/>Cookie settings</a>"
SITES = {
    "OneTrust": Site(ONE_TRUST, LINK.format("Cookie Settings")),
    "CookieYes": Site(COOKIE_YES, LINK.format("Cookie-Einstellungen")),
    "HubSpot with a link": Site(HUB_SPOT, LINK.format("Gérer mes cookies")),
    "tarteaucitron": Site(TARTEAUCITRON),
    "one that leaves a cookie": Site(ONE_TRUST, refused=""),
    "one without a way back": Site(HUB_SPOT, f"<a href=/privacy>Privacy</a>{NO_WAYS}"),
    "one that asks again after a refusal": Site(HUB_SPOT, again="kept == 'no'", states=(State.REFUSED,)),
    "one whose settings only save": Site(HUB_SPOT, LINK.format("Cookies beheren").replace("show()", SAVING)),
    "one whose settings never end": Site(NEVER),
    "one whose link opens nothing": Site(HUB_SPOT, "<button>Cookievoorkeuren</button>"),
}


def audited(site):
    """Return what was seen of a site, and its audit."""
    with served(answers(PAGE % site._asdict(), kind="text/html; charset=utf-8")) as port:
        observed = visited(port, states=site.states, bounds=UNHURRIED)
    return observed, audit_of(observed, POLICY, lambda name: None, sought=site.states)


@pytest.fixture(scope="module")
def audits():
    """Audit all sites, several at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool, pytest.MonkeyPatch.context() as patch:
        patch.setattr(tab, "_LAST_SECONDS", 0.0)  # their scripts wait for nothing
        return dict(zip(SITES, pool.map(audited, SITES.values()), strict=True))


def verdict(audits, name, state=State.WITHDRAWN):
    return audits[name][1].verdicts[state].verdict.value


def notes(audits, name):
    return " ".join(audits[name][0].notes)


@pytest.mark.parametrize("name", ["OneTrust", "CookieYes", "HubSpot with a link", "tarteaucitron"])
def test_a_withdrawal_that_works_is_in_order(name, audits):
    observed, _ = audits[name]
    assert verdict(audits, name) == "in order", observed.notes
    assert verdict(audits, name, State.ACCEPTED) == "in order"
    # The visits would have seen the cookie that went.
    assert {line.state for line in observed.lines if line.line.startswith(b"_ga=")} == {State.ACCEPTED}


def test_the_notes_say_how_the_choice_was_withdrawn_and_what_was_checked(audits):
    stands = "No banner stood open when the site was opened again."
    assert "Through the call OneTrust.ToggleInfoDisplay of OneTrust, autoconsent" in notes(audits, "OneTrust")
    assert f"and tested the choice. {stands}" in notes(audits, "OneTrust")
    assert 'Through the page\'s "Gérer mes cookies", autoconsent' in notes(audits, "HubSpot with a link")
    assert f"could not test the choice. {stands}" in notes(audits, "HubSpot with a link")
    assert "tarteaucitron.js, a button of the site refused all" in notes(audits, "tarteaucitron")


def test_a_site_that_shows_no_way_back_is_named_though_its_manager_has_a_call(audits):
    no_link = "shows no link or button that says that a visitor can change a choice"
    assert no_link in notes(audits, "tarteaucitron")
    assert no_link in notes(audits, "one without a way back")
    assert no_link not in notes(audits, "OneTrust")


def test_a_cookie_that_stays_after_a_withdrawal_is_a_violation(audits):
    _, audit = audits["one that leaves a cookie"]
    assert verdict(audits, "one that leaves a cookie") == "violation"
    codes = {one.finding.rule.code for one in audit.findings if State.WITHDRAWN in one.states}
    assert "CW207" in codes


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("one without a way back", "no way to change a choice was found on the start page"),
        ("one whose settings only save", 'could not refuse on the banner of "hubspot"'),
        ("one whose settings never end", "the call klaro.show of Klaro opened nothing that could be refused"),
        ("one whose link opens nothing", 'the page\'s "Cookievoorkeuren" opened nothing that could be refused'),
    ],
)
def test_what_could_not_be_withdrawn_is_not_said_to_be_in_order(name, words, audits):
    observed, _ = audits[name]
    assert verdict(audits, name) == "could not verify"
    assert observed.reasons[State.WITHDRAWN].endswith(f"{words}.")
    assert {line.state for line in observed.lines} == {State.ACCEPTED}
    assert not any(one.host.startswith("other.") for one in observed.hosts)


def test_a_banner_that_comes_back_after_a_refusal_leaves_the_state_unreached(audits):
    name = "one that asks again after a refusal"
    assert verdict(audits, name, State.REFUSED) == "could not verify"
    assert 'the banner of "hubspot" stood open again in a new tab' in audits[name][0].reasons[State.REFUSED]
    assert {line.state for line in audits[name][0].lines} <= {State.NO_CHOICE}


def test_autoconsent_says_in_its_log_that_no_known_banner_stands_open():
    """Without these words, each look for a banner that is not there takes as long as it may."""
    assert '"no popup found"' in bundle()
