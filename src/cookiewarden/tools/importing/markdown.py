"""Read a Markdown document into blocks: CommonMark with the tables of GitHub, by markdown-it-py.

Rule: Markdown may hold HTML, so it becomes HTML first, and the reader of HTML reads the whole.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from cookiewarden.tools.importing.blocks import Document
from cookiewarden.tools.importing.html import read_html

# A pattern outside code, whose underscores and asterisk mean no emphasis: "_ga_*".
_PATTERN = re.compile(r"(?<![^\s|(,])[A-Za-z_][A-Za-z0-9_.-]{0,60}[_.-]\*(?![^\s|),;:])")
_CODE = re.compile(r"(`+[^`]*`+)")


def read_markdown(text: str) -> Document:
    r"""Return what a Markdown document says, in reading order.

    >>> len(read_markdown("| Name | Purpose |\n| --- | --- |\n| `_ga` | Counts visits. |").blocks[0].rows)
    2
    """
    parts = _CODE.split(text)
    parts[::2] = (_PATTERN.sub(_without_emphasis, part) for part in parts[::2])
    return read_html(MarkdownIt("commonmark").enable("table").render("".join(parts)))


def _without_emphasis(match: re.Match[str]) -> str:
    """Return a name with references for its marks, which mean the same in Markdown and in the HTML that it holds."""
    return match[0].replace("_", "&#95;").replace("*", "&#42;")
