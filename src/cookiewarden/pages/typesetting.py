"""Have Typst lay out a page in Noto Sans, as PDF/UA-1: tagged, so that screen readers find headings and tables.

Rule: Typst reads our template and a JSON text, and nothing else. It looks for no font of the machine, so that the same
page has the same bytes everywhere.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typst

_FONTS = ("notos", "notosbo")
_TEMPLATE = Path(__file__).parent / "templates" / "policy.typ"
_MAX_SECONDS = 60
#: The process that called Typst first. Typst has threads, and those do not exist in a process forked from it.
_caller: int | None = None


class TypesettingError(RuntimeError):
    """Typst refused a page, for example because no font shows some of its characters."""

    def names(self, char: str) -> bool:
        """Return whether a character is one of those."""
        return not char.isascii() and (char in self.args[0] or f"\\u{{{ord(char):x}}}" in self.args[0])


def typeset(page: str) -> bytes:
    """Return a page as a PDF file. Raises ``TypesettingError``. Call it in one thread at a time."""
    global _caller
    if _caller not in (None, os.getpid()):
        return _typeset_elsewhere(page)
    _caller = os.getpid()
    return _typeset_here(page)


def _typeset_here(page: str) -> bytes:
    import typst

    try:
        return typst.compile(
            _TEMPLATE,
            root=_TEMPLATE.parent,  # not the current folder, for somebody may have removed that
            font_paths=_fonts(),
            sys_inputs={"page": page},
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        raise TypesettingError(error.diagnostic) from error


@cache
def _fonts() -> typst.Fonts:
    """Return Noto Sans, and the fonts that Typst has in itself. If the disk refuses a file, only those."""
    import typst
    from pymupdf_fonts import fontbuffers  # type: ignore[import-untyped]  # it has no types

    with suppress(OSError), tempfile.TemporaryDirectory(prefix=f"cookiewarden-{os.getpid()}-") as folder:
        for name in _FONTS:
            Path(folder, f"{name}.ttf").write_bytes(fontbuffers[name]())
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[folder])
        # Typst reads a font when it first needs it, and keeps it.
        text = Path(folder, "text.typ")
        text.write_text('#set text(font: "Noto Sans")\n#"a" #strong[b]', "utf-8")
        typst.compile(text, root=text.parent, font_paths=fonts)
        return fonts
    return typst.Fonts(include_system_fonts=False)


def _typeset_elsewhere(page: str) -> bytes:
    """Return a page as a PDF file that another interpreter made."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path}; from {__name__} import main; main()"],
        input=page.encode("ascii"),
        capture_output=True,
        timeout=_MAX_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise TypesettingError(done.stderr.decode("utf-8", "replace"))
    return done.stdout


def main() -> None:
    """Write to the standard output the PDF file of the page on the standard input."""
    try:
        data = _typeset_here(sys.stdin.read())
    except TypesettingError as error:
        sys.stderr.buffer.write(str(error).encode())
        sys.exit(1)
    sys.stdout.buffer.write(data)
