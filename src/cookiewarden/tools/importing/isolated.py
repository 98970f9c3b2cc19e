"""Read a document in a process of its own, which ends after a time.

Parsers of HTML and Markdown need far more than linear time on some documents, and the one for HTML is written in C.
Rule: whatever a document does to its reader, the command goes on, and says so.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Self

from cookiewarden.tools.importing.documents import Format

if TYPE_CHECKING:
    from cookiewarden.tools.importing.blocks import Document

#: How long a document may take.
SECONDS = 20.0
# It imports from where this process imports. It runs nothing of the script that this process may have been started
# with, nor looks into the current folder unless this process does.
_START = "import sys; sys.path[:] = sys.argv[2:]; from cookiewarden.tools.importing.reader import main; main()"
_ENDED = "its reader ended before it was done"


class UnreadableError(Exception):
    """The reader did not come to an end with a document."""


class IsolatedReader:
    """A process that reads one document. It starts at once, so that it loads its parser while the caller does more.

    Use it as a context manager: the process is gone at its end. Raises ``UnreadableError`` if none can be started.
    """

    def __init__(self, format_: Format) -> None:
        command = [sys.executable, "-P", "-c", _START, format_.value, *sys.path]
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError:
            raise UnreadableError(_ENDED) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()  # does nothing to one that has ended
        with self._process:  # closes the pipes, and waits
            pass

    def read(self, text: str, *, seconds: float = SECONDS) -> Document:
        """Return a document as blocks. Raises ``UnreadableError`` if its reader takes too long or dies."""
        try:
            written, _ = self._process.communicate(text.encode("utf-8", "surrogatepass"), seconds)
            document: Document = pickle.loads(written)
        except subprocess.TimeoutExpired:
            raise UnreadableError(f"its reader was stopped after {seconds:g} seconds") from None
        except Exception:  # bytes that are no document may raise anything
            raise UnreadableError(_ENDED) from None
        return document
