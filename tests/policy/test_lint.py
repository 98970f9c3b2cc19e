"""What looks wrong with a policy: for each rule, policies that break it, and policies that nearly do."""

import json
import tomllib
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import Policy
from cookiewarden.policy.checking import check_files
from cookiewarden.policy.declaration import Category
from cookiewarden.policy.known_cookies.known_cookie import KnownCookie
from cookiewarden.policy.known_cookies.secondary_sources import SecondarySource
from cookiewarden.policy.layers import Layer
from cookiewarden.policy.lint.lint import lint
from cookiewarden.policy.lint.names import is_wide
from cookiewarden.policy.lint.rules import LINT, LOADING
from cookiewarden.policy.positions import Positions
from hypothesis_profiles import examples
from well_known import well_known

TODAY = date(2026, 12, 1)
SITE = '[site]\nname = "Town"\noperator = "Town"\n'
REASON = 'reason = "Without it, nobody could sign in."'
NECESSARY = 'category = "necessary"'
THIRD = 'category = "third-party"'
BOTH = 'languages = ["en", "fr"]'


def cookie(*lines, name='name = "x"', category='category = "first-party"', lifetime='lifetime = "1 day"', marked=False):
    """Return a declaration with these lines, which has all that visitors need. ``marked``: its first line is."""
    purpose = [] if any(line.startswith("purpose") for line in lines) else ['purpose = "Keeps your colours."']
    head = "[[cookies]]" + (" #!" if marked else "")
    return "\n".join([head, name, category, *purpose, *([lifetime] if lifetime else []), *lines, ""])


def site(*lines):
    return "\n".join(["[site]", 'name = "Town"', 'operator = "Town"', *lines, ""])


def statistics(*lines, **parts):
    return cookie(*lines, category='category = "statistical"', **parts)


def necessary(*lines, **parts):
    return cookie(*lines, REASON, category=NECESSARY, **parts)


#: By code: policies that break the rule where a line ends in ``#!``.
BROKEN = [
    ("CW101", SITE + cookie(category=THIRD, marked=True)),
    ("CW101", SITE + statistics(name='name = "_visits"', marked=True)),
    ("CW101", SITE + statistics(name='name = "_visits_*"', marked=True)),
    ("CW101", SITE + cookie('kind = "pixel"', category=THIRD, lifetime="", marked=True)),
    ("CW102", '[site] #!\nname = "Town"\n' + cookie() + cookie(name='name = "y"')),
    ("CW102", '[site] #!\nname = "Town"\n' + statistics(name='name = "_pk_id"')),
    ("CW103", SITE + cookie(lifetime="", marked=True)),
    ("CW103", SITE + statistics("anonymized = true", lifetime="", marked=True)),
    ("CW104", SITE + necessary(lifetime="", marked=True)),
    ("CW104", 'extends = "preset:cloudflare" #!\n' + SITE),
    ("CW105", site(BOTH) + cookie('purpose.en = "Keeps your colours." #!')),
    ("CW105", site(BOTH) + cookie('purpose = "Keeps your colours." #!')),
    ("CW105", site(BOTH) + cookie('purpose = {en = "Colours", fr = "Couleurs"}', 'function = "Colours" #!')),
    ("CW105", site(BOTH, 'introduction = "This town sets cookies." #!')),
    ("CW105", site(BOTH, 'contact = {en = "Town hall", de = "Rathaus"} #!')),
    ("CW105", site('languages = ["fr"]') + cookie('purpose.en = "Keeps your colours." #!')),
    ("CW105", site(BOTH) + '[categories.statistical]\ntitle = "Counting cookies" #!\n'),
    ("CW105", 'extends = "preset:django" #!\n' + site('languages = ["en", "sv"]')),
    ("CW106", SITE + statistics("anonymized = true #!", name='name = "_visits"')),
    ("CW106", SITE + statistics("anonymized = true #!", 'provider = "Example Counter"')),
    ("CW106", '[site]\nname = "Town"\n' + statistics("anonymized = true #!", 'provider = "Example Counter"')),
    ("CW106", site('hosts = ["*.town.example"]') + statistics("anonymized = true #!", 'domain = "n.example"')),
    ("CW106", site('hosts = ["town.example"]') + statistics("anonymized = true #!", 'domain = "count.example"')),
    ("CW107", SITE + cookie(category=NECESSARY, marked=True)),
    (
        "CW107",
        SITE + '[[cookies]] #!\nname = "cart"\nkind = "session-storage"\ncategory = "necessary"\npurpose = "P q"\n',
    ),
    ("CW108", SITE + cookie('purpose = "..." #!')),
    ("CW108", SITE + cookie('purpose = {en = "Colours", fr = " … "} #!')),
    ("CW108", SITE + cookie('provider = "..." #!')),
    ("CW108", SITE + necessary().replace('Without it, nobody could sign in."', '..." #!')),
    ("CW108", SITE + necessary().replace('nobody could sign in."', '..." #!')),
    ("CW108", SITE + cookie('purpose = {en = "Colours", fr = "Sans lui, …"} #!')),
    ("CW118", '[site]\noperator = "Town"\nname = "This site" #!\n'),
    ("CW108", site('introduction = "..." #!')),
    ("CW108", '[site]\noperator = "Town"\nname = "..." #!\n'),
    ("CW108", SITE + '[categories.statistical]\nexplanation = "..." #!\n'),
    ("CW109", SITE + cookie('purpose = "Necessary." #!')),
    ("CW109", SITE + cookie('purpose = "TODO" #!')),
    ("CW109", SITE + cookie('purpose = {en = "Keeps your colours.", fr = "Cookie technique"} #!')),
    ("CW109", SITE + cookie('purpose = "php_session" #!', name='name = "PHP-Session"')),
    ("CW109", SITE + cookie('purpose = "?!" #!')),
    ("CW109", SITE + cookie('purpose = "Theme" #!')),
    ("CW109", SITE + cookie('purpose = "Analytics cookie." #!')),
    ("CW109", SITE + cookie('purpose = {en = "Keeps your colours.", de = "Design-Cookies"} #!')),
    ("CW110", SITE + statistics(name='name = "_x*" #!') + necessary(name='name = "_x_login"')),
    ("CW110", SITE + statistics(name='name = "_x*" #!') + necessary(name='name = "_x_login*"')),
    ("CW110", SITE + necessary(name='name = "_x_login"') + statistics(name='names = ["y", "_x*in"] #!')),
    ("CW110", 'extends = "preset:django"\n' + SITE + statistics(name='name = "csrf*" #!')),
    (
        "CW110",
        SITE + necessary(name='name = "x*z" #!') + statistics(name='name = "xy*yz"') + statistics(name='name = "xy*"'),
    ),
    (
        "CW110",
        SITE + necessary(name='name = "*yz" #!') + statistics(name='name = "xyz"') + statistics(name='name = "x*"'),
    ),
    ("CW111", SITE + cookie(name='name = "*" #!')),
    ("CW111", SITE + cookie(name='name = "a*" #!')),
    ("CW111", SITE + necessary(name='name = "__Host-*" #!')),
    ("CW112", SITE + cookie(name='name = "_visits*"', category=f"{NECESSARY} #!")),
    (
        "CW112",
        SITE + statistics('provider = "Ads"', name='name = "_pixel"').replace('"statistical"', '"statistical" #!'),
    ),
    ("CW112", SITE + statistics(name='name = "frame_session"').replace('"statistical"', '"statistical" #!')),
    ("CW113", SITE + statistics(lifetime='lifetime = "2 years" #!')),
    ("CW113", SITE + statistics("anonymized = true", lifetime='lifetime = "14 months" #!')),
    ("CW113", SITE + cookie('kind = "local-storage"', lifetime='lifetime = "397 days" #!')),
    ("CW114", SITE + necessary(lifetime='lifetime = "10 years" #!')),
    ("CW114", SITE + necessary(lifetime='lifetime = "401 days" #!')),
    ("CW115", site("updated = 2025-11-30 #!")),
    ("CW115", site('updated = "2021-03-30" #!')),
    ("CW116", site('hosts = ["data.example.org"] #!')),
    ("CW116", site('hosts = ["example.org", "data.example.org"] #!')),
    ("CW117", site('hosts = ["data.example.org", "shop.example.org"]') + necessary(name='name = "sessionid" #!')),
    ("CW117", site('hosts = ["*.example.org"]') + necessary(name='names = ["colour", "PHPSESSID"] #!')),
    ("CW117", site() + '[preferences]\ndomain = "example.org"\n' + necessary(name='name = "__Secure-sid" #!')),
    ("CW117", 'extends = "preset:django" #!\n' + site('hosts = ["a.example.org", "b.example.org"]')),
    ("CW118", "# FILL IN: who runs the site. #!\n" + SITE),
    ("CW118", SITE + "#unclear: category: nothing says it #!\n" + cookie()),
    ("CW118", SITE + cookie() + "# ---- Not declared ---- #!\n#\n# theme\n"),
    ("CW118", SITE + 'contact = """\n# FILL IN: x "\\""" # y""""\n# FILL IN: who runs it. #!\n'),
    ("CW119", SITE + necessary('domain = "example.org" #!', name='name = "__Host-a"')),
    ("CW119", SITE + necessary('path = "/x" #!', name='names = ["b", "__host-http-a"]')),
    ("CW119", SITE + necessary('domain = "example.org" #!', 'path = "/x" #!', name='name = "__Host-ab*"')),
    ("CW120", site("updated = 2026-12-03 #!")),
    ("CW121", SITE + statistics(name='name = "_x*"') + statistics(name='name = "_x_login*" #!')),
    ("CW121", SITE + statistics(name='name = "_x_login" #!') + statistics(name='name = "_x*"')),
]

#: By code: policies that nearly break the rule.
KEPT = [
    ("CW101", SITE + cookie('provider = "Example Ads"', category=THIRD)),
    ("CW101", SITE + statistics('provider = "Example Analytics"', name='name = "_visits"')),
    ("CW101", SITE + statistics(name='name = "visits"')),
    ("CW101", SITE + statistics(name='name = "_pk_id"')),  # software that the site runs itself
    ("CW101", SITE + cookie(name='name = "frame_session"')),
    ("CW101", SITE + necessary(name='name = "_visits"')),
    ("CW101", '[site]\nname = "Example Analytics"\n' + statistics(name='name = "_visits"')),
    ("CW102", SITE + cookie()),
    ("CW102", '[site]\nname = "Town"\n' + cookie(category=THIRD) + statistics(name='name = "_visits"')),  # CW101
    ("CW102", '[site]\nname = "Town"\n' + cookie('provider = "Town"')),
    ("CW102", '[site]\nname = "Town"\n' + necessary() + statistics("anonymized = true", name='name = "v"')),
    ("CW103", SITE + cookie(lifetime='lifetime = "session"')),
    ("CW103", SITE + necessary(lifetime="")),
    ("CW103", SITE + cookie('kind = "session-storage"', lifetime="")),
    ("CW103", SITE + cookie('kind = "script"', lifetime="")),
    ("CW103", SITE + cookie('kind = "local-storage"', lifetime="")),  # the visitor's browser may keep it for ever
    ("CW104", SITE + necessary(name='name = "cookies_preferences"', lifetime="")),
    ("CW104", SITE + cookie(lifetime="")),
    ("CW104", 'extends = "preset:django"\n' + SITE),
    ("CW105", site(BOTH) + cookie('purpose = {en = "Colours", fr = "Couleurs"}', 'provider = "Town"')),
    ("CW105", site('languages = ["en", "fr-BE"]') + cookie('purpose = {en = "Colours", fr = "Couleurs"}')),
    ("CW105", SITE + cookie('purpose = {en = "Colours"}')),
    ("CW105", 'extends = "preset:django"\n' + site(BOTH)),
    ("CW106", SITE + statistics("anonymized = true", 'provider = "Town"')),
    ("CW106", SITE + statistics("anonymized = true", 'provider = "TOWN."')),
    ("CW106", SITE + statistics("anonymized = true", name='name = "_pk_id"')),
    ("CW106", SITE + statistics("anonymized = true", 'provider = "Matomo, on our own server"')),
    ("CW106", SITE + statistics('provider = "Example Counter"')),
    ("CW106", site('hosts = ["www.town.example"]') + statistics("anonymized = true", 'domain = "town.example"')),
    ("CW106", site('hosts = ["*.a.example"]') + statistics("anonymized = true", 'domain = "b.a.example"')),
    ("CW106", '[site]\nname = "example analytics"\n' + statistics("anonymized = true", name='name = "_visits"')),
    ("CW106", site('hosts = ["*"]') + statistics("anonymized = true", 'domain = "count.example"')),
    ("CW106", SITE + statistics("anonymized = true", 'domain = "count.example"')),  # it names no host
    ("CW107", SITE + necessary()),
    ("CW107", SITE + necessary(name='name = "cookies_preferences"')),
    ("CW107", SITE + statistics()),
    ("CW107", 'extends = "preset:django"\n' + SITE),
    ("CW108", SITE + cookie('purpose = "Keeps your colours..."')),
    ("CW109", SITE + cookie('purpose = "Necessary to sign in."')),
    ("CW109", SITE + cookie('purpose = "..."')),
    ("CW109", SITE + cookie('purpose = "Counts visits."')),
    ("CW109", SITE + cookie('purpose = "記住您選擇的顏色"')),  # written without blanks
    ("CW109", SITE + cookie('purpose = "จดจำสีที่คุณเลือก"')),
    ("CW109", SITE + cookie('purpose = "Παρακολουθεί επισκέψεις"')),
    ("CW110", SITE + statistics(name='name = "_x*"') + statistics(name='name = "_x_login"')),
    ("CW110", SITE + statistics(name='name = "_x*"') + necessary(name='name = "_y"')),
    ("CW110", SITE + statistics(name='name = "_x*z"') + necessary(name='name = "_x_y*"')),
    ("CW110", SITE + statistics(name='name = "ab*b"') + necessary(name='name = "ab"')),
    ("CW110", SITE + statistics(name='name = "_x*"') + necessary('kind = "local-storage"', name='name = "_xy"')),
    ("CW110", 'extends = "preset:isso"\n' + SITE + statistics(name='name = "isso-count"')),
    ("CW111", SITE + cookie(name='name = "_ga*"')),
    ("CW111", SITE + cookie('kind = "local-storage"', name='name = "*"')),
    ("CW112", SITE + statistics('provider = "A"', name='name = "_visits"')),
    ("CW112", SITE + cookie('provider = "Ads"', name='name = "_pixel"')),  # needs the same consent
    ("CW112", SITE + necessary(name='name = "unknown"')),
    ("CW112", SITE + necessary('kind = "local-storage"', name='name = "_visits"')),
    ("CW113", SITE + statistics(lifetime='lifetime = "13 months"')),
    ("CW113", SITE + necessary(lifetime='lifetime = "2 years"')),
    ("CW114", SITE + necessary(lifetime='lifetime = "400 days"')),
    ("CW114", SITE + statistics(lifetime='lifetime = "2 years"')),  # CW113 says it
    ("CW114", SITE + necessary('kind = "local-storage"', lifetime='lifetime = "10 years"')),
    ("CW115", site("updated = 2025-12-01")),
    ("CW115", site("updated = 2027-01-01")),  # CW120 says it
    ("CW115", SITE),
    ("CW116", site('hosts = ["example.org"]')),
    ("CW116", site('hosts = ["example.co.uk", "127.0.0.1", "localhost"]')),
    ("CW116", site('hosts = ["data.example.org"]') + '[preferences]\nname = "__Host-cookies_preferences"\n'),
    ("CW116", site('hosts = ["data.example.org"]') + '[preferences]\ndomain = "example.org"\n'),
    ("CW117", site('hosts = ["data.example.org"]') + necessary(name='name = "sessionid"')),
    ("CW117", site('hosts = ["example.org", "www.example.org"]') + necessary(name='name = "sessionid"')),
    ("CW117", site('hosts = ["*.example.org"]') + necessary(name='name = "__Host-sessionid"')),
    ("CW117", site('hosts = ["*.example.org"]') + necessary('domain = "example.org"', name='name = "sessionid"')),
    ("CW117", site('hosts = ["*.example.org"]') + necessary('path = "/shop"', name='name = "sessionid"')),
    ("CW117", site('hosts = ["*.example.org"]') + necessary(name='name = "colour"')),
    ("CW117", site('hosts = ["*.example.org"]') + necessary('provider = "Example Shield"', name='name = "sid"')),
    ("CW117", 'extends = "preset:cloudflare"\n' + site('hosts = ["*.example.org"]')),
    ("CW117", site('hosts = ["*.example.org"]') + cookie(name='name = "session_hint"')),
    ("CW118", "# Search for FILL IN.\n# FILL INSTANTLY\n" + SITE + "# It is unclear: why?\n"),
    ("CW118", SITE + 'contact = """\n# FILL IN: who\n# unclear: why"""\n'),
    ("CW118", SITE + "contact = '''\n# FILL IN: \"who\n# unclear: why'''\n" + cookie("'function' = '# FILL IN: it'")),
    ("CW118", SITE + cookie('function = "\\"# FILL IN: it"')),
    ("CW119", SITE + necessary('path = "/"', name='name = "__Host-a"')),
    ("CW119", SITE + necessary('domain = "example.org"', 'path = "/x"', name='name = "__Secure-a"')),
    ("CW119", SITE + cookie('kind = "local-storage"', name='name = "__Host-a"')),
    ("CW120", site("updated = 2026-12-02")),  # it may be tomorrow elsewhere
    ("CW121", SITE + statistics(name='name = "_x*"') + statistics(name='name = "_xy"', lifetime='lifetime = "9 days"')),
    ("CW121", SITE + statistics(name='names = ["_x", "_x_y", "_x_*"]')),
    ("CW121", SITE + statistics(name='name = "_x*"') + statistics('provider = "Town"', name='name = "_x_y"')),
]


def checked(folder, text, name="site.toml", **options):
    (folder / name).write_text(text)
    return check_files([folder / name], TODAY, known=well_known, **options).findings


def codes(findings):
    return {finding.rule.code for finding in findings}


@pytest.mark.parametrize(("code", "text"), BROKEN)
def test_a_policy_that_breaks_a_rule_is_reported_with_its_line(tmp_path, code, text):
    # The position of a table is that of its name.
    marked = [
        (number, 2 if line.startswith("[site]") else 1)
        for number, line in enumerate(text.splitlines(), 1)
        if line.endswith("#!")
    ]
    findings = [finding for finding in checked(tmp_path, text) if finding.rule.code == code]
    assert marked
    assert [(one.file, one.problem.line, one.problem.column) for one in findings] == [
        (str(tmp_path / "site.toml"), line, column) for line, column in marked
    ]
    for finding in findings:
        assert finding.problem.message
        assert finding.problem.remedy
        assert str(finding).isprintable()


@pytest.mark.parametrize(("code", "text"), KEPT)
def test_a_policy_that_nearly_breaks_a_rule_is_not_reported(tmp_path, code, text):
    findings = checked(tmp_path, text)
    assert "CW001" not in codes(findings)
    assert code not in codes(findings)


def test_each_rule_has_cases_that_break_it_and_cases_that_nearly_do():
    for cases in (BROKEN, KEPT):
        assert sorted({code for code, _ in cases}) == [rule.code for rule in LINT]


def test_codes_and_names_are_unique_and_each_rule_is_one_sentence():
    rules = (*LOADING, *LINT)
    assert [rule.code for rule in rules] == sorted({rule.code for rule in rules})
    assert len({rule.name for rule in rules}) == len(rules)
    for rule in rules:
        assert rule.summary.endswith(".")
        assert len(rule.summary.split()) <= 20


def test_a_policy_with_all_that_visitors_need_has_no_findings(tmp_path):
    text = site('hosts = ["town.example"]', "updated = 2026-11-30", BOTH)
    both = 'purpose = {en = "Keeps you signed in.", fr = "Vous garde connecté."}'
    reason = 'reason = {en = "Without it, nobody could sign in.", fr = "Sans lui, personne ne pourrait se connecter."}'
    login = cookie(both, reason, name='name = "__Host-login"', category=NECESSARY)
    assert checked(tmp_path, text + login) == ()


#: By code: policies that break a rule, and how much that matters.
LEVELS = [
    ("CW112", SITE + necessary(name='name = "_visits"'), "warning"),
    ("CW112", SITE + necessary(name='name = "_pixel"'), "warning"),
    ("CW112", SITE + necessary(name='name = "_notes_*"'), "note"),  # many sites ask nobody for what is their own
    ("CW112", SITE + statistics('provider = "Ads"', name='name = "_pixel"'), "note"),  # it waits for consent
    ("CW112", SITE + cookie(name='name = "frame_session"'), "note"),
    ("CW113", SITE + statistics(lifetime='lifetime = "2 years"'), "note"),
    ("CW113", site('profile = "eu"') + statistics(lifetime='lifetime = "2 years"'), "note"),
    ("CW113", site('profile = ["eu", "fr"]') + statistics(lifetime='lifetime = "2 years"'), "warning"),
    ("CW113", site('profile = "fr"') + cookie(lifetime='lifetime = "2 years"'), "note"),  # the limit is for statistics
]


@pytest.mark.parametrize(("code", "text", "level"), LEVELS)
def test_a_finding_matters_more_if_more_depends_on_it(tmp_path, code, text, level):
    assert [one.level for one in checked(tmp_path, text) if one.rule.code == code] == [level]


def test_the_cookie_and_the_key_of_a_finding_are_named(tmp_path):
    (finding,) = (one for one in checked(tmp_path, SITE + cookie(lifetime="")) if one.rule.code == "CW103")
    assert (finding.problem.key, finding.problem.cookie) == ("cookies[0].lifetime", "x")


def test_the_names_that_a_pattern_covers_are_named_up_to_a_few(tmp_path):
    names = json.dumps([f"_x{number}" for number in range(9)])
    text = SITE + statistics(name='name = "_x*"') + necessary(name=f"names = {names}")
    (finding,) = (one for one in checked(tmp_path, text) if one.rule.code == "CW110")
    assert '"_x0", "_x1", "_x2", "_x3", "_x4", "_x5" and 3 more' in finding.problem.message


def test_a_remedy_that_loses_every_choice_says_when_to_apply_it(tmp_path):
    (finding,) = checked(tmp_path, site('hosts = ["data.example.org"]'))
    assert finding.problem.remedy.endswith("before the site goes live; on a live site, every choice is lost")


# Bases and presets


def test_what_a_base_declares_is_reported_in_the_base(tmp_path):
    (tmp_path / "base.toml").write_text(cookie(lifetime=""))
    (finding,) = checked(tmp_path, 'extends = "base.toml"\n' + SITE)
    assert (finding.rule.code, finding.file, finding.problem.line) == ("CW103", str(tmp_path / "base.toml"), 1)


def test_what_a_base_declares_and_the_site_renames_is_reported_in_the_base_under_its_new_name(tmp_path):
    (tmp_path / "base.toml").write_text(cookie(name='name = "a"') + cookie(name='name = "b"', lifetime=""))
    (finding,) = checked(tmp_path, 'extends = "base.toml"\nrename = {a = "b", b = "a"}\n' + SITE)
    problem = finding.problem
    assert (finding.file, problem.key, problem.cookie) == (str(tmp_path / "base.toml"), "cookies[1].lifetime", "a")


def test_what_a_base_says_of_the_site_is_reported_in_the_base_unless_the_site_says_it_too(tmp_path):
    (tmp_path / "base.toml").write_text("[site]\nupdated = 2020-01-01\n")
    (finding,) = checked(tmp_path, 'extends = "base.toml"\n' + SITE)
    assert (finding.rule.code, finding.file) == ("CW115", str(tmp_path / "base.toml"))
    assert checked(tmp_path, 'extends = "base.toml"\n' + site("updated = 2026-01-01")) == ()


def test_what_a_base_declares_and_the_site_declares_again_is_reported_in_the_site(tmp_path):
    (tmp_path / "base.toml").write_text(cookie(lifetime=""))
    assert checked(tmp_path, 'extends = "base.toml"\n' + SITE + cookie()) == ()


def test_what_a_preset_of_a_base_lacks_is_reported_where_the_base_extends_it(tmp_path):
    (tmp_path / "base.toml").write_text('\nextends = ["preset:django", "preset:cloudflare"]\n')
    (finding,) = checked(tmp_path, 'extends = "base.toml"\n' + SITE)
    assert (finding.file, finding.problem.key) == (str(tmp_path / "base.toml"), "extends")
    assert finding.problem.line == 2


def test_each_preset_that_lacks_something_is_reported(tmp_path):
    findings = checked(tmp_path, 'extends = ["preset:aws", "preset:cloudflare"]\n' + SITE)
    assert [finding.problem.message.split('"')[1] for finding in findings] == ["preset:aws", "preset:cloudflare"]


def test_a_policy_that_has_no_site_table_of_its_own_is_reported_where_its_base_names_the_site(tmp_path):
    (tmp_path / "base.toml").write_text('\n[site]\nname = "Town"\n')
    (finding,) = checked(tmp_path, 'extends = "base.toml"\n' + cookie())
    assert (finding.rule.code, finding.file, finding.problem.line) == ("CW102", str(tmp_path / "base.toml"), 2)


def test_json_has_lines_and_columns_too(tmp_path):
    line = '  {"name": "x", "category": "first-party", "purpose": "Keeps colours.", "lifetime": "2 years"}]}'
    text = '{"site": {"name": "Town", "operator": "Town"},\n "cookies": [\n' + line
    (finding,) = checked(tmp_path, text, "site.json")
    place = finding.problem.line, finding.problem.column
    assert (finding.rule.code, place) == ("CW113", (3, line.index('"lifetime"') + 1))


def test_a_mapping_has_findings_without_lines():
    mapping = {"site": {"name": "Town", "updated": "2020-01-01"}}
    (finding,) = lint(Policy.from_mapping(mapping), [Layer("policy", mapping)], TODAY, well_known)
    assert (finding.rule.code, finding.file, finding.problem.line) == ("CW115", "policy", None)


@pytest.mark.parametrize("day", [date(2028, 2, 29), date(2027, 2, 28), date(2027, 3, 1)])
def test_the_last_day_of_february_has_a_year_later(tmp_path, day):
    (tmp_path / "site.toml").write_text(site("updated = 2024-02-29"))
    found = check_files([tmp_path / "site.toml"], day, known=well_known).findings
    assert codes(found) == {"CW115"}


# Patterns


def test_only_the_narrowest_pattern_is_reported_for_a_name(tmp_path):
    text = SITE + statistics(name='name = "_x*"') + cookie(name='name = "_xy*"') + cookie(name='name = "_xyz"')
    (finding,) = (one for one in checked(tmp_path, text) if one.rule.code == "CW110")
    assert finding.problem.message.endswith('another category: "_xy*"')


PARTS = st.text("ab", max_size=3)
NAMES = st.one_of(
    st.builds("xx{}".format, PARTS), st.builds("xx{}*".format, PARTS), st.builds("xx{}*{}".format, PARTS, PARTS)
)


@examples(200)
@given(st.dictionaries(NAMES, st.sampled_from(["statistical", "first-party"]), min_size=1, max_size=8))
def test_a_pattern_is_reported_only_if_each_name_of_a_pattern_in_another_category_is_one_of_its_own(by_name):
    rows = [{"name": name, "category": category, "purpose": "P"} for name, category in by_name.items()]
    mapping = {"site": {"name": "Town"}, "cookies": rows}
    findings = lint(Policy.from_mapping(mapping), [Layer("policy", mapping)], TODAY, well_known)
    reported = {one.problem.cookie for one in findings if one.rule.code == "CW110"}

    def covers(pattern, name):
        # Any letter stands for what the star of the covered pattern may be.
        return name != pattern and all(
            fnmatchcase(name.replace("*", between), pattern) for between in ("", "a", "b", "ccc")
        )

    patterns = [name for name in by_name if "*" in name]
    for pattern in patterns:
        others = [name for name in by_name if covers(pattern, name) and by_name[name] != by_name[pattern]]
        narrower = [other for other in patterns if other != pattern and any(covers(other, name) for name in others)]
        if not others:
            assert pattern not in reported
        elif not narrower:
            assert pattern in reported


def test_thousands_of_patterns_that_cover_each_other_are_survived(tmp_path):
    names = json.dumps(["_" + "a" * number + "*" for number in range(1, 400)])
    tails = json.dumps(["*" + "b" * number for number in range(2, 400)])
    exact = json.dumps(["_" + "a" * 399 + str(number) for number in range(2000)])
    rows = statistics(name=f"names = {names}") + cookie(name=f"names = {tails}") + necessary(name=f"names = {exact}")
    assert "CW110" in codes(checked(tmp_path, SITE + rows))


@pytest.mark.parametrize("name", ["*", "a*", "*a", "_*", "__Secure-*", "__http-a*", "é*"])
def test_a_pattern_of_one_letter_is_wide(name):
    assert is_wide(name)


@pytest.mark.parametrize("name", ["ab*", "a*b", "__Host-ab*", "_ga*", "éa*"])
def test_a_pattern_of_two_letters_is_not(name):
    assert not is_wide(name)


def test_another_site_is_named_as_the_source_of_a_provider_and_not_of_a_category():
    row = KnownCookie(("_hints*",), "Hints", Category.FIRST_PARTY, "", SecondarySource.OPENDATASOFT)
    mapping = tomllib.loads(SITE + necessary(name='name = "_hints*"') + cookie(name='name = "_hints_x"'))
    policy = Policy.from_mapping(mapping)
    found = lint(policy, [Layer("policy", mapping)], TODAY, lambda name: row)
    remedies = {finding.rule.code: finding.problem.remedy for finding in found}
    assert remedies["CW112"] == 'write category = "first-party", unless the site does not work without it'
    assert remedies["CW101"].endswith(f"(see {SecondarySource.OPENDATASOFT})")


# The presets


PRESETS = sorted((Path(__file__).parents[2] / "src" / "cookiewarden" / "policy" / "presets").glob("*.toml"))


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)
def test_a_preset_has_no_findings_but_what_it_cannot_know(tmp_path, path):
    text = f'extends = "preset:{path.stem}"\n' + site('languages = ["en", "fr", "nl", "de", "it", "es", "pl", "pt"]')
    assert codes(checked(tmp_path, text)) <= {"CW104"}


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)
def test_a_preset_that_a_site_made_its_own_has_no_findings_but_notes(tmp_path, path):
    text = path.read_text("utf-8") + site('languages = ["en", "fr", "nl", "de", "it", "es", "pl", "pt"]')
    assert Positions(text).of("cookies[0]")
    # One is first-party, and the application of another keeps the language for ten years.
    assert codes(checked(tmp_path, text)) <= {"CW104", "CW107", "CW114"}
