"""``on_choice``: what its record says about each choice, and that a failing callback stops nothing."""

import asyncio
import dataclasses
import functools
import hashlib
import io
import json
import logging

import pytest

from cookiewarden import Category, ChoiceRecord, ChoiceSource, OptionError, Policy, PolicySet, asgi, consent_of, wsgi
from cookiewarden.http.urls import url_path
from exchanges import NOW, POLICY, SentRequest, Wrapped, http_environ, set_cookies, wrap
from paged import FORM, JSON, OWN, Site
from scenarios import VERSIONED, chosen

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
STATISTICAL, FIRST_PARTY, THIRD_PARTY = Category.STATISTICAL, Category.FIRST_PARTY, Category.THIRD_PARTY
PAGE = SentRequest(path="/cookies/preferences", method="POST", headers=(FORM,))
API = SentRequest(path="/cookies/preferences.json", method="PUT", headers=(JSON,))


def choosing(act):
    """Return a view in which the visitor chooses."""

    def view(carrier):
        act(consent_of(carrier))
        return ()

    return view


def nothing(carrier):
    return ()


CHOICES = {
    "accepted on the page": (PAGE, nothing, b"choice=accept", "page", {STATISTICAL, FIRST_PARTY, THIRD_PARTY}, set()),
    "refused on the page": (PAGE, nothing, b"choice=refuse", "page", set(), {STATISTICAL, FIRST_PARTY, THIRD_PARTY}),
    "saved on the page": (
        PAGE, nothing, b"choice=save&category=statistical", "page", {STATISTICAL}, {FIRST_PARTY, THIRD_PARTY},
    ),
    "granted at a placeholder": (
        PAGE, nothing, b"choice=grant&category=third-party", "page", {THIRD_PARTY}, set(),
    ),
    "by the API": (API, nothing, b'{"granted": ["first-party"]}', "api", {FIRST_PARTY}, {STATISTICAL, THIRD_PARTY}),
    "granted by a view": (
        SentRequest(), choosing(lambda choice: choice.grant("statistical")), b"", "view", {STATISTICAL}, set(),
    ),
    "withdrawn by a view": (
        SentRequest(), choosing(lambda choice: choice.withdraw("third-party")), b"", "view", set(), {THIRD_PARTY},
    ),
}  # fmt: skip


@MODULES
@pytest.mark.parametrize(("request_", "view", "body", "how", "granted", "refused"), CHOICES.values(), ids=CHOICES)
def test_the_record_says_what_was_chosen_when_and_how(module, request_, view, body, how, granted, refused):
    records = []
    Wrapped(module, on_choice=records.append).ask(request_, view, body)
    (record,) = records
    assert isinstance(record, ChoiceRecord)
    assert (record.site, record.time, record.how) == ("data.example.org", float(NOW), ChoiceSource(how))
    assert (set(record.granted), set(record.refused)) == (granted, refused)
    assert record.versions == Policy.from_mapping(POLICY).digests


@MODULES
def test_the_record_holds_all_answers_in_force_and_not_only_the_new_ones(module):
    records = []
    request = SentRequest(cookies=(chosen("first-party"),))
    Wrapped(module, on_choice=records.append).ask(request, choosing(lambda choice: choice.grant("statistical")))
    assert [(record.granted, record.refused) for record in records] == [((STATISTICAL, FIRST_PARTY), (THIRD_PARTY,))]


@MODULES
def test_a_view_that_chooses_several_times_makes_one_choice(module):
    records = []

    def act(choice):
        choice.grant("statistical")
        choice.withdraw()
        choice.grant("first-party", "third-party")

    Wrapped(module, on_choice=records.append).ask(view=choosing(act))
    assert [record.granted for record in records] == [(FIRST_PARTY, THIRD_PARTY)]


def test_an_app_that_starts_its_response_twice_makes_one_choice():
    records = []

    def app(environ, start_response):
        consent_of(environ).grant("statistical")
        start_response("200 OK", [])
        try:
            raise LookupError
        except LookupError as error:
            start_response("500 Internal Server Error", [], (LookupError, error, error.__traceback__))
        return [b""]

    responses = []
    app = wrap(wsgi.CookieWardenMiddleware, app, on_choice=records.append)
    app(http_environ(), lambda status, headers, exc_info=None: responses.append(headers))
    assert len(records) == 1
    assert all("Set-Cookie" in dict(headers) for headers in responses)


NO_CHOICES = {
    "reading": (SentRequest(), choosing(lambda choice: choice.allows("statistical")), b""),
    "granting nothing": (SentRequest(), choosing(lambda choice: choice.grant()), b""),
    "a visitor who chose before": (SentRequest(cookies=(chosen("statistical"),)), nothing, b""),
    "the page itself": (SentRequest(path="/cookies/preferences?choice=accept"), nothing, b""),
    "the API, read": (SentRequest(path="/cookies/preferences.json"), nothing, b""),
    "the head of the page": (SentRequest(path="/cookies/preferences", method="HEAD"), nothing, b""),
    "a wrong form": (PAGE, nothing, b"choice=perhaps"),
    "a wrong document": (API, nothing, b'{"granted": "all"}'),
    "a form from elsewhere": (
        SentRequest(path=PAGE.path, method="POST", headers=(FORM, ("sec-fetch-site", "cross-site"))), nothing,
        b"choice=accept",
    ),
    "a form to the app": (SentRequest(method="POST", headers=(FORM,)), nothing, b"choice=accept"),
}  # fmt: skip


@MODULES
@pytest.mark.parametrize(("request_", "view", "body"), NO_CHOICES.values(), ids=NO_CHOICES)
def test_without_a_choice_the_callback_is_not_called(module, request_, view, body):
    records = []
    Wrapped(module, on_choice=records.append).ask(request_, view, body)
    assert records == []


LANGUAGES = {
    "the browser's": (SentRequest(headers=(("accept-language", "nl-BE, en;q=0.5"),)), {}, "nl"),
    "that of the address": (SentRequest(path="/?lang=de", headers=(("accept-language", "fr"),)), {}, "de"),
    "that of the site's own cookie": (SentRequest(cookies=("language=de",)), {"language_cookie": "language"}, "de"),
    "the policy's": (SentRequest(), {}, "fr"),
    "the policy's, without pages": (SentRequest(headers=(("accept-language", "nl"),)), {"pages": None}, "fr"),
}


@MODULES
@pytest.mark.parametrize(("request_", "options", "language"), LANGUAGES.values(), ids=LANGUAGES)
def test_the_record_holds_the_language_in_which_the_visitor_was_asked(module, request_, options, language):
    records = []
    policy = {**POLICY, "site": {**POLICY["site"], "language": "fr"}}
    app = Wrapped(module, on_choice=records.append, policy=policy, **options)
    app.ask(request_, choosing(lambda choice: choice.grant("statistical")))
    assert [record.language for record in records] == [language]


@MODULES
def test_the_record_holds_the_versions_that_the_visitor_answered(module):
    records = []
    cookies = [{**cookie, "purpose": "Something else"} for cookie in POLICY["cookies"]]
    for policy in (POLICY, {**POLICY, "cookies": cookies}):
        Wrapped(module, on_choice=records.append, policy=policy).ask(PAGE, body=b"choice=accept")
    assert all(records[0].versions[category] != records[1].versions[category] for category in records[0].granted)


ALL = (STATISTICAL, FIRST_PARTY, THIRD_PARTY)
# What a visitor who granted something before does, and what that withdraws.
WITHDRAWALS = {
    "refused on the page": (
        PAGE, nothing, b"choice=refuse", ("statistical", "third-party"), (STATISTICAL, THIRD_PARTY),
    ),
    "saved on the page without one of them": (
        PAGE, nothing, b"choice=save&category=third-party", ("statistical", "third-party"), (STATISTICAL,),
    ),
    "accepted on the page": (PAGE, nothing, b"choice=accept", ("statistical",), ()),
    "by the API": (API, nothing, b'{"granted": ["first-party"]}', ALL, (STATISTICAL, THIRD_PARTY)),
    "all by a view": (SentRequest(), choosing(lambda choice: choice.withdraw()), b"", ALL, ALL),
    "one by a view": (SentRequest(), choosing(lambda choice: choice.withdraw("third-party")), b"", ALL, (THIRD_PARTY,)),
    "what was never granted": (PAGE, nothing, b"choice=refuse", (), ()),
    "what a view granted just before": (
        SentRequest(), choosing(lambda choice: choice.grant("statistical") and choice.withdraw()), b"",
        ("first-party",), (FIRST_PARTY,),
    ),
    "what a view withdrew and granted again": (
        SentRequest(), choosing(lambda choice: choice.withdraw() and choice.grant("statistical")), b"",
        ("statistical", "first-party"), (FIRST_PARTY,),
    ),
}  # fmt: skip


@MODULES
@pytest.mark.parametrize(("request_", "view", "body", "before", "withdrawn"), WITHDRAWALS.values(), ids=WITHDRAWALS)
def test_the_record_says_what_was_withdrawn(module, request_, view, body, before, withdrawn):
    records = []
    request_ = dataclasses.replace(request_, cookies=(chosen(*before),))
    Wrapped(module, on_choice=records.append).ask(request_, view, body)
    assert [record.withdrawn for record in records] == [withdrawn]


@MODULES
def test_a_stale_grant_that_is_refused_is_withdrawn_and_one_that_lapses_is_not(module):
    records = []
    stale = SentRequest(cookies=(chosen("statistical", "third-party", policy=VERSIONED),))
    app = Wrapped(module, on_choice=records.append)
    app.ask(stale, choosing(lambda choice: choice.withdraw("statistical")))
    assert [(record.granted, record.withdrawn) for record in records] == [((), (STATISTICAL,))]


def test_a_first_choice_withdraws_nothing_and_has_no_providers():
    records = []
    Wrapped(wsgi, on_choice=records.append).ask(PAGE, body=b"choice=refuse")
    assert [(record.withdrawn, record.withdrawn_providers) for record in records] == [((), ())]


PROVIDERS = {
    "site": {**POLICY["site"], "operator": {"fr": "Ville", "en": "Town"}, "language": "fr"},
    "cookies": [
        {"name": "sid", "category": "necessary", "purpose": "x", "provider": "Login"},
        {"name": "m", "category": "third-party", "purpose": "x", "provider": {"en": "Maps Inc", "fr": "Cartes SA"}},
        {"name": "_ga", "category": "statistical", "purpose": "x", "provider": "Analytics Ltd"},
        {"name": "n", "category": "third-party", "purpose": "x", "provider": {"en": "Maps Inc", "fr": "Cartes SA"}},
        {"name": "o", "category": "third-party", "purpose": "x"},
        {"name": "f", "category": "first-party", "purpose": "x", "provider": "Fonts"},
        {"name": "p", "kind": "pixel", "category": "first-party", "purpose": "x", "provider": "Ads"},
    ],
}
NOT_NAMED = {"site": POLICY["site"], "cookies": [{"name": "o", "category": "third-party", "purpose": "x"}]}


@MODULES
@pytest.mark.parametrize(
    ("policy", "withdrawn", "providers"),
    [
        (PROVIDERS, ("third-party",), ("Cartes SA", "Ville")),
        (PROVIDERS, ("statistical", "third-party"), ("Cartes SA", "Analytics Ltd", "Ville")),
        (PROVIDERS, ("first-party",), ("Fonts", "Ads")),
        (NOT_NAMED, ("third-party",), ("Exampletown",)),
        (NOT_NAMED, ("statistical",), ()),
    ],
)
def test_the_record_names_each_provider_of_what_was_withdrawn_once_and_in_order(module, policy, withdrawn, providers):
    records = []
    request = SentRequest(cookies=(chosen(*ALL, policy=policy),), headers=(("accept-language", "en"),))
    app = Wrapped(module, on_choice=records.append, policy=policy)
    app.ask(request, choosing(lambda choice: choice.withdraw(*withdrawn)))
    assert [record.withdrawn_providers for record in records] == [providers]


GPC = ("sec-gpc", "1")
IFRAME = (("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "iframe"), ("sec-fetch-storage-access", "none"))
SIGNALS = {
    "none": ((), {}, ()),
    "Global Privacy Control": ((GPC,), {}, (THIRD_PARTY,)),
    "no such signal": ((("sec-gpc", "0"),), {}, ()),
    "the site's own, in the order of the policies": (
        (GPC,), {"signals": [lambda request: ["first-party"]]}, (FIRST_PARTY, THIRD_PARTY),
    ),
    "one that the site does not heed": ((GPC,), {"policy": {**POLICY, "signals": {"gpc": False}}}, ()),
}  # fmt: skip


@MODULES
@pytest.mark.parametrize(("headers", "options", "signalled"), SIGNALS.values(), ids=SIGNALS)
def test_the_record_says_what_a_signal_refused_beside_what_the_visitor_chose(module, headers, options, signalled):
    records = []
    app = Wrapped(module, on_choice=records.append, **options)
    for request, body in ((PAGE, b"choice=accept"), (API, json.dumps({"granted": ALL}).encode())):
        app.ask(dataclasses.replace(request, headers=(*request.headers, *headers)), body=body)
    app.ask(SentRequest(headers=headers), choosing(lambda choice: choice.grant(*ALL)))
    assert [(one.how.value, one.granted, one.signalled) for one in records] == [
        (how, ALL, signalled) for how in ("page", "api", "view")
    ]
    assert not any(one.is_embedded for one in records)


@MODULES
@pytest.mark.parametrize(("headers", "is_embedded"), [(IFRAME, True), (IFRAME[:2], False), ((), False)])
def test_the_record_says_whether_the_visitor_was_on_a_page_of_another_site(module, headers, is_embedded):
    records = []
    app = Wrapped(module, on_choice=records.append)
    app.ask(dataclasses.replace(PAGE, headers=(FORM, *headers)), body=b"choice=accept")
    app.ask(SentRequest(headers=headers), choosing(lambda choice: choice.grant("statistical")))
    assert [(one.is_embedded, one.signalled) for one in records] == [(is_embedded, ())] * 2


def test_texts_are_those_that_a_visitor_without_a_signal_gets():
    records = []
    site = Site(on_choice=records.append)
    for headers in ((), (GPC,), IFRAME):
        site.post("choice=accept", (FORM, *headers))
    assert len({tuple(record.texts.items()) for record in records}) == 1


def digest_of(site, target, **keys):
    answered = site.ask(target, **keys)
    assert answered.status == 200
    return hashlib.sha256(answered.body).hexdigest()


LANGUAGES_OF_TEXTS = {
    "the policy's own": ({}, (), "en"),
    "the browser's": ({}, (("accept-language", "nl-BE"),), "nl"),
    "one under a tag of the site": ({"languages": ["fr-be", "nl"], "language": "fr-be"}, (), "fr"),
}


@pytest.mark.parametrize(("more", "headers", "language"), LANGUAGES_OF_TEXTS.values(), ids=LANGUAGES_OF_TEXTS)
@pytest.mark.parametrize("mount", ["", "/portal", "/données"])
@pytest.mark.parametrize("options", [{}, {"pages": "/legal/cookies", "script": False}], ids=["plain", "with options"])
def test_a_site_can_prove_what_the_visitor_was_shown(more, headers, language, mount, options):
    records = []
    prefix = url_path(mount) + options.get("pages", "/cookies")
    policy = {**POLICY, "site": {**POLICY["site"], **more}}
    site = Site(policy=policy, on_choice=records.append, **options)
    keys = {"mount": url_path(mount)}
    assert site.post("choice=accept", (FORM, OWN, *headers), target=f"{prefix}/preferences", **keys).status == 303
    assert len(records) == 2  # by both adapters
    for record in records:
        assert record.language == language
        assert record.texts == {
            "policy": digest_of(site, f"{prefix}.json?lang={language}", **keys),
            "banner": digest_of(site, f"{prefix}/banner?lang={language}", **keys),
        }
    assert b'id="cookie-consent"' in site.ask(f"{prefix}/banner?lang={language}", **keys).body


def test_the_texts_do_not_depend_on_what_was_chosen_before_or_on_where():
    records = []
    site = Site(on_choice=records.append)
    site.post("choice=accept&next=%2Fmap")
    site.post(
        "choice=refuse", (FORM, OWN, ("cookie", chosen("statistical")), ("referer", "https://data.example.org/a"))
    )
    site.put('{"granted": []}', target="/cookies/preferences.json?lang=en")
    assert len({tuple(record.texts.items()) for record in records}) == 1
    assert set(records[0].texts) == {"policy", "banner"}


def test_texts_that_are_loaded_anew_have_other_digests():
    records = []
    site = Site(on_choice=records.append)
    site.post("choice=accept")
    for app in (site.asgi, site.wsgi):
        app.reload({**POLICY, "site": {**POLICY["site"], "introduction": "We changed a word."}})
    site.post("choice=accept")
    old, new = records[0].texts, records[-1].texts
    assert old["policy"] != new["policy"]
    assert new["policy"] == digest_of(site, "/cookies.json?lang=en")


def test_a_visitor_who_granted_an_older_version_was_not_shown_these_texts():
    records = []
    site = Site(on_choice=records.append)
    site.post("choice=save&category=statistical&versions=statistical:AAAAAAAA")
    assert [record.texts for record in records] == [{}, {}]


@MODULES
def test_without_pages_there_are_no_texts(module):
    records = []
    app = Wrapped(module, on_choice=records.append, pages=None)
    app.ask(view=choosing(lambda choice: choice.grant("statistical")))
    assert [record.texts for record in records] == [{}]


def test_a_record_that_is_changed_changes_no_other():
    records = []
    app = Wrapped(wsgi, on_choice=records.append)
    for _ in range(2):
        app.ask(PAGE, body=b"choice=accept")
        assert set(records[-1].texts) == {"policy", "banner"}
        records[-1].texts.clear()


@MODULES
def test_nothing_in_the_record_says_who_chose(module):
    records = []
    personal = (("user-agent", "Agent/7"), ("x-forwarded-for", "192.0.2.7"), ("authorization", "Bearer t0ken"))
    request = SentRequest(PAGE.host, path=PAGE.path, method="POST", headers=(FORM, *personal), cookies=("sid=s3cret",))
    Wrapped(module, on_choice=records.append).ask(request, body=b"choice=accept")
    fields = [field.name for field in dataclasses.fields(records[0])]
    assert fields == [
        *("site", "time", "granted", "refused", "versions", "language", "how"),
        *("withdrawn", "withdrawn_providers", "signalled", "is_embedded", "texts", "profile"),
    ]
    assert not any(word in repr(records[0]) for word in ("Agent", "192.0.2.7", "127.0.0.1", "t0ken", "s3cret"))


def test_a_record_can_be_written_as_json():
    records = []
    Wrapped(wsgi, on_choice=records.append).ask(PAGE, body=b"choice=accept")
    written = json.loads(json.dumps(dataclasses.asdict(records[0])))
    assert written["granted"] == ["statistical", "first-party", "third-party"]
    assert written["how"] == "page"


def test_a_callback_that_changes_its_record_changes_nothing_else():
    records = []

    def callback(record):
        records.append(dict(record.versions))
        try:
            record.versions.clear()
        except AttributeError:
            records.append(record)

    app = Wrapped(wsgi, on_choice=callback)
    app.ask(PAGE, body=b"choice=accept")
    app.ask(PAGE, body=b"choice=accept")
    assert [record for record in records if isinstance(record, dict)] == [Policy.from_mapping(POLICY).digests] * 2


@MODULES
@pytest.mark.parametrize(("request_", "body"), [(PAGE, b"choice=accept"), (API, b'{"granted": []}')])
def test_a_failing_callback_is_logged_and_the_response_goes_out(module, request_, body, caplog):
    def callback(record):
        raise LookupError("the database is away")

    with caplog.at_level(logging.ERROR, "cookiewarden"):
        left = Wrapped(module, on_choice=callback).ask(request_, body=body)
    assert [line.partition(b"=")[0] for line in set_cookies(left)] == [b"cookies_preferences"]
    (logged,) = caplog.records
    assert "on_choice" in logged.getMessage()
    assert "the database is away" in caplog.text


@MODULES
def test_a_callback_that_always_fails_is_logged_once_a_minute(module, caplog):
    app = Wrapped(module, on_choice=lambda record: 1 / 0)
    for _ in range(3):
        assert set_cookies(app.ask(PAGE, body=b"choice=accept"))
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert errors == ["on_choice failed; the choice itself holds, and the response goes out"]


@MODULES
def test_report_only_records_choices_too(module):
    records = []
    Wrapped(module, on_choice=records.append, report_only=True).ask(PAGE, body=b"choice=accept")
    assert len(records) == 1


def test_the_record_names_the_site_of_the_choice():
    sites = [{**POLICY, "site": {"name": name, "hosts": [name]}} for name in ("town.example", "park.example")]
    records = []
    app = Wrapped(wsgi, on_choice=records.append, policy=PolicySet(map(Policy.from_mapping, sites)))
    for host in ("town.example", "park.example", "else.example"):
        app.ask(SentRequest(host, path=PAGE.path, method="POST", headers=(FORM,)), body=b"choice=accept")
    assert [record.site for record in records] == ["town.example", "park.example"]


async def _waits(record):
    await asyncio.sleep(0)


async def _generates(record):
    yield record


class _Callback:
    async def __call__(self, record):
        await asyncio.sleep(0)

    async def method(self, record):
        await asyncio.sleep(0)


NO_CALLBACKS = {
    "a coroutine function": _waits,
    "a partial of one": functools.partial(_waits),
    "a method": _Callback().method,
    "a callable object": _Callback(),
    "an asynchronous generator": _generates,
    "a string": "log",
    "a number": 5,
}


@MODULES
@pytest.mark.parametrize("callback", NO_CALLBACKS.values(), ids=NO_CALLBACKS)
def test_a_callback_that_must_be_awaited_or_cannot_be_called_is_an_error_at_start(module, callback):
    with pytest.raises(OptionError, match=r"^on_choice: "):
        module.CookieWardenMiddleware(None, policy=POLICY, secret_key="x" * 16, on_choice=callback)


@functools.wraps(lambda record, database: None)
def _decorated(record):
    pass


CALLBACKS = [print, [].append, io.StringIO().write, lambda record: None, repr, _decorated, None]


@pytest.mark.parametrize("callback", CALLBACKS)
def test_any_other_callable_or_none_is_accepted(callback):
    assert wsgi.CookieWardenMiddleware(None, policy=POLICY, secret_key="x" * 16, on_choice=callback)
