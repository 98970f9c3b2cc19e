"""Documents that harm whoever reads them for a cookie policy, as functions that make one of any size.

Rule: none of them names a cookie, except as ``ENDURED`` says. An import of any of them ends soon, and writes a policy
file that loads, or says what is wrong in one ``CookieWardenError``.
"""

from __future__ import annotations

from collections.abc import Callable

#: Takes a size in bytes and returns a document of about that size.
Make = Callable[[int], bytes]


def _repeated(before: str, part: str, after: str = "") -> Make:
    return lambda size: (before + part * max(1, size // len(part)) + after).encode("utf-8", "surrogatepass")


def _counted(before: str, part: str, after: str = "", *, most: int = 10**9) -> Make:
    """Make a document whose parts are numbered: ``#`` stands for the number."""

    def make(size: int) -> bytes:
        count = min(most, max(1, size // (len(part) + 4)))
        return (before + "".join(part.replace("#", str(number)) for number in range(count)) + after).encode()

    return make


def _table(row: str, head: str = "<tr><th>Cookie name</th><th>Purpose</th><th>Expires</th></tr>") -> str:
    return f"<h2>Necessary cookies</h2><table>{head}{row}</table>"


_CELL = "<td>town_a</td><td>Counts</td><td>1 year</td>"

#: By format and what is in it.
DOCUMENTS: dict[tuple[str, str], Make] = {
    ("html", "nothing"): lambda size: b"",
    ("html", "blanks"): _repeated("", " \n\t\xa0"),
    ("html", "NUL"): _repeated("", "\0"),
    ("html", "bytes of no text"): lambda size: bytes(range(256)) * (1 + size // 256),
    ("html", "an archive"): lambda size: b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + b"\xff\0" * (size // 2),
    ("html", "nested tables"): _repeated("", "<table><tr><td>"),
    ("html", "nested tables, closed"): lambda size: (
        b"<table><tr><td>" * (size // 30) + b"</td></tr></table>" * (size // 30)
    ),
    ("html", "nested blocks"): _repeated("", "<div>"),
    ("html", "nested lists"): _repeated("", "<ul><li>"),
    ("html", "nested terms"): _repeated("", "<dl><dt>a<dd>"),
    ("html", "nested emphasis"): _repeated("", "<b><i>"),
    ("html", "nested details"): _repeated("", "<details><summary>Necessary</summary>"),
    ("html", "closing marks only"): _repeated("", "</table></td></tr>"),
    ("html", "marks that never end"): _repeated("", "<"),
    ("html", "an attribute that never ends"): _repeated('<table class="', "a "),
    ("html", "many attributes"): _counted("<table ", "a#=1 ", ">"),
    ("html", "a comment that never ends"): _repeated("<!--", "<table>"),
    ("html", "a script that never ends"): _repeated("<script>", "<table><tr><td>"),
    ("html", "entities"): _repeated("<p>", "&lt;&#0;&#x110000;&notanentity;"),
    ("html", "headings"): _repeated("", "<h1>Necessary cookies</h1>"),
    ("html", "wide cells"): _repeated(
        "<table><tr><th>Cookie name", '<tr><td colspan=100000 rowspan=100000><td colspan="999999999999999999999">'
    ),
    ("html", "wide headings"): _repeated(
        "<table><tr>", '<th colspan=1000 rowspan=65534>Purpose</th>', "<tr><td></td></tr></table>"
    ),
    ("html", "many columns"): _repeated("<table><tr>", "<th>Purpose</th>", "<tr><td></td></tr></table>"),
    ("html", "wrong spans"): _repeated(
        "<table><tr><th>Cookie name<th>Purpose", '<tr><td colspan=-1></td><td rowspan=" ٣x">'
    ),
    ("html", "empty rows"): _repeated("<table><tr><th>Cookie name<th>Purpose", "<tr><td></td><td>"),
    ("html", "references to itself"): _repeated("", '<div id=a aria-labelledby=a aria-owns="a"><label for=a>'),
    ("html", "pictures"): _repeated("", "<svg><math><mtext><table><style><!--</style>"),
    ("html", "text in a form"): _repeated("<textarea>", "<table><tr><th>Cookie name"),
    ("md", "cells"): _repeated("", "|"),
    ("md", "cells and a rule"): lambda size: b"|" * (size // 4) + b"\n" + b"|-" * (size // 4) + b"\n",
    ("md", "quotes"): _repeated("", "> "),
    ("md", "quotes, line by line"): _repeated("", "> " * 40 + "\n"),
    ("md", "deep lists"): lambda size: b"".join(b" " * level + b"- a\n" for level in range(int((2 * size) ** 0.5))),
    ("md", "brackets"): _repeated("", "["),
    ("md", "links"): _repeated("", "[a]("),
    ("md", "emphasis"): _repeated("", "*a_ "),
    ("md", "code that never ends"): _repeated("```\n", "| Cookie name |\n"),
    ("md", "back-quotes"): _counted("", "`` a ` #"),
    ("md", "backslashes"): _repeated("", "\\|"),
    ("md", "references"): _counted("", "[a#]: /b\n"),
    ("md", "markup"): _repeated("", "<table>\n"),
    ("txt", "one line"): _repeated("", "cookie "),
    ("txt", "tabs"): _repeated("Cookie name\tPurpose\n", "\t"),
    ("txt", "lines"): _repeated("", "\n"),
    ("txt", "carriage returns"): _repeated("", "\r"),
    ("txt", "separators that only Python splits lines at"): _repeated("", "\x0b\x0c\x1c\x85\u2028"),
    ("txt", "blanks and a letter"): _repeated("", " " * 100 + "a"),
    ("txt", "colons"): _repeated("", "Name:"),
    ("txt", "dashes"): _repeated("", "- - "),
    ("txt", "numbers of a lifetime"): _repeated("Cookie name\tExpires\n\t", "9", " years"),
    ("csv", "a quote that never ends"): _repeated('Cookie name,Purpose\n"', "of us, "),
    ("csv", "quotes"): _repeated("Cookie name,Purpose\n", '"'),
    ("csv", "a cell over the limit of the reader"): _repeated("Cookie name,Purpose\n,", "a"),
    ("csv", "columns"): _repeated("", ","),
    ("csv", "semicolons and commas"): _repeated("Cookie name;Purpose\n", ";,"),
    ("csv", "NUL"): _repeated("Cookie name,Purpose\n", "\0,"),
    ("csv", "the same column again"): _repeated("", "Purpose,", "\n"),
}  # fmt: skip

#: Documents with many cookies: by format, and the names that the import may write begin with ``town_``.
ENDURED: dict[tuple[str, str], Make] = {
    ("html", "many rows"): _counted(f"{_table('')[:-8]}", "<tr><td>town_#<td>Counts<td>1 year"),
    ("html", "many tables"): _counted("", _table("<tr><td>town_#<td>Counts<td>1 year")),
    ("html", "one row again and again"): _repeated(f"{_table('')[:-8]}", f"<tr>{_CELL}"),
    ("html", "many names in a cell"): _counted(f"{_table('')[:-8]}<tr><td>", "town_#, "),
    ("html", "a long purpose"): _repeated(f"{_table('')[:-8]}<tr><td>town_a<td>", "Counts "),
    ("md", "many rows"): _counted("# Necessary\n\n|Cookie name|Purpose|\n|-|-|\n", "|town_#|Counts|\n"),
    ("txt", "many rows"): _counted("Necessary cookies\n\nCookie name\tPurpose\n", "town_#\tCounts\n"),
    ("csv", "many rows"): _counted("Cookie name,Category,Purpose\n", "town_#,Necessary,Counts\n"),
}
