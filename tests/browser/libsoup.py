"""Call the C functions of the cookie jar of libsoup, which GNOME Web, WebKitGTK and WPE use."""

import ctypes
from collections.abc import Iterator
from typing import Any

_LIBRARIES = ("libsoup-3.0.so.0", "libglib-2.0.so.0", "libgobject-2.0.so.0")


class _Link(ctypes.Structure):
    """A link of a GSList."""


_Link._fields_ = [("data", ctypes.c_void_p), ("next", ctypes.POINTER(_Link))]


def _function(library: Any, name: str, result: Any, *arguments: Any) -> Any:
    found = getattr(library, name)
    found.restype, found.argtypes = result, arguments
    return found


class LibSoup:
    """Cookie jars that store the lines of one URL. Raises ``OSError`` if libsoup is not installed."""

    def __init__(self, url: bytes) -> None:
        soup, glib, gobject = map(ctypes.CDLL, _LIBRARIES)
        pointer, text = ctypes.c_void_p, ctypes.c_char_p
        self._new_jar = _function(soup, "soup_cookie_jar_new", pointer)
        self._parse = _function(soup, "soup_cookie_parse", pointer, text, pointer)
        self._add = _function(soup, "soup_cookie_jar_add_cookie_full", None, pointer, pointer, pointer, pointer)
        self._all = _function(soup, "soup_cookie_jar_all_cookies", pointer, pointer)
        self._name = _function(soup, "soup_cookie_get_name", text, pointer)
        self._value = _function(soup, "soup_cookie_get_value", text, pointer)
        self._free_cookie = _function(soup, "soup_cookie_free", None, pointer)
        self._free_list = _function(glib, "g_slist_free", None, pointer)
        self._free_jar = _function(gobject, "g_object_unref", None, pointer)
        self._url = _function(glib, "g_uri_parse", pointer, text, ctypes.c_int, pointer)(url, 0, None)

    def stored(self, *lines: bytes) -> list[tuple[bytes, bytes]]:
        """Return the names and values that a new jar holds after these lines, which must not hold NUL."""
        jar = self._new_jar()
        for line in lines:
            # As for a response from this URL, to a page of the same site.
            cookie = self._parse(line, self._url)
            if cookie:
                self._add(jar, cookie, self._url, self._url)
        found = list(self._cookies(jar))
        self._free_jar(jar)
        return found

    def _cookies(self, jar: int) -> Iterator[tuple[bytes, bytes]]:
        first = self._all(jar)
        link = ctypes.cast(first, ctypes.POINTER(_Link))
        while link:
            cookie = link.contents.data
            yield self._name(cookie), self._value(cookie)
            self._free_cookie(cookie)
            link = link.contents.next
        self._free_list(first)
