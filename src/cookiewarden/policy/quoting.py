"""Names and texts in quotation marks, as TOML has them: for the log, and for policy files that are drafted.

Rule: what comes out is ASCII without control characters, whatever comes in.
"""

from __future__ import annotations

from cookiewarden.policy.values import WrongValueError, cookie_name

_SHOWN_CHARACTERS = 100


def is_declarable(name: bytes, *, is_pattern: bool = False) -> bool:
    """Whether a declaration of this very name, or pattern, loads, covers the cookie and nothing else, and can be shown
    whole.

    >>> is_declarable(b"_ga"), is_declarable(b"_ga*"), is_declarable(b"_ga*", is_pattern=True)
    (True, False, True)
    """
    try:
        text = name.decode("utf-8")
        is_named_so = text.endswith("*") if is_pattern else "*" not in text
        return is_named_so and cookie_name(text) == text and len(text) <= _SHOWN_CHARACTERS
    except (UnicodeDecodeError, WrongValueError):
        return False


def quoted(name: bytes) -> str:
    r"""A name in quotation marks, cut when long.

    >>> print(quoted(b'a"b'), quoted("é".encode()), quoted(b"x\n"))
    "a\"b" "\u00e9" "x\u000a"
    """
    text = name.decode("utf-8", "backslashreplace")
    shown = toml_string(text[:_SHOWN_CHARACTERS])
    return shown if len(text) <= _SHOWN_CHARACTERS else shown + "..."


def toml_string(text: str) -> str:
    """A text, whole, as a basic string of TOML; half a surrogate pair becomes a question mark."""
    return '"' + "".join(_escaped(character) for character in text.encode("utf-8", "replace").decode("utf-8")) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if " " <= character <= "~":
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
