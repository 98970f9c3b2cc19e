"""Every exception that cookiewarden raises on purpose, and the shape of a problem.

    CookieWardenError
    ├── PolicyError        (ValueError)   a policy, or a set of policies, that cannot be loaded
    ├── OptionError        (ValueError)   a wrong argument, given at start
    ├── MissingExtraError  (ImportError)  a part that is not installed
    └── NotWrappedError    (LookupError)  a request that did not pass through the middleware

Rule: raise them at start or to the developer who called, never while a response is on its way. A message must not
affect a terminal or a log, whatever it quotes; ``printable`` escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


def printable(text: object) -> str:
    r"""Escape, as Python does, what cannot be printed: control characters, line breaks, what turns or hides text.

    >>> print(printable("é \x1b[31m \u202e"))
    é \x1b[31m \u202e
    """
    shown = str(text)
    return shown if shown.isprintable() else "".join(char if char.isprintable() else _escape(char) for char in shown)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


class CookieWardenError(Exception):
    """The root of the tree: catch it to catch all that cookiewarden raises on purpose.

    >>> issubclass(PolicyError, CookieWardenError)
    True
    """


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a policy: its place, what it is, and how to fix it.

    ``line`` and ``column`` count from 1; ``None`` if they are not known. ``cookie``: the name of the cookie that the
    key is about. ``path``: the path of the file, as it was given; ``file`` is short.

    >>> print(Problem("cookies.toml", "cookies[0].category", 'there is no "ads"', "write third-party", 7, 1, "_ga"))
    cookies.toml:7:1: cookies[0].category (cookie "_ga"): there is no "ads"; write third-party
    """

    file: str
    key: str
    message: str
    remedy: str = ""
    line: int | None = None
    column: int | None = None
    cookie: str = ""
    path: str = ""

    @property
    def location(self) -> str:
        """The file, with line and column if they are known, in the form that editors and terminals open.

        >>> Problem("cookies.toml", "", "is empty", line=7, column=1, path="config/cookies.toml").location
        'config/cookies.toml:7:1'
        """
        place = self.path or self.file
        return place if self.line is None else f"{place}:{self.line}:{self.column}"

    def __str__(self) -> str:
        cookie = f' (cookie "{self.cookie}")' if self.cookie else ""
        where = f"{self.location}: {self.key}{cookie}" if self.key else self.location
        return printable(f"{where}: {self.message}" + (f"; {self.remedy}" if self.remedy else ""))


#: Stands in place of a file's name in a problem of an option, found with those of a policy.
OPTIONS = "options"


class PolicyError(CookieWardenError, ValueError):
    r"""A policy that cannot be loaded. ``problems`` holds every problem found, not only the first.

    >>> str(PolicyError([Problem("a.toml", "site.name", "missing", "give the site a name")]))
    '1 problem in the policy:\n  a.toml: site.name: missing; give the site a name'
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        others = sum(problem.file == OPTIONS for problem in self.problems)
        count = len(self.problems) - others
        also = f", {others} in the options" if others else ""
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(f"{count} problem{'' if count == 1 else 's'} in the policy{also}:{lines}")


class OptionError(CookieWardenError, ValueError):
    r"""A wrong argument of a middleware or a helper, raised when it is made, not during a request.

    ``args`` holds every problem found; each is a line of the message.

    >>> str(OptionError("secret_key: 3 bytes are too few", "pages: '\x1b' is not a path"))
    "secret_key: 3 bytes are too few\npages: '\\x1b' is not a path"
    """

    def __init__(self, *faults: str) -> None:
        super().__init__(*map(printable, faults))

    def __str__(self) -> str:
        return "\n".join(self.args)


@contextmanager
def naming_also(faults: Iterable[str]) -> Iterator[None]:
    """Raise ``OptionError`` with these faults after the block. If the block raises one of ours, that names them, too.

    >>> with naming_also(["pages: 5 is not a path"]):
    ...     raise OptionError("policy: missing")
    Traceback (most recent call last):
    ...
    cookiewarden.errors.OptionError: policy: missing
    pages: 5 is not a path
    """
    try:
        yield
    except OptionError as error:
        raise OptionError(*error.args, *faults) from None
    except PolicyError as error:
        raise PolicyError([*error.problems, *(Problem(OPTIONS, "", fault) for fault in faults)]) from None
    if found := list(faults):
        raise OptionError(*found)


class MissingExtraError(CookieWardenError, ImportError):
    """A part of cookiewarden needs a package that is not installed; the message says what to install.

    >>> str(MissingExtraError("the demo", "rich", "demo"))
    "the demo needs the package rich: pip install 'cookiewarden[demo]'"
    """

    def __init__(self, part: str, package: str, *extras: str) -> None:
        commands = " or ".join(f"pip install 'cookiewarden[{extra}]'" for extra in extras)
        super().__init__(f"{part} needs the package {package}: {commands}")


def require(part: str, package: str, *extras: str) -> None:
    """Raise ``MissingExtraError`` if a package is not installed. It is imported later, when it is needed.

    >>> require("the demo", "asyncio", "demo")
    """
    if not is_installed(package):
        raise MissingExtraError(part, package, *extras)


def is_installed(package: str) -> bool:
    """Return whether a package is installed, without importing it.

    >>> is_installed("asyncio"), is_installed("no_such_package")
    (True, False)
    """
    from importlib.util import find_spec

    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


class NotWrappedError(CookieWardenError, LookupError):
    """The request passed to ``consent_of`` did not pass through a CookieWardenMiddleware.

    >>> from cookiewarden import consent_of
    >>> consent_of({"type": "http"})
    Traceback (most recent call last):
    ...
    cookiewarden.errors.NotWrappedError: this request did not pass through a CookieWardenMiddleware: ...
    """


#: The characters of a word that is short.
_SHORT = 5
#: How alike two words are at least, as ``difflib`` measures it, if one may be a misspelling of the other.
_ALIKE = 0.61


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Return the remedy for a misspelt word: the nearest known word, or all of them.

    >>> did_you_mean("categroy", ["category", "purpose"])
    'did you mean category?'
    """
    words = sorted(known)
    near = nearest(wrong, words)
    return f"did you mean {near}?" if near else f"known here: {', '.join(words)}"


def nearest(wrong: str, known: Iterable[str]) -> str:
    """Return the known word that is most like a misspelt one; ``""`` if none is like it.

    People seldom mistype the first letter, and a short word with another one mostly is another word.

    >>> nearest("categroy", ["category", "purpose"])
    'category'
    """
    from difflib import get_close_matches  # here, for only a mistake needs it

    words = sorted(known)
    if len(wrong) <= _SHORT:
        words = [word for word in words if word[:1].casefold() == wrong[:1].casefold()]
    return next(iter(get_close_matches(wrong, words, n=1, cutoff=_ALIKE)), "")
