"""The public names, pinned. A change here affects every user, and must be noted in the change log."""

import inspect
from pkgutil import resolve_name

import pytest

import cookiewarden
from cookiewarden import asgi, errors, paste, set_cookie, starlette, testing, wsgi

NAMES = [
    "Category",
    "Choice",
    "ChoiceEvent",
    "ChoiceKey",
    "ChoiceRecord",
    "ChoiceSource",
    "Consent",
    "CookieWardenError",
    "CountKey",
    "Counts",
    "Decision",
    "DecisionRecord",
    "Declaration",
    "MissingExtraError",
    "NotWrappedError",
    "OptionError",
    "Outcome",
    "Policy",
    "PolicyError",
    "PolicySet",
    "Problem",
    "Reason",
    "banner_of",
    "consent_of",
    "frame_of",
    "preferences_link_of",
    "script_of",
]

REASONS = [
    "malformed",
    "deletion",
    "necessary",
    "anonymized",
    "consented",
    "undecided",
    "refused",
    "stale",
    "undeclared",
    "no-policy",
    "exempt",
    "signal",
    "renewal",
]


def test_the_names_of_the_package():
    assert cookiewarden.__all__ == NAMES
    assert [name for name in NAMES if not hasattr(cookiewarden, name)] == []


def test_the_categories_are_those_of_the_published_policies():
    assert [(one.name, one.value) for one in cookiewarden.Category] == [
        ("NECESSARY", "necessary"),
        ("STATISTICAL", "statistical"),
        ("FIRST_PARTY", "first-party"),
        ("THIRD_PARTY", "third-party"),
    ]


def test_the_names_of_the_reasons():
    assert [one.value for one in cookiewarden.Reason] == REASONS
    assert [one.name for one in cookiewarden.Reason] == [value.upper().replace("-", "_") for value in REASONS]


@pytest.mark.parametrize("member", [*cookiewarden.Category, *cookiewarden.Reason])
def test_a_member_equals_its_string_and_prints_as_it(member):
    assert member == member.value == str(member) == f"{member}"


def test_a_decision_has_these_fields():
    assert list(cookiewarden.Decision.__dataclass_fields__) == [
        "allowed",
        "category",
        "declared",
        "declaration",
        "names",
        "reason",
    ]


@pytest.mark.parametrize(
    ("error", "base"),
    [
        (errors.PolicyError, ValueError),
        (errors.OptionError, ValueError),
        (errors.MissingExtraError, ImportError),
        (errors.NotWrappedError, LookupError),
    ],
)
def test_each_error_derives_from_ours_and_a_built_in_one(error, base):
    assert issubclass(error, base)
    assert issubclass(error, cookiewarden.CookieWardenError)


MIDDLEWARE = "(app, **options)"
DECIDE = "(self, line, consent=None, *, host{}, scheme='https', path='/', now=None)"


@pytest.mark.parametrize(
    ("function", "signature"),
    [
        (asgi.CookieWardenMiddleware, MIDDLEWARE),
        (wsgi.CookieWardenMiddleware, MIDDLEWARE),
        (asgi.CookieWardenMiddleware.__call__, "(self, scope, receive, send)"),
        (wsgi.CookieWardenMiddleware.__call__, "(self, environ, start_response)"),
        (asgi.CookieWardenMiddleware.counts, "(self)"),
        (wsgi.CookieWardenMiddleware.counts, "(self)"),
        (asgi.CookieWardenMiddleware.reload, "(self, policy=None)"),
        (wsgi.CookieWardenMiddleware.reload, "(self, policy=None)"),
        (starlette.install, "(app, **options)"),
        (starlette.template_helpers, "(request)"),
        (starlette.choice_of, "(connection)"),
        (starlette.Installed.counts, "(self)"),
        (starlette.Installed.reload, "(self, policy=None)"),
        (paste.filter_app, "(app, global_conf, /, **settings)"),
        (cookiewarden.Policy.load, "(path, *, rename=None)"),
        (cookiewarden.Policy.from_mapping, "(mapping, *, rename=None)"),
        (cookiewarden.Policy.decide, DECIDE.format("=''")),
        (cookiewarden.PolicySet, "(policies)"),
        (cookiewarden.PolicySet.load, "(folder, *, rename=None)"),
        (cookiewarden.PolicySet.for_host, "(self, host)"),
        (cookiewarden.PolicySet.decide, DECIDE.format("")),
        (cookiewarden.Consent.of, "(granted, chosen_at=None)"),
        (cookiewarden.consent_of, "(request)"),
        (cookiewarden.Choice.allows, "(self, category)"),
        (cookiewarden.Choice.grant, "(self, *categories)"),
        (cookiewarden.Choice.withdraw, "(self, *categories)"),
        (set_cookie.parse_set_cookie, "(line, *, host='', scheme='https', path='/', now=0.0)"),
        (testing.choice, "(*categories)"),
        (testing.preferences_cookie, "(policy, secret_key, *categories, now=None)"),
        (testing.watch, "(*targets, policy, consent=None)"),
        (testing.Watched.check, "(self)"),
    ],
    ids=lambda value: getattr(value, "__qualname__", None),
)
def test_the_signatures_of_the_public_functions(function, signature):
    assert bare_signature(function) == signature


@pytest.mark.parametrize(
    ("framework", "function", "signature"),
    [
        ("django", "get_wsgi_application", "()"),
        ("django", "get_asgi_application", "()"),
        ("flask", "CookieWarden", "(app=None, **options)"),
        ("flask", "CookieWarden.init_app", "(self, app)"),
    ],
)
def test_the_signatures_of_the_functions_for_one_framework(framework, function, signature):
    pytest.importorskip(framework)
    assert bare_signature(resolve_name(f"cookiewarden.{framework}:{function}")) == signature


def bare_signature(function):
    """Return the signature of a function without its types."""
    found = inspect.signature(function)
    bare = [one.replace(annotation=inspect.Parameter.empty) for one in found.parameters.values()]
    return str(found.replace(parameters=bare, return_annotation=inspect.Signature.empty))


@pytest.mark.parametrize("attribute", ["is_decided", "is_stale"])
def test_these_members_of_a_choice_are_properties(attribute):
    assert isinstance(getattr(cookiewarden.Choice, attribute), property)


@pytest.mark.parametrize(
    "attribute",
    [
        "names",
        "name",
        "value",
        "attributes",
        "domain",
        "host_only",
        "cookie_path",
        "expiry",
        "secure",
        "http_only",
        "same_site",
        "partitioned",
        "is_deletion",
        "is_malformed",
        "refusals",
    ],
)
def test_a_parsed_line_has_these_attributes(attribute):
    assert hasattr(set_cookie.parse_set_cookie(b"a=1"), attribute)


@pytest.mark.parametrize("name", cookiewarden.__all__)
def test_every_public_name_has_an_example(name):
    assert ">>>" in (inspect.getdoc(getattr(cookiewarden, name)) or "")
