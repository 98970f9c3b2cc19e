"""The presets of applications, compared with lines that the applications set: Datasette 0.65.5, Gradio 6.31, Isso 0.14,
pretix 2026.8, Trac 1.6, Zope 6.3 with Products.Sessions 6.2, PluggableAuthService 4.2 and CMFCore 3.8.

The applications are too large to install for these tests. We ran each once and kept what it set, with shorter values.
The lines of CMFCore (__ac, __ac_name) and tree-state follow from the code.
"""

from email.utils import formatdate

import pytest

from cookiewarden import Policy, Reason
from cookiewarden.set_cookie import parse_set_cookie
from preset_policies import APPLICATIONS, OPTIONAL, declarations_of, extending

NOW = 1_795_340_000
DAY = 86_400


def after(days):
    return f"expires={formatdate(NOW + days * DAY, usegmt=True)}"


RANDOM = "wvyN4I5TaFkteCPrycwL6QB_NscLCNsa8WfiskWxY_0"
LINES = {
    "datasette": [
        "ds_actor=eyJhIjp7fX0.zT0--4v6; Path=/; SameSite=lax",
        "ds_csrftoken=IndEQ3VjT.BwwBS0b9; Path=/; SameSite=Lax",
        "ds_messages=W1sieCIsMV1d.h3fJ0MCr; Path=/; SameSite=lax",
    ],
    "gradio": [
        f"access-token-{RANDOM}=k2UBDh51; HttpOnly; Path=/; SameSite=none; Secure",
        f"access-token-unsecure-{RANDOM}=k2UBDh51; HttpOnly; Path=/; SameSite=lax",
    ],
    "isso": [
        f"isso-1=WzEsIjk0.aw0j0Q; {after(1 / 96)}; Max-Age=900; Path=/; SameSite=Lax",  # in the field X-Set-Cookie
        f"admin-session=eyJsb2dn.aw0j0Q; {after(1)}; Path=/; SameSite=Lax",
    ],
    "pretix": [
        f"pretix_session=x1; {after(14)}; HttpOnly; Max-Age=1209600; Path=/",
        f"__Host-pretix_session=x1; {after(14)}; HttpOnly; Max-Age=1209600; Path=/; SameSite=None; Secure; Partitioned",
        f"pretix_csrftoken=x1; {after(364)}; Max-Age=31449600; Path=/",
        f"__Host-pretix_csrftoken=x1; {after(364)}; Max-Age=31449600; Path=/; SameSite=None; Secure; Partitioned",
        f"pretix_language=de; {after(3650)}; Max-Age=315360000; Path=/; SameSite=None; Secure; Partitioned",
    ],
    "trac": [
        "trac_auth=d2362fcd; HttpOnly; Path=/trac",
        "trac_form_token=42b469a2; HttpOnly; Path=/trac",
        f"trac_session=bbe2bdfd; {after(90)}; HttpOnly; Path=/trac",
    ],
    "zope": [
        "tree-s=eJyLjlZytUhJC00NcgoyL7dVio0FADRxBYc; SameSite=Lax",
        "tree-state=eJyLjlZytUhJC00NcgoyL7dVio0FADRxBYc",
        "__cp=eF6LNtBRiI5WUtJRUEpTio2NBQAfCwPf%0A; Path=/zope",
        "_ZopeId=57331012A8xTzmGDb8U; Path=/; SameSite=Lax",
        "__ac=YWJyYWhhbTpwYXNzLXc%3D; Path=/; Secure",
        f"__ac_name=abraham; {after(365)}; Path=/",
        "__ginger_snap=NjE2MjNh; Path=/; SameSite=Lax",
    ],
}
# Lines that delete them, which pass as deletions under any policy.
DELETIONS = [
    'ds_actor=""; expires=Sun, 22 Nov 2026 10:20:50 GMT; Max-Age=0; Path=/; SameSite=lax',
    f'access-token-{RANDOM}=""; expires=Sun, 22 Nov 2026 07:20:54 GMT; Max-Age=0; Path=/; SameSite=lax',
    "1=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax",
    "__Host-pretix_session=; expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Path=/; SameSite=None; Secure",
    "__ac=deleted; Path=/; Expires=Wed, 31 Dec 1997 23:59:59 GMT; Max-Age=0",
]
each_line = pytest.mark.parametrize(("preset", "line"), [(preset, line) for preset in LINES for line in LINES[preset]])


def test_every_preset_of_an_application_is_checked_here():
    assert list(LINES) == list(APPLICATIONS)


@each_line
def test_the_cookies_of_an_application_pass_unless_it_works_without_them(preset, line):
    decision = extending(preset).decide(line, now=NOW)
    assert decision.reason is (Reason.UNDECIDED if decision.declaration.names[0] in OPTIONAL else Reason.NECESSARY)
    assert extending(preset).decide(line, consent={"first-party"}, now=NOW).allowed
    assert Policy.from_mapping({"site": {"name": "X"}}).decide(line, now=NOW).reason is Reason.UNDECLARED


@each_line
def test_the_cookies_of_an_application_have_the_declared_lifetime_and_path(preset, line):
    declaration = extending(preset).decide(line, now=NOW).declaration
    cookie = parse_set_cookie(line, now=NOW)
    assert declaration.lifetime.seconds == (cookie.expiry and round(cookie.expiry - NOW))
    # The preset declares no path if it depends on where the site mounts the application, or on the page.
    assert declaration.path in (cookie.cookie_path.decode(), None)
    assert (declaration.path is None) == (preset == "trac" or declaration.names[0] in ("tree-s", "__cp"))


@pytest.mark.parametrize("preset", LINES)
def test_every_name_in_the_preset_of_an_application_occurs_in_a_line(preset):
    policy = extending(preset)
    found = [policy.declared.find(line.partition("=")[0].encode()) for line in LINES[preset]]
    assert {name for one in found for name in one.names} == {
        name for declaration in declarations_of(preset) for name in declaration.names
    }
    names = {line.partition("=")[0] for line in LINES[preset]}
    exact = {name for one in found for name in one.names if "*" not in name}
    assert exact <= names


@pytest.mark.parametrize("line", DELETIONS)
def test_an_application_can_delete_its_cookies_without_its_preset(line):
    assert Policy.from_mapping({"site": {"name": "X"}}).decide(line, now=NOW).reason is Reason.DELETION


def test_the_lines_in_the_comment_of_the_isso_preset_cover_the_cookies_of_comments():
    cookie = {"names": [f"{digit}*" for digit in range(1, 10)], "category": "necessary", "purpose": "Lets you edit"}
    policy = Policy.from_mapping({"extends": "preset:isso", "site": {"name": "X"}, "cookies": [cookie]})
    for number in (1, 9, 10, 907):
        assert policy.decide(f"{number}=WzEsIjk0.aw0j0Q; Max-Age=900; Path=/", now=NOW).reason is Reason.NECESSARY
