"""Write a text as one line of Markdown, so that every reader shows the text itself.

Rule: what any common dialect may read as markup is escaped, and nothing else. Every character stays.
"""

from __future__ import annotations

import re

_BLANKS = re.compile(r"[\t\n]+")
# What may be markup anywhere. Many dialects make links of bare addresses, and marks of a sign that stands twice.
_ANYWHERE = re.compile(r"[\\`*_{}\[\]<>#|~@$^]|&(?=[#A-Za-z])|:(?=\S)|(?<=\])\(|\.(?=[^\W\d])|([-+=/!])\1+")
# What may make a line an item of a list, a heading, a definition or a note.
_AT_BEGIN = re.compile(r"([0-9]+)([.)])(?=\s|$)|()([-+=:!])")


def markdown(text: object) -> str:
    r"""Return a text as one line of Markdown, with all that may be markup escaped (CommonMark 2.4).

    >>> print(markdown("_ga* | <b>"), markdown("First-party: yes."), markdown("1. https://example.org"))
    \_ga\* \| \<b\> First-party: yes. 1\. https\:\/\/example\.org
    """
    line = _BLANKS.sub(" ", str(text)).strip()
    line = _ANYWHERE.sub(lambda found: "".join(f"\\{sign}" for sign in found[0]), line)
    return _AT_BEGIN.sub(r"\1\3\\\2\4", line, count=1) if _AT_BEGIN.match(line) else line
