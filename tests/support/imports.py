"""Import a document in process, and say what was found in a form that is easy to compare."""

import tomllib

from cookiewarden import Policy
from cookiewarden.tools.importing.blocks import Document
from cookiewarden.tools.importing.documents import Format, read_document
from cookiewarden.tools.importing.interpreter import Imported, interpret
from cookiewarden.tools.importing.written_policy import write_policy


def imported(text: str, format_: str = "html", **known: str) -> Imported:
    """Return what a document declares, and check that the policy written of it loads and says the same."""
    found = interpret(read_document(text, Format(format_)), **known)
    check_policy(found)
    return found


def check_policy(found: Imported) -> Policy:
    """Return the policy that is written of what was found. Fails if it declares anything else."""
    policy = Policy.from_mapping(tomllib.loads(write_policy(found, source="the document")))
    declared = {(one.kind, name): one.category for one in policy.declarations for name in one.names}
    expected = {(one.kind, name): one.category for one in found.cookies for name in one.names}
    own = {key for key in declared if key not in expected and key[1] == policy.preferences.name}
    assert {key: category for key, category in declared.items() if key not in own} == expected
    return policy


def categories(found: Imported) -> dict[str, str]:
    """Return the category of each name."""
    return {name: cookie.category.value for cookie in found.cookies for name in cookie.names}


def lifetimes(found: Imported) -> dict[str, str]:
    """Return the lifetime of each name."""
    return {name: cookie.lifetime for cookie in found.cookies for name in cookie.names}


def doubts(found: Imported) -> set[tuple[str, str]]:
    """Return what is unclear: the key, and the words of the document."""
    noted = [note for cookie in found.cookies for note in cookie.unclear] + list(found.left_out)
    return {(note.key, note.words) for note in noted}


def texts(document: Document) -> list[tuple[str, ...]]:
    """Return the blocks of a document as tuples: the kind of block, and its texts; a table row by row."""
    shown = []
    for block in document.blocks:
        kind = type(block).__name__.lower()
        if kind == "table":
            shown += [("row", *(words.text for words in row)) for row in block.rows]
        elif kind == "definition":
            shown.append((kind, block.term.text, *(words.text for words in block.words)))
        else:
            shown.append((kind, block.words.text))
    return shown
