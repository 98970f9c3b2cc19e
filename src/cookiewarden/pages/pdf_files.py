"""The PDFs that were made, in a temporary folder: each is made once for a site and a language, however many there are.

Rule: of all the pages, this module alone touches the disk on a request, and only on one for a PDF. What the disk
refuses is kept in memory, as far as there is room. A visitor can have no more files made than sites times languages.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
import threading
import weakref
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from cookiewarden.pages.document import Document
from cookiewarden.pages.languages import Language
from cookiewarden.pages.pdf import pdf_of
from cookiewarden.policy.policy import Policy
from cookiewarden.process import Lock, call_in_child

_REMEMBERED_FILES = 64
_PREFIX = "cookiewarden-"
# More would keep the threads that answer other requests from their work.
_WAITING = 4


class PdfFiles:
    """The PDFs of the sites behind one middleware. Safe to share between threads, and with forked processes.

    A file is named by the digest of all that it says, so processes that share a folder agree on what is in a file.
    The process that made the folder removes it, when the middleware goes or the process ends. If a signal ended the
    process, the next one does.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._names: dict[Policy, dict[str, str]] = {}
        self._in_memory: dict[str, bytes] = {}  # what the disk refused
        self._making = Lock()
        self._begin()
        call_in_child(self._begin)

    def _begin(self) -> None:
        """Let nobody wait: in a forked process, whoever did is not there."""
        self._waiting = threading.BoundedSemaphore(_WAITING)

    def get(self, policy: Policy, language: Language, document_of: Callable[[], Document]) -> bytes | None:
        """Return the PDF of a site, made now if it has to be; ``None`` where too many wait for one already.

        ``document_of`` gives what the PDF says; it is called when this process has not seen that PDF yet.
        """
        name = self._names.get(policy, {}).get(language.tag)
        octets = None if name is None else self._read(name)
        if octets is not None:
            return octets
        document = document_of()
        name = hashlib.sha256(repr(document).encode("utf-8", "backslashreplace")).hexdigest() + ".pdf"
        self._names.setdefault(policy, {})[language.tag] = name
        octets = self._read(name)
        if octets is None and self._waiting.acquire(blocking=False):
            try:
                with self._making:  # or who asks meanwhile would have the same one made again
                    octets = self._read(name)
                    if octets is None:
                        octets = pdf_of(document, language)
                        self._write(name, octets)
            finally:
                self._waiting.release()
        return octets

    def keep_only(self, policies: Collection[Policy]) -> None:
        """Remove the files of all other policies: they are not in force any more."""
        folder = self._usable_folder()
        for policy in set(self._names).difference(policies):
            for name in list(self._names.pop(policy, {}).values()):
                if folder is not None:
                    with suppress(OSError):
                        (folder / name).unlink()

    def _read(self, name: str) -> bytes | None:
        folder = self._usable_folder()
        if folder is not None:
            with suppress(OSError):
                return (folder / name).read_bytes()
        return self._in_memory.get(name)

    def _write(self, name: str, octets: bytes) -> None:
        """Write a whole file or none, so that nobody reads half of one. The caller holds the lock."""
        try:
            folder = self._usable_folder() or self._make_folder()
            unfinished = folder / f"{name}.{os.getpid()}"
            try:
                unfinished.write_bytes(octets)
                unfinished.replace(folder / name)
            except OSError:
                with suppress(OSError):
                    unfinished.unlink()
                raise
        except OSError:
            while len(self._in_memory) >= _REMEMBERED_FILES:
                del self._in_memory[next(iter(self._in_memory))]
            self._in_memory[name] = octets

    def _usable_folder(self) -> Path | None:
        """Return the folder, unless somebody cleaned it away: another user may have put one in its place."""
        if self._folder is not None:
            with suppress(OSError):
                found = self._folder.lstat()
                if stat.S_ISDIR(found.st_mode) and found.st_uid == _own_user():
                    return self._folder
        return None

    def _make_folder(self) -> Path:
        _remove_left_behind()
        # No other user may enter it.
        folder = self._folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        weakref.finalize(self, _remove, folder, os.getpid())
        return folder


def _own_user() -> int:
    return os.geteuid() if hasattr(os, "geteuid") else 0  # what Windows gives for the owner of any file


def _remove_left_behind() -> None:
    """Remove the folders of processes that were ended by a signal: nothing of theirs ran any more."""
    if not hasattr(os, "geteuid"):
        return  # Windows has no way to ask for a process without ending it
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        maker = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if maker.isdecimal() and maker.isascii() and not _is_alive(int(maker)):
            with suppress(OSError):
                if folder.lstat().st_uid == _own_user():
                    shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass  # it is another user's
    return True


def _remove(folder: Path, maker: int) -> None:
    if os.getpid() == maker:
        shutil.rmtree(folder, ignore_errors=True)
