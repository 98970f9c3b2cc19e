"""Take out of a style sheet, and of our script, what only its readers need: comments, and needless blanks.

Rule: what a browser reads from it stays the same. Strings, addresses and escapes stay as they are.
"""

from __future__ import annotations

import re
from functools import lru_cache

from cookiewarden.pages.style_check import TOKEN

# Most middlewares of a process have the same.
_REMEMBERED_SHEETS = 8
#: A blank in front of a colon may stand between two selectors; one behind it never means anything.
_BLANK = re.compile(
    r"""
    (?P<kept>"(?:\\.|[^"\\])*+" | '(?:\\.|[^'\\])*+' | url\(\s*+(?!["'\s])(?:\\.|[^)\\])*+\) | \\.)
    | (?P<end>\s*;\s*(?=\}))
    | \s*(?P<mark>[{};,])\s*
    | (?P<colon>:)\s+
    | \s+
    """,
    re.DOTALL | re.VERBOSE | re.IGNORECASE,
)
# Enough for our script: each of its statements ends with ; or }, and its only strings are in double quotes.
_SCRIPT_BLANK = re.compile(r'(?P<kept>"[^"]*") | \s*(?P<mark>[{}();,=<>&|?:!+])\s* | \s+', re.VERBOSE)


@lru_cache(_REMEMBERED_SHEETS)
def compact(text: str) -> str:
    r"""Return a style sheet without comments and without needless blanks. One with a fault may stay as it is.

    >>> compact("/* Why */\na, b {\n  color: red; /* so */\n}\n\nb ::before { content: '/* x; */'; }\n")
    "a,b{color:red}b ::before{content:'/* x; */'}"
    """
    without = TOKEN.sub(lambda found: "" if found[0].startswith("/*") and len(found[0]) > 2 else found[0], text)
    return _BLANK.sub(_shortened, without).strip()


def compact_script(text: str) -> str:
    r"""Return our script without comments and without needless blanks. It is not meant for any other script.

    >>> compact_script('// Why\nif (a) {\n\treturn b("c , d"); // so\n}\n')
    'if(a){return b("c , d");}'
    """
    without = re.sub(r"(?m)(?:^|[ \t])// .*$", "", text)
    return _SCRIPT_BLANK.sub(lambda found: found["kept"] or found["mark"] or " ", without).strip()


def _shortened(found: re.Match[str]) -> str:
    if found["end"]:
        return ""
    return found["kept"] or found["mark"] or found["colon"] or " "
