"""Keep the PDFs in a temporary folder. Each is made once for a site and a language, however many sites there are.

Rule: of all the pages, only this module and ``typesetting`` touch the disk during a request, and only for a PDF. If the
disk refuses a file, memory keeps the last few. Visitors can cause no more files than sites times languages.
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

# Typst uses all processors for one PDF, so together, threads would not be faster; and each PDF is made once.
_ONE_AT_A_TIME = Lock()
_REMEMBERED_FILES = 64
_PREFIX = "cookiewarden-"
# If more threads waited for a PDF, too few would be left for other requests.
_WAITING = 4


class PdfFiles:
    """The PDFs of the sites of one middleware. Threads and forked processes may share them.

    A file is named by the digest of its document, so processes that share a folder agree on what each file holds.
    The process that made the folder removes it when the middleware is deleted or the process ends. If a signal ends
    that process, the next process removes the folder.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._names: dict[Policy, dict[str, str]] = {}
        self._in_memory: dict[str, bytes] = {}  # what the disk refused
        self._begin()
        call_in_child(self._begin)

    def _begin(self) -> None:
        """Count nobody as waiting: the threads that wait in the parent do not exist in a forked process."""
        self._waiting = threading.BoundedSemaphore(_WAITING)

    def get(self, policy: Policy, language: Language, document_of: Callable[[], Document]) -> bytes | None:
        """Return the PDF of a site, and make it first if needed; ``None`` if too many threads wait for one already.

        ``document_of`` returns what the PDF says. It is called if this process has not seen that PDF yet.
        """
        name = self._names.get(policy, {}).get(language.tag)
        data = None if name is None else self._read(name)
        if data is not None:
            return data
        document = document_of()
        name = hashlib.sha256(repr(document).encode("utf-8", "backslashreplace")).hexdigest() + ".pdf"
        self._names.setdefault(policy, {})[language.tag] = name
        data = self._read(name)
        if data is None and self._waiting.acquire(blocking=False):
            try:
                with _ONE_AT_A_TIME:  # otherwise another thread could make the same PDF again
                    data = self._read(name)
                    if data is None:
                        data = pdf_of(document, language)
                        self._write(name, data)
            finally:
                self._waiting.release()
        return data

    def keep_only(self, policies: Collection[Policy]) -> None:
        """Remove the files of all other policies, which are no longer in force."""
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

    def _write(self, name: str, data: bytes) -> None:
        """Write a whole file or none, so that nobody reads half of one. The caller holds the lock."""
        try:
            folder = self._usable_folder() or self._make_folder()
            unfinished = folder / f"{name}.{os.getpid()}"
            try:
                unfinished.write_bytes(data)
                unfinished.replace(folder / name)
            except OSError:
                with suppress(OSError):
                    unfinished.unlink()
                raise
        except OSError:
            while len(self._in_memory) >= _REMEMBERED_FILES:
                del self._in_memory[next(iter(self._in_memory))]
            self._in_memory[name] = data

    def _usable_folder(self) -> Path | None:
        """Return the folder, unless it was removed; another user may have made one of the same name since."""
        if self._folder is not None:
            with suppress(OSError):
                found = self._folder.lstat()
                if stat.S_ISDIR(found.st_mode) and found.st_uid == _own_user():
                    return self._folder
        return None

    def _make_folder(self) -> Path:
        _remove_left_behind()
        # mkdtemp() keeps other users out of it.
        folder = self._folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        weakref.finalize(self, _remove, folder, os.getpid())
        return folder


def _own_user() -> int:
    return os.geteuid() if hasattr(os, "geteuid") else 0  # on Windows, the owner of every file is 0


def _remove_left_behind() -> None:
    """Remove the folders of processes that a signal ended, for those could not clean up."""
    if not hasattr(os, "geteuid"):
        return  # on Windows, os.kill() ends the process that it asks about
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
        pass  # the process is another user's
    return True


def _remove(folder: Path, maker: int) -> None:
    if os.getpid() == maker:
        shutil.rmtree(folder, ignore_errors=True)
