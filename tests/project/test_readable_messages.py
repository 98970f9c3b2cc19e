"""Every message is safe to print on a terminal or in a log, whatever it quotes."""

import json
import logging
import re
from contextlib import suppress

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from cookiewarden import Consent, Counts, OptionError, Policy, PolicyError, PolicySet, wsgi
from cookiewarden.cli import commands
from cookiewarden.errors import Problem, printable
from cookiewarden.policy.declaration import Lifetime
from cookiewarden.reporting.learned import Learned
from cookiewarden.tools.draft import draft_policy
from exchanges import POLICY, SentRequest, Wrapped
from hypothesis_profiles import examples
from learned_cookies import known
from policy_files import File
from scenarios import sends

#: Escape sequences, C0 and C1 controls, bidi overrides, separators, an invisible character, half a surrogate pair.
HOSTILE = "\x00\x07\x1b\n\r\t\x7f\x85\x9b\u200b\u202e\u2066\u2028\u2029\ud800"
ESCAPE = "\x1b[31m\u202e\nred\x9b"
texts = st.text(st.sampled_from(HOSTILE + "aé ж日*;=\"'\\.-%{}"), max_size=8)
names_of_files = st.text(st.sampled_from("\x07\x1b\n\r\t\x7f\x85\x9b\u202e\u2028aé "), min_size=1, max_size=6)
values = st.recursive(
    texts | st.none() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=3,
)
#: Valid values, or anything else.
sites = st.fixed_dictionaries(
    {"name": st.just("Exampletown") | values},
    optional=dict.fromkeys(
        ("id", "hosts", "introduction", "updated", "version", "language", "languages", "colour"), values
    ),
)
rows = st.fixed_dictionaries(
    {"name": texts, "category": st.just("necessary") | values, "purpose": st.just("Works") | values},
    optional=dict.fromkeys(("names", "lifetime", "path", "domain", "anonymized", "source"), values),
)
policies = st.fixed_dictionaries(
    {"site": sites},
    optional={
        "cookies": st.lists(rows | values, max_size=2),
        "preferences": st.fixed_dictionaries({}, optional=dict.fromkeys(("name", "domain", "lifetime"), values)),
        "categories": st.dictionaries(texts | st.just("statistical"), values, max_size=2) | values,
        **dict.fromkeys(("extends", "remove", "rename", "report_only"), values),
    },
) | st.dictionaries(texts, values, max_size=2)


def is_readable(text, lines=1):
    """Return whether a text has that many lines, and only printable characters in them."""
    return text.count("\n") + 1 == lines and text.replace("\n", "").isprintable()


def error_of(load, source):
    """Return the error of loading a policy, or ``None``."""
    try:
        load(source)
    except PolicyError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('é ж 日 😀 \\ "a"', 'é ж 日 😀 \\ "a"'),
        ("\x1b[31m", r"\x1b[31m"),
        ("a\nb\tc", r"a\nb\tc"),
        ("\x85\x9b\u202e\u2028", r"\x85\x9b\u202e\u2028"),
        ("\ud800", r"\ud800"),
        ("\U000e0001", r"\U000e0001"),
        (5, "5"),
    ],
)
def test_only_unprintable_characters_are_escaped(text, shown):
    assert printable(text) == shown


@given(st.text())
def test_escaping_twice_changes_nothing_more(text):
    assert is_readable(printable(text))
    assert printable(printable(text)) == printable(text)


@given(st.builds(Problem, texts, texts, texts, texts))
def test_a_problem_is_one_line(problem):
    assert is_readable(str(problem))
    assert is_readable(str(PolicyError([problem, problem])), 3)


@given(policies)
@example({"site": {"name": "x"}, ESCAPE: 1})
@example({"site": {"name": "x"}, "extends": ESCAPE})
@example({"site": {"name": "x"}, "remove": [ESCAPE]})
@example({"site": {"name": "x"}, "rename": {ESCAPE: ESCAPE}})
@example({"site": {"name": "x"}, "cookies": [{"name": "a", "category": ESCAPE, "purpose": "x"}]})
def test_each_problem_is_one_line_whatever_a_policy_holds(policy):
    error = error_of(Policy.from_mapping, policy)
    assert error is None or is_readable(str(error), len(error.problems) + 1)


@examples(50)
@given(names_of_files, policies)
@example(ESCAPE, {"site": {}})
def test_each_problem_is_one_line_whatever_a_file_is_called_and_holds(tmp_path_factory, name, policy):
    folder = tmp_path_factory.mktemp("policies") / f"{name}.folder"
    folder.mkdir()
    path = folder / f"{name}.json"
    path.write_text(json.dumps(policy))
    (folder / f"{name}.toml").write_bytes(json.dumps(policy).encode())
    for load, source in (
        (Policy.load, path),
        (Policy.load, folder),
        (Policy.load, folder / f"{name}{name}.toml"),
        (PolicySet.load, folder),
        (PolicySet.load, path),
    ):
        error = error_of(load, source)
        assert error is None or is_readable(str(error), len(error.problems) + 1)


OPTIONS = {
    "policy": [ESCAPE, f"preset:{ESCAPE}", [ESCAPE]],
    "rename": [ESCAPE, {ESCAPE: 1}, {"a": ESCAPE}],
    "secure": [ESCAPE],
    "pages": [f"/{ESCAPE}"],
    "trusted_origins": [[ESCAPE], ESCAPE, [ESCAPE.encode()]],
    "templates": [ESCAPE],
    "language_cookie": [ESCAPE],
    "watch": [ESCAPE],
    "learn": [f"/nowhere/{ESCAPE}"],
    "secret_key": ["\x1b", [ESCAPE]],
}


@pytest.mark.parametrize(("option", "value"), [(option, value) for option in OPTIONS for value in OPTIONS[option]])
def test_a_wrong_option_is_one_line(option, value):
    options = {"policy": POLICY, "secret_key": "a key of 16 bytes", option: value}
    with pytest.raises((OptionError, PolicyError)) as raised:
        wsgi.CookieWardenMiddleware(None, **options)
    assert is_readable(str(raised.value), 2 if isinstance(raised.value, PolicyError) else 1)


def test_each_of_several_wrong_options_is_one_line():
    options = {option: values[0] for option, values in OPTIONS.items() if option != "policy"}
    with pytest.raises(OptionError) as raised:
        wsgi.CookieWardenMiddleware(None, policy=POLICY, **options)
    assert is_readable(str(raised.value), len(options))
    assert str(OptionError(*raised.value.args)) == str(raised.value)
    with pytest.raises(PolicyError) as raised:
        wsgi.CookieWardenMiddleware(None, policy={}, **options)
    assert is_readable(str(raised.value), len(raised.value.problems) + 1)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (f"fr.{ESCAPE}.po", ""),
        (f"{ESCAPE}.po", ""),
        ("fr.po", f'msgid "{ESCAPE[:-6]}"\nmsgstr "%(x)s"\n'),
        ("banner.html", "{% include '\x1b.html' %}"),
        ("banner.html", "{{ '\x1b\x9b'()"),
        ("banner.html", "{% set a = {} %}{{ a['\x1b'].b }}"),
    ],
)
def test_the_problems_of_a_template_or_a_catalog_are_readable(tmp_path, name, content):
    (tmp_path / name).write_text(content)
    with pytest.raises(OptionError) as raised:
        wsgi.CookieWardenMiddleware(None, policy=POLICY, secret_key="a key of 16 bytes", templates=tmp_path)
    assert is_readable(str(raised.value), len(raised.value.args))


def test_an_invalid_value_is_quoted_readably():
    counts = Wrapped(wsgi).counts()
    for call in (
        lambda: Consent.of([ESCAPE]),
        lambda: Policy.from_mapping(POLICY).decide("a=1", [ESCAPE]),
        lambda: Lifetime.parse(ESCAPE),
        lambda: counts.total(category=ESCAPE),
        lambda: Counts.from_json(json.dumps({"lines": [["s", ESCAPE, None, "x", [], 1]]})),
        lambda: draft_policy(Learned.of([known("a", site=ESCAPE), known("b", site="b")])),
        lambda: draft_policy(Learned.of([known("a", site="b")]), site=ESCAPE),
    ):
        with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is what is tested
            call()
        assert is_readable(str(raised.value))


learned = st.lists(
    st.builds(
        known,
        texts.map(lambda name: name.replace("\ud800", "\udcff")),
        site=texts,
        attributes=st.lists(texts.map("Path=/{}".format) | texts, max_size=2).map(tuple),
        paths=st.lists(texts, max_size=2).map(tuple),
        is_pattern=st.booleans(),
    ),
    min_size=1,
    max_size=3,
).map(Learned.of)


@given(learned)
def test_a_draft_is_readable_whatever_was_learned(learned):
    for site in {cookie.site for cookie in learned.cookies.values()}:
        with suppress(ValueError):
            text = draft_policy(learned, site=site)
            assert all(is_readable(line) for line in text.split("\n"))


def test_the_command_line_prints_readable_messages_whatever_its_arguments(tmp_path):
    file = tmp_path / f"{ESCAPE}.jsonl"
    file.write_text(Learned.of([known("a", site="one"), known("b", site=f"two{ESCAPE}")]).to_jsonl())
    json_policy = File(tmp_path / f"{ESCAPE}.json", "x").path
    (tmp_path / f"{ESCAPE}.out").touch()
    for arguments in (
        [f"x{ESCAPE}"],  # for some releases of click, an argument that does not begin with a letter is an option
        [f"--{ESCAPE}"],
        ["demo", ESCAPE],
        ["demo", f"--{ESCAPE}"],
        ["demo", "--portal", ESCAPE],
        ["demo", "--port", ESCAPE],
        ["draft", ESCAPE],
        ["draft", str(file), f"--{ESCAPE}=1"],
        ["draft", str(file)],
        ["draft", str(file), "--site", ESCAPE],
        ["draft", str(file), "--site", "one", "--policy", str(json_policy)],
        ["draft", str(file), "--site", "one", "--policy", str(tmp_path)],
        ["draft", str(file), "--site", "one", "-o", str(tmp_path / f"{ESCAPE}.out")],
        ["draft", str(file), "--site", "one", "-o", str(tmp_path / ESCAPE / ESCAPE)],
        ["draft", str(file), "--site", "one", "--policy", str(tmp_path / ESCAPE)],
    ):
        run = CliRunner().invoke(commands(), arguments)
        assert run.exit_code == 3 or isinstance(run.exception, PolicyError), arguments
        shown = run.output or str(run.exception)
        assert all(is_readable(line) for line in shown.rstrip("\n").split("\n")), arguments
        assert not re.search(r"^red", shown, re.MULTILINE), arguments


@pytest.fixture
def logged(caplog):
    caplog.set_level(logging.DEBUG, logger="cookiewarden")

    def logged():
        return [record.getMessage() for record in caplog.records]

    return logged


def test_the_log_is_readable_whatever_the_app_sets_and_the_client_requests(logged, caplog):
    policy = {"site": {"name": "x", "hosts": ["a.example"], "id": "a\x9b\u202e"}, "cookies": POLICY["cookies"]}
    app = Wrapped(wsgi, policy=PolicySet([Policy.from_mapping(policy)]))
    for host in ("a.example", "\x1b\x9b.example"):
        for _ in range(2):
            lines = ["\x1b[31m\x9b=1", "\u202ea=1".encode().decode("latin-1"), "_ga\x1b=1", "a\x85b=1"]
            app.ask(SentRequest(host), sends(*lines))
    assert len(logged()) > 8
    assert all(is_readable(line) for message in logged() for line in message.split("\n"))
    fields = [record.__dict__[name] for record in caplog.records for name in ("cookie_name", "cookie_site")]
    assert all(is_readable(field) for field in fields)


def test_the_log_is_readable_whatever_a_policy_file_is_called(logged, tmp_path):
    path = tmp_path / f"{ESCAPE}.json"
    policy = {"site": {"name": "x"}, "cookies": [{"name": "a\x9b", "category": "necessary", "purpose": "..."}]}
    path.write_text(json.dumps(policy))
    app = Wrapped(wsgi, policy=path)
    path.write_text("{")
    assert not app.reload()
    assert [is_readable(message, lines) for message, lines in zip(logged(), (1, 1, 2), strict=True)] == [True] * 3


def test_the_log_is_readable_whatever_a_file_that_cannot_be_written_is_called(logged, tmp_path, monkeypatch):
    app = Wrapped(wsgi, learn=tmp_path / ESCAPE)
    app.ask(SentRequest(), sends("a=1"))
    monkeypatch.setattr("os.write", lambda file, data: 0)
    app._app._finish()
    assert len([message for message in logged() if "could not be written" in message]) == 1
    assert all(is_readable(line) for message in logged() for line in message.split("\n"))
