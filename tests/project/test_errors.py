"""The tree of exceptions, the parts of a problem, and the messages."""

import builtins

import pytest

import cookiewarden
from cookiewarden import errors
from cookiewarden.errors import (
    CookieWardenError,
    MissingExtraError,
    NotWrappedError,
    OptionError,
    PolicyError,
    Problem,
    did_you_mean,
)
from cookiewarden.wsgi import CookieWardenMiddleware


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (PolicyError, ValueError),
        (OptionError, ValueError),
        (MissingExtraError, ImportError),
        (NotWrappedError, LookupError),
    ],
)
def test_an_error_is_public_and_derives_from_ours_and_a_built_in_one(error, builtin):
    assert issubclass(error, CookieWardenError)
    assert issubclass(error, builtin)
    assert getattr(cookiewarden, error.__name__) is error
    assert error.__name__ in cookiewarden.__all__
    assert not hasattr(builtins, error.__name__)


def test_the_docstring_shows_every_error_of_the_tree():
    drawn = [name for name in vars(errors) if name.endswith("Error")]
    assert all(name in errors.__doc__ for name in drawn)


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("a.toml", "site.name", "missing", "write it"), "a.toml: site.name: missing; write it"),
        (Problem("a.toml", "", "is a folder", "name a file"), "a.toml: is a folder; name a file"),
        (Problem("a.toml", "site", "must be a table"), "a.toml: site: must be a table"),
        (Problem("a.toml", "", "is broken"), "a.toml: is broken"),
    ],
)
def test_a_problem_shows_file_key_message_and_remedy(problem, text):
    assert str(problem) == text


def test_a_problem_is_frozen_and_compares_by_its_parts():
    problem = Problem("a", "b", "c", "d")
    assert {problem, Problem("a", "b", "c", "d")} == {problem}
    with pytest.raises(AttributeError):
        problem.file = "x"


@pytest.mark.parametrize(("count", "head"), [(0, "0 problems"), (1, "1 problem in"), (2, "2 problems in")])
def test_a_policy_error_counts_lists_and_keeps_its_problems(count, head):
    problems = [Problem("a.toml", f"cookies[{number}]", "wrong", "right it") for number in range(count)]
    error = PolicyError(iter(problems))
    assert error.problems == tuple(problems)
    assert str(error).startswith(head)
    assert str(error).splitlines()[1:] == [f"  {problem}" for problem in problems]


def test_a_missing_extra_says_what_to_install():
    message = str(MissingExtraError("the demo", "rich", "demo"))
    assert message == "the demo needs the package rich: pip install 'cookiewarden[demo]'"


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ("purpse", "did you mean purpose?"),
        ("catgory", "did you mean category?"),
        ("xyzzy", "known here: category, purpose"),
        ("", "known here: category, purpose"),
    ],
)
def test_the_remedy_for_a_misspelt_word_is_the_nearest_known_one_or_all(wrong, remedy):
    assert did_you_mean(wrong, ["purpose", "category"]) == remedy


@pytest.mark.parametrize(
    ("wrong", "known", "meant"),
    [
        ("nope", ["zope", "trac"], ""),  # a short word with another first letter is another word
        ("CW999", ["CW109", "CW112"], ""),
        ("hsot", ["host", "path"], "host"),
        ("Flsk", ["flask", "aws"], "flask"),
        ("CW119", ["CW109", "CW202"], "CW109"),
    ],
)
def test_a_word_that_is_like_no_known_one_brings_no_suggestion(wrong, known, meant):
    assert errors.nearest(wrong, known) == meant


def test_wrong_options_and_a_wrong_policy_are_reported_at_once():
    policy = {"site": {}, "cookie": []}
    with pytest.raises(PolicyError) as raised:
        CookieWardenMiddleware(lambda environ, start_response: [], policy=policy, secret_key="short", secure="yes")
    found = [str(problem) for problem in raised.value.problems]
    assert len(found) == 4
    assert all(any(word in problem for problem in found) for word in ("site.name", "cookie:", "secret_key", "secure"))
    with pytest.raises(OptionError) as raised_options:
        CookieWardenMiddleware(lambda environ, start_response: [], policy=5, secret_key="short", report_only=None)
    assert all(word in str(raised_options.value) for word in ("policy:", "secret_key:", "report_only:"))
