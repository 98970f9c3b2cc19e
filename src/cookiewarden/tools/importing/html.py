"""Read an HTML document into blocks.

The parser is selectolax with the lexbor engine: it builds the tree as the HTML standard says, also of broken tables.
libxml2 (lxml) does not. html5lib does, but is a hundred times slower, and has had no release since 2020.
The time of lexbor is not linear on hostile documents, so ``isolated`` gives it a process of its own, with a limit.
Rule: walk the tree once, without recursion, so that the depth of a document does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from cookiewarden.tools.importing.blocks import IMPLIED_LEVEL, Document, tidy
from cookiewarden.tools.importing.collector import Collector

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "template",
        "svg",
        "select",
        "textarea",
        "iframe",
        "object",
        "math",
        "head",
        "video",
        "audio",
        "del",
        "s",
        "strike",
    ]
)
_BLOCKS = frozenset(
    ["address", "article", "aside", "blockquote", "body", "center", "details", "dialog", "div", "fieldset",
     "figcaption",
     "figure", "footer", "form", "header", "hr", "legend", "main", "nav", "ol", "p", "pre", "section", "ul"]
)  # fmt: skip
_LISTS = frozenset(["ul", "ol", "dl"])
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MARKS = frozenset(["code", "kbd", "samp", "tt", "var"])
_ROLES = {"table": "table", "row": "tr", "cell": "td", "gridcell": "td", "columnheader": "th", "rowheader": "th"}
_BOLD = frozenset(["b", "strong"])
_CELLS = frozenset(["td", "th"])
_MAIL = "mailto:"
_ADDRESSES = [
    ('head > link[rel="canonical"]', "href"),
    ('head > meta[property="og:url"]', "content"),
    ("head > base", "href"),
]
_SITE_NAME = ('head > meta[property="og:site_name"]', "content")
_LONGEST_LABEL = 40
_FOOTNOTE = re.compile(r"[(\[]?(?:\d{1,2}|[*†‡§]{1,3})[)\]]?")


def read_html(text: str) -> Document:
    """Return what an HTML document says, in reading order.

    >>> read_html("<h2>Cookies</h2><p>We use <code>_ga</code>.").blocks
    (Heading(level=2, words=Words(text='Cookies', marked=())), Paragraph(words=Words(text='We use _ga.', ...)))
    """
    root = LexborHTMLParser(text.replace("\0", "")).root
    if root is None:
        return Document(())
    collector = Collector()
    layout = _layout_tables(root)
    title = _title_of(root)
    language = (root.attributes.get("lang") or "") if root.tag == "html" else ""
    details = 0
    for node, is_start in _walk(root):
        tag = _tag_of(node)
        if tag == "-text":
            if not is_start:
                continue
            content = node.text_content or ""
            collector.add(content if _keeps_lines(node) else " ".join(content.split("\n")))
        elif tag == "br":
            collector.add("\n" if is_start else "")
        elif tag == "a":
            target = (node.attributes.get("href") or "") if is_start else ""
            if target[: len(_MAIL)].lower() == _MAIL:
                collector.mail_link(target[len(_MAIL) :])
        elif tag in _BOLD:
            collector.add("\n" if is_start and _is_label(node) else "")
        elif tag in _MARKS:
            collector.mark(is_start=is_start)
        elif tag in _HEADINGS or tag in ("summary", "heading"):
            level = _HEADINGS.get(tag) or (IMPLIED_LEVEL + details if tag == "summary" else _level_of(node))
            collector.heading(level, is_start=is_start)
        elif tag == "table" or tag in ("tr", "td", "th", "caption"):
            _table_part(collector, node, tag, layout, is_start=is_start)
        elif tag == "thead":
            collector.in_head(is_start=is_start)
        elif tag == "li":
            collector.item(is_start=is_start)
        elif tag in ("dt", "dd"):
            collector.definition(is_term=tag == "dt", is_start=is_start)
        elif tag in _LISTS:
            collector.list(is_start=is_start)
        elif tag in _BLOCKS or tag in ("tbody", "tfoot"):
            collector.boundary()
        if tag == "details":
            details += 1 if is_start else -1
    addresses = tuple(filter(None, (_in_head(root, *where) for where in _ADDRESSES)))
    return replace(collector.document(title, language), addresses=addresses, site_name=_in_head(root, *_SITE_NAME))


def _walk(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Yield each node twice: when it begins, and when it ends. Elements that show no text are left out."""
    node: LexborNode | None = root
    depth = 0
    while node is not None:
        yield node, True
        child = None if node.tag in _SKIPPED or _is_footnote(node) else node.child
        if child is not None:
            node, depth = child, depth + 1
            continue
        while node is not None:
            yield node, False
            following = node.next if depth else None
            if following is not None:
                node = following
                break
            if not depth:
                return
            node, depth = node.parent, depth - 1


def _is_footnote(node: LexborNode) -> bool:
    """Return whether an element is the number of a footnote, which is no part of the word before it."""
    inner = node.child if node.tag == "sup" and node.child is not None and node.child.next is None else None
    if inner is not None and inner.tag == "a":
        inner = inner.child
    return inner is not None and inner.tag == "-text" and bool(_FOOTNOTE.fullmatch((inner.text_content or "").strip()))


def _is_label(node: LexborNode) -> bool:
    """Return whether a text in bold is a label, which people see as the beginning of a line: "<b>Purpose:</b>"."""
    inner, after = node.child, node.next
    if inner is None or inner.next is not None or inner.tag != "-text":
        return False
    text = (inner.text_content or "").strip()
    is_followed = after is not None and after.tag == "-text" and (after.text_content or "").startswith(":")
    return len(text) <= _LONGEST_LABEL and (text.endswith(":") or is_followed)


def _tag_of(node: LexborNode) -> str:
    """Return the tag of an element, or the one that its role stands for."""
    tag = node.tag or ""
    if tag in ("div", "span", "ul", "li", "p", "section"):
        role = (node.attributes.get("role") or "").lower()
        if role == "heading":
            return "heading"
        return _ROLES.get(role, tag)
    return tag


def _level_of(node: LexborNode) -> int:
    level = node.attributes.get("aria-level") or ""
    return int(level) if level in ("1", "2", "3", "4", "5", "6") else 2


def _keeps_lines(node: LexborNode) -> bool:
    return node.parent is not None and node.parent.tag == "pre"


def _span(node: LexborNode, name: str) -> int:
    """Return how many columns or rows a cell spans. HTML caps columns at 1000; no table of cookies has so many."""
    value = (node.attributes.get(name) or "").strip()
    return min(int(value), 50) if value.isdecimal() and value.isascii() and len(value) < 6 and int(value) else 1


def _table_part(collector: Collector, node: LexborNode, tag: str, layout: set[int], *, is_start: bool) -> None:
    if tag == "table":
        collector.table(is_layout=node.mem_id in layout, is_start=is_start)
    elif tag == "tr":
        collector.row(is_start=is_start)
    elif tag == "caption":
        collector.caption(is_start=is_start)
    elif is_start:
        collector.cell(is_header=tag == "th", columns=_span(node, "colspan"), rows=_span(node, "rowspan"))
    else:
        collector.end_cell()


def _layout_tables(root: LexborNode) -> set[int]:
    """Return the tables that only lay out the page: those that hold another table, or a heading and then a list."""
    tables: list[list[int | bool]] = []  # each with whether its open cell has a heading
    found = set()
    for node, is_start in _walk(root):
        tag = _tag_of(node)
        if tag == "table":
            if is_start:
                if tables:
                    found.add(int(tables[-1][0]))
                tables.append([node.mem_id, False])
            elif tables:
                tables.pop()
        elif is_start and tables:
            if tag in _CELLS:
                tables[-1][1] = False
            elif tag in _HEADINGS:
                tables[-1][1] = True
            elif tag in _LISTS and tables[-1][1]:
                found.add(int(tables[-1][0]))
    return found


def _title_of(root: LexborNode) -> str:
    node = root.css_first("head > title")
    return tidy((node.text() or "").replace("\n", " ")) if node is not None else ""


def _in_head(root: LexborNode, selector: str, attribute: str) -> str:
    """Return an attribute of the first such element, ``""`` if there is none."""
    node = root.css_first(selector)
    return tidy((node.attributes.get(attribute) or "").replace("\n", " ")) if node is not None else ""
