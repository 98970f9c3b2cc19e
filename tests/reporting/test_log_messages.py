"""What the middleware logs about blocked cookies: once per name, with how to declare it, and never a value."""

import logging
import tomllib
import tracemalloc

import pytest

from cookiewarden import Policy, asgi, wsgi
from cookiewarden.policy import preset_cookies
from cookiewarden.policy.preset_files import preset_names
from cookiewarden.reporting.learned import Learned
from cookiewarden.tools.draft import draft_policy
from cookiewarden.wsgi import CookieWardenMiddleware
from exchanges import PLAIN, POLICY, SentRequest, Wrapped, http_environ, set_cookies, through_asgi, through_wsgi, wrap
from learned_cookies import learned_of
from scenarios import SET_OF_POLICIES, VERSIONED, chosen

SECRET = "s3cr3t"


@pytest.fixture(autouse=True)
def _all_levels(caplog):
    """Capture every level except INFO, at which the middleware logs its hints at start."""
    caplog.set_level(logging.DEBUG, logger="cookiewarden")
    with caplog.filtering(lambda record: record.levelno != logging.INFO):
        yield


class Site:
    """One wrapped app for several requests; ``send`` makes one whose response has the given lines."""

    def __init__(self, **options):
        self.app = wrap(CookieWardenMiddleware, self.answer, **options)

    def answer(self, environ, start_response):
        start_response("200 OK", [("Set-Cookie", line) for line in self.lines])
        return []

    def send(self, *lines, request=PLAIN):
        self.lines = lines
        self.app(http_environ(request), lambda *args: None)


def levels(caplog):
    return [record.levelname for record in caplog.records]


@pytest.mark.parametrize("through", [through_asgi, through_wsgi])
@pytest.mark.parametrize(
    ("line", "request_", "parts"),
    [
        (f"_fbp={SECRET}; Path=/", SentRequest(), ['"_fbp"', "first-party", "undeclared", "[[cookies]]"]),
        (f"_fbp={SECRET}; Domain=ads.example", SentRequest(), ['"_fbp"', "third-party", "undeclared"]),
        (f"_ga={SECRET}", SentRequest(), ['"_ga"', "statistical", "undecided"]),
        (f"_ga={SECRET}", SentRequest(cookies=(chosen(),)), ['"_ga"', "statistical", "refused"]),
        (f"NID={SECRET}", SentRequest(cookies=(chosen("third-party", policy=VERSIONED),)), ["third-party", "stale"]),
        (f"sid={SECRET}\r\nx=1", SentRequest(), ['"sid"', "malformed"]),
    ],
)
def test_the_first_message_names_cookie_category_reason_and_remedy(caplog, through, line, request_, parts):
    through(lambda carrier: [("set-cookie", line)], request_)
    assert levels(caplog) == ["WARNING"]
    message = caplog.records[0].getMessage()
    assert message.startswith("blocked the cookie ")
    assert [part for part in parts if part not in message] == []
    assert SECRET not in caplog.text


DRAFTED = [
    {"name": "town_session", "category": "first-party", "purpose": "..."},
    {"name": "theme", "category": "first-party", "purpose": "..."},
    {"name": "later", "category": "first-party", "purpose": "Remembers what to read later."},
    {"name": "trac_session", "category": "first-party", "purpose": "..."},
    {"name": "visits_session", "category": "statistical", "purpose": "..."},
    {"name": "read_session", "category": "first-party", "purpose": "Counts.", "source": "https://town.example/"},
]


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        (
            "town_session=1; HttpOnly",
            ". It looks like a session cookie, by its name and HttpOnly; if people cannot sign in without it, it is "
            'necessary. Then write category = "necessary" in its declaration',
        ),
        (
            "theme=1",
            '. Its purpose is not written yet. If the site does not work without it, write category = "necessary", too',
        ),
        ("later=1", ""),
        ("trac_session=1", ""),  # preset:trac lets it wait, too
        ("visits_session=1", ""),
        ("read_session=1", ""),
    ],
)
def test_a_cookie_that_may_wait_by_mistake_is_logged_with_what_to_change(caplog, line, remedy):
    policy = {"site": POLICY["site"], "cookies": DRAFTED}
    site = Site(policy=policy)
    caplog.clear()
    site.send(line)
    [message] = [record.getMessage() for record in caplog.records]
    assert message.endswith(f"undecided): the visitor has not chosen yet{remedy}")


def test_an_undeclared_cookie_that_a_preset_declares_is_logged_with_the_preset(caplog):
    site = Site()
    site.send("trac_auth=1", "csrftoken=1", "_fbp=1")
    said = [record.getMessage().partition("\n")[0] for record in caplog.records]
    assert (
        "necessary. preset:trac declares it: if your app uses that, extend the preset. If it belongs to this" in said[0]
    )
    assert "preset:django or preset:litestar declares it: " in said[1]
    assert "preset" not in said[2]


def test_presets_give_sources_so_nothing_that_they_let_wait_is_called_a_mistake():
    for preset in preset_names():
        declarations = Policy.from_mapping({"site": {"name": "X"}, "extends": preset}).declarations
        assert [one.names for one in declarations if one.source is None and one.category == "first-party"] == []


def test_after_the_first_message_a_cookie_is_logged_at_debug(caplog):
    site = Site()
    site.send("_fbp=1", "_fbp=2", "_ga=1")
    site.send("_ga=1", "_fbp=1; Path=/x")
    assert levels(caplog) == ["WARNING", "DEBUG", "WARNING", "DEBUG", "DEBUG"]
    assert caplog.records[-1].getMessage() == 'blocked the cookie "_fbp" (undeclared)'


def test_each_wrapped_app_logs_for_itself(caplog):
    Site().send("_fbp=1")
    Site().send("_fbp=1")
    assert levels(caplog) == ["WARNING", "WARNING"]


def test_what_passes_is_not_logged(caplog):
    Site().send("sid=1", "_fbp=; Max-Age=0", "_pk_id=1")
    assert caplog.records == []


NAMES = [
    "_fbp",
    "a.b-c|d~e",
    'quo"ted"',
    "back\\slash\\",
    "caf\xc3\xa9",
    "\xf0\x9f\x8d\xaa",
    "[brackets]{}",
    "#hash'",
    "in ner",
    "a,b",
    "k" * 100,
]
UGLY_NAMES = [
    "k" * 101,
    "k" * 3000,
    "sta*r",
    "two**stars",
    "*",
    "in\tner",
    "esc\x1b[31m",
    "del\x7f",
    "\xc2\xa0wide",
    "\xc2\x85next",
    "\xff\xfe",
    "\xed\xa0\x80",
    "\x85x",
]


def pasted(message):
    """Return a policy of the lines to paste, read as TOML; ``None`` if the message offers none."""
    _, start, rest = message.partition("[[cookies]]")
    if not start:
        return None
    table = tomllib.loads(start + rest)
    return Policy.from_mapping({"site": POLICY["site"], **table})


@pytest.mark.parametrize("name", NAMES)
def test_the_lines_to_paste_declare_exactly_the_cookie(caplog, name):
    Site().send(f"{name}=1")
    policy = pasted(caplog.records[0].getMessage())
    decision = policy.decide(f"{name}=1")
    assert decision.declared
    assert decision.declaration.names == (name.encode("latin-1").decode(),)
    assert decision.category == ("third-party" if name == "_fbp" else "first-party")


@pytest.mark.parametrize("name", UGLY_NAMES)
def test_lines_to_paste_are_offered_only_if_they_load_and_declare_no_more_than_the_cookie(caplog, name):
    Site().send(f"{name}=1")
    policy = pasted(caplog.records[0].getMessage())
    if policy is not None:
        assert policy.decide(f"{name}=1").declared
        assert "*" not in "".join(policy.decide(f"{name}=1").declaration.names)


@pytest.mark.parametrize("name", NAMES + UGLY_NAMES)
def test_names_are_escaped_and_cut(caplog, name):
    site = Site()
    site.send(f"{name}=1", f"{name}=1")
    for record in caplog.records:
        assert all(" " <= character <= "~" or character == "\n" for character in record.getMessage())
        assert len(record.getMessage()) < 1500
    first_line = caplog.records[0].getMessage().partition("\n")[0]
    assert "undeclared" in first_line


@pytest.mark.parametrize(
    "line",
    [
        f"_fbp={SECRET}",
        f"_fbp={SECRET}; Path=/{SECRET}; Domain={SECRET}.example; {SECRET}={SECRET}",
        f" _fbp = {SECRET} ",
        f"_fbp=a={SECRET}",
        f'_fbp="{SECRET}; x={SECRET}"',
        f"_fbp=1\r\n {SECRET}",
        f"_fbp=\0{SECRET}",
        f"={SECRET}",
        f"={SECRET}=1",
        f"_ga={SECRET}",
    ],
)
@pytest.mark.parametrize("report_only", [False, True])
def test_a_value_is_never_logged(caplog, line, report_only):
    site = Site(report_only=report_only)
    site.send(line, line)
    assert len(caplog.records) == 2
    assert SECRET not in caplog.text


def test_a_request_cookie_is_never_logged(caplog):
    request = SentRequest(cookies=(f"cookies_preferences={SECRET}", f"{SECRET}={SECRET}"))
    Site().send("_fbp=1", "_ga=1", request=request)
    assert SECRET not in caplog.text


def test_the_memory_of_names_is_bounded(caplog):
    site = Site()
    for number in range(3000):
        site.send(f"c{number}=1")
    warned = [record for record in caplog.records if record.levelname == "WARNING"]
    assert len(warned) <= 1025
    assert "further" in warned[-1].getMessage()
    assert levels(caplog)[-1] == "DEBUG"
    caplog.clear()
    site.send("c0=1", "new=1")
    assert levels(caplog) == ["DEBUG", "DEBUG"]


TOKENS = ("FuKNMNNmfmmL_QCSqFcFlx2_9O04Elw2TDJtybfuCf8", "tJya1QEuKMXjKJ84cZw6P1STGBbjVbb5VJ71HtFTffk")


@pytest.mark.parametrize(
    ("names", "warned"),
    [
        ([f"access-token-{token}" for token in TOKENS], 1),
        ([str(number) for number in range(1, 2000)], 1),
        ([f"cart-{number}" for number in range(1000, 3000)], 1),
        ([f"isso-{number}" for number in range(1, 900)], 3),
        ([*(f"access-token-{token}" for token in TOKENS), *(f"access-token-unsecure-{token}" for token in TOKENS)], 2),
        (["step-1", "step-2", "steps"], 3),
    ],
)
def test_made_up_names_are_logged_once_for_all(caplog, names, warned):
    site = Site()
    for name in names:
        site.send(f"{name}=1", f"{name}=1")
    assert levels(caplog).count("WARNING") == warned
    assert levels(caplog).count("DEBUG") == 2 * len(names) - warned


def test_the_lines_to_paste_declare_made_up_names_as_a_pattern(caplog):
    Site().send(f"access-token-{TOKENS[0]}=1; HttpOnly")
    message = caplog.records[0].getMessage()
    assert "The end of its name looks made up, so this message stands for all such names." in message
    assert pasted(message).decide(f"access-token-{TOKENS[1]}=1").declared
    caplog.clear()
    Site().send("4711=1")
    assert "Its name is a plain number" in caplog.records[0].getMessage()
    assert pasted(caplog.records[0].getMessage()) is None


@pytest.mark.parametrize(
    ("line", "category", "provider", "said"),
    [
        ("_gid=1", "statistical", "Google Analytics", "The name belongs to Google Analytics, which counts visits."),
        ("_fbp=1", "third-party", "Meta Pixel", "The name belongs to Meta Pixel, which shows advertisements."),
        ("intercom-id-x=1", "first-party", "Intercom", "The name belongs to Intercom, which offers a chat."),
        ("x=1; Domain=ads.example", "third-party", None, ""),
        ("ds_actor=1", "first-party", None, "It looks like a sign-in cookie, by its name; if people cannot sign in"),
        ("ds_csrftoken=1", "first-party", None, "if forms cannot be sent without it, it is necessary."),
        ("zz=1; HttpOnly", "first-party", None, "It looks like a session cookie, by HttpOnly and its end with the"),
        ("zz=1; Max-Age=60; HttpOnly", "first-party", None, ""),
    ],
)
def test_the_lines_to_paste_suggest_what_a_draft_does(caplog, line, category, provider, said):
    Site(policy={"site": POLICY["site"]}, pages=None).send(line)
    message = caplog.records[-1].getMessage()
    declaration = pasted(message).decide(line).declaration
    drafted = Policy.from_mapping(tomllib.loads(draft_policy(Learned.of(learned_of([("/", line)])))))
    assert declaration.category == drafted.decide(line).declaration.category == category
    assert str(declaration.provider) == str(drafted.decide(line).declaration.provider) == str(provider)
    assert said in message
    assert ("necessary" in message) is ("looks like" in message)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("_ga", "The name belongs to Google Analytics, which counts visits. Sites usually declare it as statistical"),
        ("_fbp", "The name belongs to Meta Pixel, which shows advertisements. Sites usually declare it as third-party"),
        ("__zlcmid", ""),
        ("PHPSESSID", 'if people cannot sign in without it, it is necessary. Then write category = "necessary" in its'),
        ("__stripe_sid", 'if the site does not work without it, it is necessary. Then write category = "necessary"'),
    ],
)
def test_a_well_known_cookie_that_waits_gets_the_remedy_that_fits_its_service(caplog, name, said):
    cookie = {"name": name, "category": "first-party", "purpose": "..."}
    Site(policy={"site": POLICY["site"], "cookies": [cookie]}).send(f"{name}=1")
    message = caplog.records[-1].getMessage()
    assert said in message
    assert ("necessary" in message) is ("necessary" in said)


@pytest.mark.parametrize(
    ("declared", "sent"),
    [
        ("pretix_session", "__Host-pretix_session"),
        ("pretix_session", "__Secure-pretix_session"),
        ("__Host-pretix_session", "pretix_session"),
        ("__Secure-sid", "__Host-sid"),
    ],
)
def test_a_cookie_that_is_declared_without_its_prefix_or_with_one_is_blocked_and_the_log_says_so(
    caplog, declared, sent
):
    cookie = {"name": declared, "category": "necessary", "purpose": "Keeps the visitor signed in"}
    site = Site(policy={"site": POLICY["site"], "cookies": [cookie]})
    caplog.clear()
    site.send(f"{sent}=1; Secure; Path=/")
    [record] = caplog.records
    assert record.getMessage().startswith(f'blocked the cookie "{sent}" (first-party, undeclared): ')
    assert f'The policy declares "{declared}", and names must be equal to the byte.' in record.getMessage()
    assert f'names = ["{declared}", "{sent}"]' in record.getMessage()
    assert pasted(record.getMessage()).decide(f"{sent}=1").category == "necessary"


def bytes_kept(send):
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    send()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return after - before


@pytest.mark.parametrize("by", ["host", "name"])
def test_the_memory_of_long_names_and_hosts_is_bounded(caplog, by):
    caplog.set_level(logging.CRITICAL, logger="cookiewarden")
    site = Site(policy=SET_OF_POLICIES)

    def send():
        for number in range(100):
            long = f"{number}" + "x" * 60_000
            site.send(
                "a=1" if by == "host" else f"{long}=1",
                request=SentRequest(host=long if by == "host" else "park.example"),
            )

    assert bytes_kept(send) < 1_000_000


def test_an_unknown_host_is_logged_once_and_not_for_each_cookie(caplog):
    site = Site(policy=SET_OF_POLICIES)
    caplog.clear()
    site.send("a=1", "b=1", request=SentRequest(host="x.example"))
    assert levels(caplog) == ["WARNING", "DEBUG"]
    message = caplog.records[0].getMessage()
    assert "no-policy" in message
    assert '"x.example"' in message
    assert "hosts" in message


def test_made_up_hosts_do_not_silence_warnings_about_names(caplog):
    site = Site(policy=SET_OF_POLICIES)
    for number in range(2000):
        site.send("a=1", request=SentRequest(host=f"h{number}.example"))
    caplog.clear()
    site.send("_fbp=1", request=SentRequest(host="park.example"))
    assert levels(caplog) == ["WARNING"]


def test_report_only_logs_what_would_be_blocked(caplog):
    site = Site(report_only=True)
    site.send("_fbp=1", "_fbp=1")
    assert levels(caplog) == ["WARNING", "DEBUG"]
    assert all(record.getMessage().startswith("would block the cookie ") for record in caplog.records)
    assert pasted(caplog.records[0].getMessage()).decide("_fbp=1").declared


def test_report_only_never_logs_that_it_blocked(caplog):
    site = Site(report_only=True)
    for number in range(1100):
        site.send(f"c{number}=1")
    assert [record.getMessage() for record in caplog.records if "blocked" in record.getMessage()] == []


@pytest.mark.parametrize("through", [through_asgi, through_wsgi])
def test_report_only_changes_nothing_on_the_wire(through):
    sent = [("set-cookie", line) for line in ("_fbp=1", "=x", "_ga=1", "a\0=1", "sid=1")]
    sent.append(("cache-control", "max-age=1"))
    headers = through(lambda carrier: sent, report_only=True)
    assert [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers] == sent
    assert len(set_cookies(headers)) == 5


MODULES = pytest.mark.parametrize("module", [asgi, wsgi])


@MODULES
def test_a_header_that_a_script_may_make_a_cookie_of_is_logged_once_by_name_and_passes(module, caplog):
    """As Isso does, whose script puts ``X-Set-Cookie`` into ``document.cookie``."""
    app = Wrapped(module, report_only=True)
    sent = [("X-Set-Cookie", f"_fbp={SECRET}"), ("Set-Cookie2", f"a={SECRET}"), ("x-set-cookie", "b=1")]
    for _ in range(3):
        left = app.ask(PLAIN, lambda carrier: sent)
        assert left == [(name.lower().encode(), value.encode()) for name, value in sent]
    app.reload({**POLICY, "site": {"name": "Another town"}})
    app.ask(PLAIN, lambda carrier: sent)
    messages = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert [message.partition(" passes as it is: only Set-Cookie is enforced. ")[0] for message in messages] == [
        'the response header "X-Set-Cookie"',
        'the response header "Set-Cookie2"',
    ]
    assert all("send Set-Cookie instead" in message for message in messages)
    assert SECRET not in caplog.text


@MODULES
def test_each_middleware_logs_such_a_header_for_itself(module, caplog):
    for _ in range(2):
        Wrapped(module).ask(PLAIN, lambda carrier: [("X-Set-Cookie", "_fbp=1")])
    assert levels(caplog) == ["WARNING", "WARNING"]


@MODULES
def test_the_name_of_such_a_header_is_escaped_and_cut(module, caplog):
    name = "X-Set-Cookie-\x1b[31m\xe9" + "x" * 200
    for _ in range(2):
        Wrapped(module).ask(PLAIN, lambda carrier: [(name, "_fbp=1")])
        [record] = caplog.records
        assert record.getMessage().isprintable()
        assert "x" * 101 not in record.getMessage()
        caplog.clear()


@MODULES
def test_the_memory_of_header_names_is_bounded(module, caplog):
    app = Wrapped(module)
    for number in range(1000):
        app.ask(PLAIN, lambda carrier, number=number: [(f"X-Set-Cookie-{number}", "a=1")])
    assert len(caplog.records) == 64


@MODULES
@pytest.mark.parametrize("name", ["Set-Cookie", "Set-Cookie ", "Cookie", "X-SetCookie", "Set_Cookie", "\tSet-Cookie2"])
def test_no_other_header_is_logged_as_passing(module, name, caplog):
    Wrapped(module).ask(PLAIN, lambda carrier: [(name, "sid=1")])
    assert "passes as it is" not in caplog.text


def test_no_response_waits_for_the_files_of_the_presets(caplog, monkeypatch):
    for cached in (preset_cookies.cookies_of, preset_cookies.words_of_presets):
        cached.cache_clear()
    site = Site()
    monkeypatch.setattr("cookiewarden.policy.file.read_policy", None)
    monkeypatch.setattr(preset_cookies, "preset_text", None)
    site.send("trac_session=1")
    assert "preset:trac declares it" in caplog.text
