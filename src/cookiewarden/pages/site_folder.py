"""Find what a site's folder of templates holds in vain: files that nothing uses, and messages that no page shows.

Rule: this is advice, not a fault. A folder may hold a README, and a catalog may be older than the pages.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from cookiewarden.pages.languages import catalog_messages, our_messages
from cookiewarden.pages.templating import Templates

_READ = 1000
_SHOWN = 10
_LIKENESS = 0.75  # "base.html" is not like "banner.html"


def find_unused(folder: Path, templates: Templates) -> Iterator[str]:
    """Yield a sentence about the files that are not used, and one for each catalog with messages that no page shows."""
    paths = islice(folder.rglob("*"), _READ)
    # Path.is_file raises in a folder that may not be read.
    files_found = [path for path in paths if os.path.isfile(path)]  # noqa: PTH113 - it never raises
    found = {path.relative_to(folder).as_posix(): path for path in files_found}
    catalogs = {name: path for name, path in found.items() if path.parent == folder and path.suffix == ".po"}
    files = [name for name in found if name not in catalogs and not templates.uses(name)]
    if files:
        yield f"templates: these files are not used: {_listed(files, templates.names)}"
    if not catalogs:
        return
    known = our_messages() | templates.messages()
    for name, path in sorted(catalogs.items()):
        strange = [message for message in catalog_messages(path) if message not in known]
        if strange:
            yield f"templates: {name}: no page shows {_listed(_quoted(strange), _quoted(known))}"


def _quoted(messages: Collection[str]) -> list[str]:
    return [f'"{message}"' for message in messages]


def _listed(words: list[str], known: Collection[str]) -> str:
    """Return the words, each with the known word that it is like. If there are many, show such words first."""
    hinted, plain = [], []
    for word in sorted(words):
        near = get_close_matches(word, known, n=1, cutoff=_LIKENESS)
        if word.endswith((".po", ".mo")):
            hinted.append(f"{word} (a catalog is a file such as fr.po, in the folder itself)")
        elif near:
            hinted.append(f"{word} (did you mean {near[0]}?)")
        else:
            plain.append(word)
    shown = [*hinted, *plain][:_SHOWN]
    more = f", and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return ", ".join(shown) + more
