"""Reads the body of a response: decompressed, up to a bound, and as text.

Rule: never hold more than the bound, however small the compressed bytes are.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterable

#: The coding that is asked for, and read.
ACCEPTED_CODING = "gzip"
#: How a text may begin that says so which charset it has.
BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET = re.compile(r"charset\s*=\s*(?:[\"']\s*)?([A-Za-z0-9_:-]{2,20})", re.IGNORECASE)
# Those of the WHATWG Encoding standard that Python reads under the same names. Others of Python's are no charsets; some
# take far more than linear time.
_CHARSETS = re.compile(
    r"utf-?8|utf-?16(?:-?[lb]e)?|iso-?8859-\d{1,2}|latin-?1|(?:windows-|cp)125\d|(?:us-)?ascii|koi8-[ru]|macintosh"
    r"|shift_jis|euc-(?:jp|kr)|iso-2022-jp|gbk|gb2312|gb18030|big5",
    re.IGNORECASE,
)
# Charsets that the web reads as a wider one (WHATWG Encoding 4.2), by Python's names.
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252"}


def read_body(chunks: Iterable[bytes], coding: str, max_bytes: int) -> tuple[bytes, str]:
    r"""Return a body, and why it is not whole; ``""`` if it is. ``coding``: all that Content-Encoding lists.

    Whatever the chunks raise is raised here.

    >>> read_body([zlib.compress(bytes(1_000_000), wbits=31)], "gzip", 3)
    (b'\x00\x00\x00', 'is larger than 3 bytes, so the rest was not read')
    """
    codings = [one for name in coding.split(",") if (one := name.strip().lower()) not in ("", "identity")]
    if not codings:
        decoder = None
    elif codings in (["gzip"], ["x-gzip"]):
        decoder = zlib.decompressobj(wbits=31)
    else:
        return b"", "is compressed in a way that was not asked for, so it was not read"
    body = bytearray()
    read = 0
    try:
        for chunk in chunks:
            read += len(chunk)
            body += chunk if decoder is None else decoder.decompress(chunk, max_bytes - len(body) + 1)
            if len(body) > max_bytes or read > max_bytes:
                return bytes(body[:max_bytes]), f"is larger than {max_bytes:,} bytes, so the rest was not read"
    except zlib.error:
        return bytes(body), "cannot be decompressed, so the rest was not read"
    is_cut = decoder is not None and read and not decoder.eof
    return bytes(body), "ends before its compressed data does" if is_cut else ""


def is_html(body: bytes, content_type: str) -> bool:
    """Return whether a response says that it is an HTML page, or says nothing of its type and looks like one.

    >>> is_html(b"", "Text/HTML; charset=utf-8"), is_html(b" <p>", ""), is_html(b"<p>", "text/plain")
    (True, True, False)
    """
    kind = content_type.partition(";")[0].strip().lower()
    return kind in ("text/html", "application/xhtml+xml") or (not kind and body.lstrip()[:1] == b"<")


def charset_in(words: str) -> str:
    """Return the charset that a Content-Type or a meta element names, as Python calls it; ``""`` if it names none.

    >>> charset_in("text/html; charset=ISO-8859-1"), charset_in("text/html; charset=punycode")
    ('cp1252', '')
    """
    named = _CHARSET.search(words)
    if not named or not _CHARSETS.fullmatch(named[1]):
        return ""
    try:
        name = codecs.lookup(named[1]).name
    except LookupError:  # such as iso-8859-99
        return ""
    return _WIDER.get(name, name)


def text_of(body: bytes, content_type: str) -> str:
    r"""Return a body as text: by its byte order mark, by the charset of its type, or as UTF-8. It never raises.

    >>> text_of(b"caf\xe9", "text/html; charset=ISO-8859-1"), text_of("ü".encode("utf-16"), "text/html; charset=x")
    ('café', 'ü')
    """
    for mark, charset in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace")
    return body.decode(charset_in(content_type) or "utf-8", "replace")
