"""Read a Markdown document into blocks: CommonMark with the tables of GitHub, by markdown-it-py.

Rule: Markdown may hold HTML, so it becomes HTML first, and the reader of HTML reads the whole.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from cookiewarden.tools.importing.blocks import Document
from cookiewarden.tools.importing.html import read_html

# Elements of HTML that may stand right after a name, and so are no placeholder.
_ELEMENTS = (
    "a|abbr|b|br|cite|code|dd|del|details|div|dl|dt|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|nobr|ol|p|q|s|samp|small"
    "|span|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|tt|u|ul|var|wbr"
)
_PLACEHOLDER = (
    rf"(?:<(?!(?:{_ELEMENTS})\b)[A-Za-z][^<>\n|]{{0,40}}>|\[[^\[\]\n|]{{1,40}}\](?!\()|\{{{{1,2}}[^{{}}\n|]{{1,40}}\}}{{1,2}}"
    r"|\([^()\s|]{1,40}\)|%\w{1,20}%|\.{3}|…|#+|\*(?![^\s|),;:]))"
)
# A name with a placeholder outside code, whose marks mean no emphasis, link or element: "_ga_*", "_ga_<id>".
_PATTERN = re.compile(
    rf"(?<![^\s|(,>])(?=[\w.-]*[_.\-<])[A-Za-z_][\w.-]{{0,60}}(?:{_PLACEHOLDER}[\w.-]{{0,40}}){{1,5}}"
)
# A name between underscores, alone in its cell or list, and no word of a sentence: "_ga_".
_UNDERSCORES = re.compile(
    r"(?P<before>(?:^[ \t]{0,8}(?:[-+*]|\d{1,2}[.)])?|[|,;/(\[>]|\b(?:and|et|en|und|or|ou|of|oder|&))[ \t]{0,8}\*{0,3})"
    r"(?P<name>_{1,2}[A-Za-z][\w.-]{0,60}?_{1,2})(?![\w\\])"
    r"(?=\*{0,3}[ \t]{0,80}(?:$|[|,;/:)\]<(–—=]|-[ \t]|(?:and|et|en|und|or|ou|of|oder|&)\b))",
    re.MULTILINE,
)
# Emphasis of a word, as in "_Note_".
_WORD = re.compile(r"[A-Z][a-z]+")
_REFERENCES = str.maketrans({"_": "&#95;", "*": "&#42;", "<": "&lt;", ">": "&gt;", "[": "&#91;", "]": "&#93;"})
_CODE = re.compile(r"(`+[^`]*`+)")


def read_markdown(text: str) -> Document:
    r"""Return what a Markdown document says, in reading order.

    >>> len(read_markdown("| Name | Purpose |\n| --- | --- |\n| `_ga` | Counts visits. |").blocks[0].rows)
    2
    """
    parts = _CODE.split(text)
    parts[::2] = (_UNDERSCORES.sub(_with_underscores, _PATTERN.sub(_as_it_stands, part)) for part in parts[::2])
    return read_html(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render("".join(parts)))


def _as_it_stands(match: re.Match[str]) -> str:
    """Return a name with references for its marks, which mean the same in Markdown and in the HTML that it holds."""
    return match[0].translate(_REFERENCES)


def _with_underscores(match: re.Match[str]) -> str:
    """Return a name with references for its underscores, unless they emphasize a word or a label."""
    from cookiewarden.tools.importing.categories import read_category
    from cookiewarden.tools.importing.columns import column_of

    word = match["name"].strip("_")
    is_word = _WORD.fullmatch(word) or column_of(word) or read_category(word).sense
    return match[0] if is_word else match["before"] + match["name"].translate(_REFERENCES)
