"""Put names and texts in quotation marks as TOML does, for the log and for drafted policy files.

Rule: the result never holds control characters. Beyond ASCII, it holds only what a reader asked to see.
"""

from __future__ import annotations

from cookiewarden.policy.values import WrongValueError, cookie_name

_SHOWN_CHARACTERS = 100


def is_declarable(name: bytes, *, is_pattern: bool = False) -> bool:
    """Return whether a policy file can declare exactly this name, or pattern, and a message can show it whole.

    >>> is_declarable(b"_ga"), is_declarable(b"_ga*"), is_declarable(b"_ga*", is_pattern=True)
    (True, False, True)
    """
    try:
        text = name.decode("utf-8")
        is_named_so = text.endswith("*") if is_pattern else "*" not in text
        return is_named_so and len(text) <= _SHOWN_CHARACTERS and cookie_name(text) == text
    except (UnicodeDecodeError, WrongValueError):
        return False


def quoted(name: bytes) -> str:
    r"""Return a name in quotation marks, cut if it is long.

    >>> print(quoted(b'a"b'), quoted("é".encode()), quoted(b"x\n"))
    "a\"b" "\u00e9" "x\u000a"
    """
    text = name.decode("utf-8", "backslashreplace")
    shown = toml_string(text[:_SHOWN_CHARACTERS])
    return shown if len(text) <= _SHOWN_CHARACTERS else shown + "..."


def toml_string(text: str) -> str:
    """Return a text as a basic string of TOML. Half a surrogate pair becomes a question mark."""
    return '"' + "".join(_escaped(character) for character in text.encode("utf-8", "replace").decode("utf-8")) + '"'


def readable_toml_string(text: str) -> str:
    r"""Return a text as a basic string of TOML in which letters of any language stay as they are.

    >>> print(readable_toml_string("Durée « 1 »\u202e\n"))
    "Durée « 1 »\u202e\u000a"
    """
    whole = text.encode("utf-8", "replace").decode("utf-8")
    kept = (one if one.isprintable() and one not in '"\\' else _escaped(one) for one in whole)
    return f'"{"".join(kept)}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if " " <= character <= "~":
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
