"""The options of a middleware: one error at start names every fault, each under the name of its option."""

import gc
import inspect
import re
from pathlib import Path
from types import MappingProxyType, ModuleType

import pytest

from cookiewarden import OptionError, PolicyError, PolicySet, asgi, wsgi
from cookiewarden.middleware.options import ExtensionOptions, MiddlewareOptions, check_options
from cookiewarden.policy.policy import Policy
from exchanges import POLICY, SECRET_KEY

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])

WRONG = {
    "rename": ["a", 5, ["a"], [("a", "b")], {"a": 1}, {1: "a"}, {"a": ""}, {"a": "b;"}, {"a": "b*c*"}, {"a": "b*"},
               {"a": None}, {"a": "x", "b": "x"}],
    "secure": ["yes", 2, [], b"", "None"],
    "report_only": ["no", None, 2, []],
    "pages": ["", "/", "cookies", "/cookies/", "//cookies", "/a/../b", "/.", "/a b", "/é", "/a%20b", "/a?b", "/a\n",
              "https://data.example.org/cookies", 5, True, b"/cookies", Path("/cookies")],
    "trusted_origins": ["https://www.example.org", b"x", None, 5, ["www.example.org"], ["https://www.example.org/"],
                        ["https://*.example.org"], ["null"], ["*"], [""], [5], ["ftp://example.org"],
                        ["https://a@example.org"], ["https://example.org:0"], ["https://[::1"], ["https://a b"]],
    "templates": ["/no/such/folder", __file__, "", 5, b"/tmp", ["/"], "\0"],
    "language_cookie": ["", "a b", "a=b", "é", "a;b", "a\n", 5, b"lang"],
    "script": ["no", None, 1, []],
    "clear_cache": ["cache", None, 0],
    "csp": ["report_only", None, 0, 1, "True", ["report-only"]],
    "hide_undeclared": ["yes", None, 1],
    "on_choice": ["log", 5, []],
    "secret_key": ["", "short", b"x" * 15, [], ["x" * 16, "short"], None, 5, [5], [None], {"x" * 16}],
    "policy": ["", None, 5, [], "preset:django"],
}  # fmt: skip
VALID = {"policy": POLICY, "secret_key": SECRET_KEY}


@MODULES
@pytest.mark.parametrize(("option", "value"), [(option, value) for option, values in WRONG.items() for value in values])
def test_an_error_begins_with_the_name_of_the_wrong_option(module, option, value):
    with pytest.raises(OptionError) as caught:
        module.CookieWardenMiddleware(None, **{**VALID, option: value})
    assert str(caught.value).startswith(f"{option}: ")
    assert "\n" not in str(caught.value)


@MODULES
def test_one_error_names_all_faults(module):
    wrong = {option: values[0] for option, values in WRONG.items()}
    with pytest.raises(OptionError) as caught:
        module.CookieWardenMiddleware(None, **wrong)
    lines = str(caught.value).splitlines()
    assert sorted(line.partition(":")[0] for line in lines) == sorted(WRONG)


@MODULES
def test_one_error_names_the_faults_of_the_policy_and_of_the_options(module):
    wrong = {option: values[0] for option, values in WRONG.items()} | {"policy": {"site": {"nmae": "Town"}}}
    with pytest.raises(PolicyError) as caught:
        module.CookieWardenMiddleware(None, **wrong)
    message = str(caught.value)
    assert "site.name" in message
    for option in WRONG:
        assert option == "policy" or f"{option}: " in message
    assert len(caught.value.problems) >= len(WRONG)


@MODULES
def test_one_error_names_the_faults_of_templates_and_of_other_options(module, tmp_path):
    (tmp_path / "banner.html").write_text("{% if %}")
    with pytest.raises(OptionError) as caught:
        module.CookieWardenMiddleware(None, policy=POLICY, secret_key="short", templates=tmp_path)
    assert "templates: " in str(caught.value)
    assert "secret_key: " in str(caught.value)


def test_no_error_shows_a_secret():
    with pytest.raises(OptionError) as caught:
        check_options(POLICY, ["hunter2-hunter2", "correct horse"])
    assert "hunter2" not in str(caught.value)
    assert "horse" not in str(caught.value)


RIGHT = {
    "rename": [
        None,
        {},
        {"a": "b"},
        {"a": "b", "b": "a"},
        {"a": "a"},
        {"a*": "__Host-a"},
        MappingProxyType({"a*": "b*"}),
    ],
    "secure": [None, True, False],
    "report_only": [True, False],
    "pages": [None, "/cookies", "/a/b-c/d_e.f~g", "/c"],
    "trusted_origins": [(), [], {"https://www.example.org"}, ["https://WWW.example.org:8443", "http://[::1]:8000"]],
    "templates": [None, ".", Path()],
    "language_cookie": [None, "django_language", "__Host-lang"],
    "on_choice": [None, print],
    "secret_key": ["x" * 16, b"x" * 16, bytearray(b"x" * 16), ["x" * 16, b"y" * 16], ("x" * 16,)],
    "policy": [POLICY, Policy.from_mapping(POLICY), PolicySet([Policy.from_mapping(POLICY)])],
}


@MODULES
@pytest.mark.parametrize(("option", "value"), [(option, value) for option, values in RIGHT.items() for value in values])
def test_a_right_value_is_accepted(module, option, value):
    if option == "templates" and value is not None:
        options = check_options(POLICY, SECRET_KEY, templates=value)
        assert options.templates == Path()
    else:
        module.CookieWardenMiddleware(None, **{**VALID, option: value})


def test_checked_options_are_normalized():
    origins = (origin for origin in ["https://WWW.Example.org", "https://www.example.org"])
    options = check_options(POLICY, "x" * 16, pages="/c", trusted_origins=origins, language_cookie="lang")
    assert options.trusted_origins == {"https://www.example.org"}
    assert (options.keys, options.pages, options.language_cookie) == ([b"x" * 16], "/c", "lang")
    assert str(options.policies.site.name) == "Exampletown"


@pytest.mark.parametrize("ready", [Policy.from_mapping(POLICY), PolicySet([Policy.from_mapping(POLICY)])])
def test_a_ready_policy_cannot_take_new_names(ready):
    with pytest.raises(OptionError, match=r"^rename: a ready Policy(Set)? keeps its names; pass its path, or load it"):
        check_options(ready, SECRET_KEY, rename={"sessionid": "site_session"})
    assert check_options(ready, SECRET_KEY, rename={}).policies is ready


def objects_of_ours(root):
    """Yield every object of our classes that a root holds, at any depth."""
    waiting, seen = [root], set()
    while waiting:
        one = waiting.pop()
        # isinstance would ask the object itself, and Django's settings raise if nothing has configured them.
        if id(one) in seen or issubclass(type(one), ModuleType | type):
            continue
        seen.add(id(one))
        if type(one).__module__.startswith("cookiewarden"):
            yield one
        waiting += gc.get_referents(one)


@MODULES
def test_no_object_of_ours_shows_a_key(module):
    keys = ["an old key of 16 bytes", b"a new key of 16 bytes"]
    app = module.CookieWardenMiddleware(None, policy=POLICY, secret_key=keys, on_choice=print, on_decision=print)
    options = check_options(POLICY, keys)
    shown = {type(one).__name__: repr(one) for root in (app, options) for one in objects_of_ours(root)}
    assert {"Options", "PreferencesCookie", "Screener", "CookieWardenMiddleware", "Policy"} <= shown.keys()
    assert [name for name, text in shown.items() if "16 bytes" in text] == []
    assert "report_only" in repr(options)


@pytest.mark.parametrize("typed", [MiddlewareOptions, ExtensionOptions])
def test_the_typed_options_match_the_checked_ones(typed):
    parameters = inspect.signature(check_options).parameters
    required = {name for name, one in parameters.items() if one.default is inspect.Parameter.empty}
    wanted = {
        name: one.annotation.removesuffix(" | None") if name in required else one.annotation
        for name, one in parameters.items()
    }
    assert {name: one.__forward_arg__ for name, one in typed.__annotations__.items()} == wanted
    assert typed.__required_keys__ == (required if typed is MiddlewareOptions else set())


@MODULES
def test_an_unknown_option_is_a_type_error(module):
    with pytest.raises(TypeError, match=re.escape('there is no option "polices"; did you mean policy?')):
        module.CookieWardenMiddleware(None, **VALID, polices=1)


POLICY_MISSING = "policy: missing; pass the path of the policy file, "
KEY_MISSING = "secret_key: missing; pass a secret of at least 16 bytes"


@MODULES
@pytest.mark.parametrize(
    ("options", "missing"),
    [
        ({}, [POLICY_MISSING, KEY_MISSING]),
        ({"policy": POLICY}, [KEY_MISSING]),
        ({"secret_key": SECRET_KEY}, [POLICY_MISSING]),
        ({"policy": POLICY, "secret_key": None}, [KEY_MISSING]),  # as os.environ.get gives it
        ({"pages": "cookies", "watch": True}, [POLICY_MISSING, "pages: ", KEY_MISSING]),
    ],
)
def test_one_error_names_each_missing_option_with_a_remedy_and_the_other_faults(module, options, missing):
    with pytest.raises(OptionError) as caught:
        module.CookieWardenMiddleware(lambda *arguments: None, **options)
    assert len(caught.value.args) == len(missing)
    assert all(fault.startswith(start) for fault, start in zip(caught.value.args, missing, strict=True))


@MODULES
def test_an_error_of_policy_and_options_counts_them_apart(module):
    with pytest.raises(PolicyError) as caught:
        module.CookieWardenMiddleware(None, policy={"site": {"nmae": "Town"}}, pages="cookies")
    first, *others = str(caught.value).splitlines()
    assert first == "2 problems in the policy, 2 in the options:"
    assert [line.startswith("  options: ") for line in others] == [False, False, True, True]
