"""The process in which ``isolated`` has a document read: its text comes in as bytes, the document goes out pickled.

Rule: it imports the reader and nothing else, for people wait for it to start.
"""

from __future__ import annotations

import pickle
import sys

from cookiewarden.tools.importing.documents import Format, reader_of


def main() -> None:
    """Read the standard input, in the format that the first argument names. Write the document to standard output.

    What a reader raises ends the process, as any Python program.
    """
    read = reader_of(Format(sys.argv[1]))  # before the text, which may come later
    pickle.dump(read(sys.stdin.buffer.read().decode("utf-8", "surrogatepass")), sys.stdout.buffer)
