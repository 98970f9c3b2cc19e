"""Find what keeps a browser from reading a style sheet: a bracket, a string or a comment that is not closed.

Rule: it judges no property and no selector, so that a newer CSS is never a fault.
"""

from __future__ import annotations

import re

# CSS Syntax 3, section 4: the tokens that may hold brackets or quotation marks, each whole or not closed.
_TOKEN = re.compile(
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
    waiting: list[tuple[str, int]] = []
    for token in _TOKEN.finditer(text):
        line = text.count("\n", 0, token.start()) + 1
        if token["open_comment"]:
            return f"line {line}: this comment is not closed with */"
        if token["open_string"]:
            return f"line {line}: this string is not closed on its line"
        bracket = token["bracket"]
        if bracket in _CLOSING:
            waiting.append((bracket, line))
        elif bracket and not waiting:
            return f"line {line}: this {bracket} closes nothing"
        elif bracket:
            opening, opened_at = waiting.pop()
            if _CLOSING[opening] != bracket:
                return f"line {opened_at}: this {opening} is not closed before the {bracket} in line {line}"
    if waiting:
        opening, opened_at = waiting[-1]
        return f"line {opened_at}: this {opening} is not closed"
    return ""
