"""Rolling out: reporting only, by policy, category or request; and requests that need no consent."""

import logging
from dataclasses import replace

import pytest

from cookiewarden import OptionError, Policy, PolicyError, asgi, banner_of, consent_of, script_of, wsgi
from exchanges import DOCUMENT, PLAIN, POLICY, SECRET_KEY, SentRequest, Wrapped, set_cookies, through_asgi, through_wsgi
from scenarios import chosen, cookies, sends

BOTH = pytest.mark.parametrize("through", [through_asgi, through_wsgi])
MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
LINES = ["sid=1", "_ga=1", "theme=1", "NID=1", "unknown=1", "=nameless"]
ALL = set(LINES)
ENFORCED = {"sid=1"}


def left(through, request=PLAIN, **options):
    return {line.decode() for line in set_cookies(through(sends(*LINES), request, **options))}


def path_of(carrier):
    return carrier.get("path") or carrier["PATH_INFO"]


@BOTH
@pytest.mark.parametrize(
    ("report_only", "passing"),
    [
        (True, ALL),
        (False, ENFORCED),
        ([], ENFORCED),
        (["statistical"], ENFORCED | {"_ga=1"}),
        (["third-party", "undeclared"], ENFORCED | {"NID=1", "unknown=1"}),
        (["first-party", "malformed"], ENFORCED | {"theme=1", "=nameless"}),
        ("undeclared", ENFORCED | {"unknown=1"}),
    ],
)
def test_a_policy_may_have_some_categories_reported_only(through, report_only, passing):
    policy = {**POLICY, "report_only": report_only}
    assert left(through, policy=policy) == passing


@pytest.mark.parametrize(
    ("report_only", "message"),
    [
        (["necessary"], '"necessary" cookies are never blocked; leave it out'),
        (["statistics"], '"statistics" is neither true nor a kind of cookie; did you mean statistical?'),
        ([1], "must be a list of strings"),
        (1, "must be true, false or a list"),
    ],
)
def test_a_wrong_word_under_report_only_is_a_problem(report_only, message):
    with pytest.raises(PolicyError, match=message):
        Policy.from_mapping({**POLICY, "report_only": report_only})


def test_report_only_of_the_extending_file_counts_and_consent_does_not_depend_on_it(tmp_path):
    (tmp_path / "base.toml").write_text('report_only = ["undeclared"]\n[site]\nname = "Base"\n')
    (tmp_path / "open.toml").write_text('extends = "base.toml"\n[site]\nname = "X"\n')
    (tmp_path / "shut.toml").write_text('extends = "base.toml"\nreport_only = false\n[site]\nname = "X"\n')
    still_open, shut = (Policy.load(tmp_path / name) for name in ("open.toml", "shut.toml"))
    assert still_open.report_only == {"undeclared"}
    assert shut.report_only == frozenset()
    assert still_open.digests == shut.digests


@BOTH
def test_report_only_by_request_applies_to_that_request(through):
    options = {"report_only": lambda carrier: path_of(carrier) == "/trial"}
    assert left(through, SentRequest(path="/trial"), **options) == ALL
    assert left(through, SentRequest(path="/"), **options) == ENFORCED


@MODULES
def test_report_only_by_category_or_request_deletes_nothing(module):
    visitor = SentRequest(cookies=(f"{chosen()}; _ga=1; NID=1",), headers=DOCUMENT)
    by_category = Wrapped(module, policy={**POLICY, "report_only": ["statistical"]})
    assert {line.partition(b"=")[0] for line in set_cookies(by_category.ask(visitor))} == {b"NID"}
    by_request = Wrapped(module, report_only=lambda carrier: path_of(carrier) == "/trial")
    assert set_cookies(by_request.ask(replace(visitor, path="/trial"))) == []
    assert {line.partition(b"=")[0] for line in set_cookies(by_request.ask(visitor))} == {b"_ga", b"NID"}


@BOTH
def test_a_line_that_is_only_reported_changes_nothing_for_caches(through):
    policy = {**POLICY, "report_only": ["statistical"]}
    assert through(sends("_ga=1", "NID=1"), policy=policy) == [(b"set-cookie", b"_ga=1")]


PREDICATES = {
    "raises": lambda carrier: 1 / 0,
    "returns a string": lambda carrier: "yes",
    "returns nothing": lambda carrier: None,
}


@BOTH
@pytest.mark.parametrize("option", ["report_only", "consent_needed"])
@pytest.mark.parametrize("predicate", PREDICATES.values(), ids=PREDICATES)
def test_a_predicate_that_fails_lets_nothing_pass_and_is_logged(through, option, predicate, caplog):
    assert left(through, **{option: predicate}) == ENFORCED
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert option in record.getMessage()


@MODULES
def test_a_predicate_that_always_fails_is_logged_once_a_minute(module, caplog):
    app = Wrapped(module, report_only=lambda carrier: 1 / 0)
    for _ in range(3):
        app.ask(SentRequest(), sends("_ga=1"))
    assert len([record for record in caplog.records if record.levelno == logging.ERROR]) == 1


@MODULES
def test_predicates_are_called_once_a_request_and_only_if_it_matters(module):
    asked = []

    def answers(option, answer):
        return lambda carrier: asked.append(option) or answer

    app = Wrapped(module, report_only=answers("report_only", False), consent_needed=answers("consent_needed", True))
    app.ask(SentRequest(), sends("sid=1"))
    assert asked == []
    app.ask(SentRequest(), sends("unknown=1", "other=1"))
    assert asked == ["report_only"]
    app.ask(SentRequest(), sends("_ga=1", "NID=1"))
    assert asked[1:] == ["consent_needed", "report_only"]


def refuses(carrier):
    consent_of(carrier).withdraw()
    return True


def grants_statistics(carrier):
    consent_of(carrier).grant("statistical")
    return False


def is_decided(carrier):
    return consent_of(carrier).is_decided


@BOTH
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"report_only": is_decided}, {b"vary"}),
        ({"consent_needed": is_decided}, {b"vary"}),
        ({"report_only": refuses}, {b"cookies_preferences", b"cache-control"}),
        ({"consent_needed": grants_statistics}, {b"cookies_preferences", b"cache-control"}),
    ],
    ids=["report_only reads", "consent_needed reads", "report_only refuses", "consent_needed grants"],
)
def test_a_predicate_may_read_and_change_the_choice(through, options, expected):
    headers = through(sends("sid=1", "_ga=1"), **options)
    names = {value.partition(b"=")[0] if name == b"set-cookie" else name for name, value in headers}
    assert expected <= names


@MODULES
def test_on_decision_may_change_the_choice(module):
    carriers = []

    def view(carrier):
        carriers.append(carrier)
        return cookies("sid=1")

    app = Wrapped(module, on_decision=lambda record: consent_of(carriers[-1]).withdraw())
    assert [line.partition(b"=")[0] for line in set_cookies(app.ask(PLAIN, view))] == [b"sid", b"cookies_preferences"]


async def waits(carrier):
    return True


@pytest.mark.parametrize("option", ["report_only", "consent_needed"])
@pytest.mark.parametrize("wrong", [waits, "yes", 1, ["statistical"], lambda: True, lambda one, other: True])
def test_a_predicate_that_is_not_a_plain_function_stops_the_start(option, wrong):
    with pytest.raises(OptionError, match=f"{option}: must be"):
        Wrapped(wsgi, **{option: wrong})


def exempt(carrier):
    return False


@BOTH
@pytest.mark.parametrize(
    ("visitor", "passing"),
    [
        ((), {"sid=1", "_ga=1", "theme=1", "NID=1"}),
        ((chosen("statistical"),), {"sid=1", "_ga=1"}),
        ((chosen("statistical", policy={**POLICY, "site": {**POLICY["site"], "version": "old"}}),), {"sid=1", "_ga=1"}),
        ((chosen(),), {"sid=1"}),
    ],
)
def test_without_need_of_consent_all_declared_cookies_pass_except_refused_ones(through, visitor, passing):
    assert left(through, SentRequest(cookies=visitor), consent_needed=exempt) == passing


@MODULES
def test_without_need_of_consent_nobody_is_asked_and_embeds_are_written(module):
    app = Wrapped(module, consent_needed=lambda carrier: path_of(carrier) != "/exempt")
    seen = []

    def view(carrier):
        choice = consent_of(carrier)
        script = script_of(carrier, "statistical", "/count.js")
        seen.append((choice.is_needed, choice.allows("statistical"), bool(banner_of(carrier)), bool(script)))
        return []

    app.ask(SentRequest(path="/exempt"), view)
    app.ask(SentRequest(path="/"), view)
    app.ask(SentRequest(path="/exempt", cookies=(chosen(),)), view)
    assert seen == [(False, True, False, True), (True, False, True, False), (False, False, False, False)]


@MODULES
def test_without_need_of_consent_the_banner_is_empty_and_the_api_differs(module):
    app = Wrapped(module, consent_needed=exempt)
    asked = Wrapped(module)
    for path in ("/cookies/banner", "/cookies/preferences.json"):
        request = SentRequest(path=path)
        lengths = [dict(one.ask(request))[b"content-length"] for one in (app, asked)]
        assert int(lengths[0]) != int(lengths[1])
    assert dict(app.ask(SentRequest(path="/cookies/banner")))[b"content-length"] == b"0"


@BOTH
def test_each_policy_of_a_set_has_its_own_report_only(through, tmp_path):
    for host, report_only in (("one.example", "true"), ("two.example", "false")):
        text = f'report_only = {report_only}\n[site]\nname = "{host}"\nhosts = ["{host}"]\n'
        (tmp_path / f"{host}.toml").write_text(text)
    assert left(through, SentRequest(host="one.example"), policy=tmp_path) == ALL
    assert left(through, SentRequest(host="two.example"), policy=tmp_path) == set()
    assert left(through, SentRequest(host="three.example"), policy=tmp_path) == set()


def test_one_error_names_all_wrong_options():
    with pytest.raises(OptionError) as caught:
        wsgi.CookieWardenMiddleware(
            None, policy=POLICY, secret_key=SECRET_KEY, report_only=1, consent_needed=1, on_decision=1
        )
    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == [
        "report_only",
        "consent_needed",
        "on_decision",
    ]
