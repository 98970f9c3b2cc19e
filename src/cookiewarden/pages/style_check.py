"""Find what keeps a browser from reading a style sheet: a bracket, a string or a comment that is not closed.

Rule: it judges no property and no selector, so that a newer CSS is never a fault.
"""

from __future__ import annotations

import re

#: CSS Syntax 3, section 4: the tokens that may hold brackets or quotation marks, each whole or not closed.
TOKEN = re.compile(
    r"""
    /\*.*?\*/
    | "(?:\\.|[^"\\\n])*+" | '(?:\\.|[^'\\\n])*+'
    | url\(\s*+(?!["'\s])(?:\\.|[^)\\])*+\)
    | \\.
    | (?P<open_comment>/\*) | (?P<open_string>["'])
    | (?P<bracket>[][(){}])
    """,
    re.DOTALL | re.VERBOSE | re.IGNORECASE,
)
_CLOSING = {"{": "}", "(": ")", "[": "]"}


def style_fault(text: str) -> str:
    r"""Return the first fault of a style sheet, with its line; ``""`` if there is none.

    >>> style_fault("a { color: red;\n}\n}")
    'line 3: this } closes nothing'
    """
    waiting: list[tuple[str, int]] = []  # the brackets that are open, each with its offset

    def line(offset: int) -> int:
        return text.count("\n", 0, offset) + 1  # only for a fault, because a style sheet may be long

    for token in TOKEN.finditer(text):
        at, bracket = token.start(), token["bracket"]
        if token["open_comment"]:
            return f"line {line(at)}: this comment is not closed with */"
        if token["open_string"]:
            return f"line {line(at)}: this string is not closed on its line"
        if bracket in _CLOSING:
            waiting.append((bracket, at))
        elif bracket and not waiting:
            return f"line {line(at)}: this {bracket} closes nothing"
        elif bracket:
            opening, opened_at = waiting.pop()
            if _CLOSING[opening] != bracket:
                return f"line {line(opened_at)}: this {opening} is not closed before the {bracket} in line {line(at)}"
    if waiting:
        opening, opened_at = waiting[-1]
        return f"line {line(opened_at)}: this {opening} is not closed"
    return ""
