"""Find what an element says of its size, so that its placeholder can be as large.

Rule: no other attribute passes. The placeholder has no inline style, because a policy of a site may forbid it.
"""

from __future__ import annotations

import re

from cookiewarden.pages.element import Element

# HTML, "rules for parsing dimension values": a number, and % for a percentage. What follows does not count.
_DIMENSION = re.compile(r"\s*\+?([0-9]{1,5}(?:\.[0-9]+)?)(%?)")


def size_of(element: Element) -> dict[str, str]:
    """Return the attributes ``width``, ``height`` and ``class`` of a frame, those that it has; none for a script.

    >>> size_of(Element("iframe", "/map", (("width", "560px"), ("height", "315"), ("loading", "lazy"))))
    {'width': '560', 'height': '315'}
    """
    if element.name != "iframe":
        return {}
    size = {}
    for given, value in element.attributes:
        name, text = given.lower(), value or ""
        if name in ("width", "height") and (match := _DIMENSION.match(text)):
            size[name] = match[1] + match[2]
        elif name == "class" and text.strip():
            size[name] = text
    return size


def is_fixed(size: dict[str, str]) -> bool:
    """Return whether the width does not depend on the page around: it is a number, and no style sheet may change it."""
    return size.get("width", "%")[-1] != "%" and "class" not in size
