"""Fuzzes the readers, guided by coverage: ``python -m hostile.fuzz [READER ...] --seconds 60``, in the folder tests.

It needs atheris, which is heavy and not available for every Python, so the extra ``dev`` does not contain it: ``pip
install atheris``. Each reader gets a process, that many seconds, and a folder of inputs that is kept from run to run.
The exit code is 1 if a reader broke a law. The input that did is kept, and the table says where.
"""

import importlib
import re
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

_ONE = "--one"
_STATUS = re.compile(r"^#(\d+)\t.*?cov: (\d+) ft: (\d+) corp: (\d+)", re.MULTILINE)
_FINDING = re.compile(r"Test unit written to (\S+)")
_CORPUS = Path(tempfile.gettempdir()) / "hostile-corpus"
_LONGEST = 4096
_SLOWEST_SECONDS = 20
_MEMORY_MB = 2048


@click.command(help=__doc__)
@click.argument("readers", nargs=-1)
@click.option("--seconds", default=60, show_default=True, help="How long each reader is fuzzed.")
@click.option("--corpus", type=click.Path(path_type=Path), default=_CORPUS, show_default=True)
def main(readers: tuple[str, ...], seconds: int, corpus: Path) -> None:
    if find_spec("atheris") is None:
        raise click.ClickException("atheris is not installed; in an environment of its own: pip install atheris")
    from hostile.seeds import TARGETS, WORDS, seeds

    if unknown := set(readers) - set(TARGETS):
        raise click.BadParameter(f"no such reader: {', '.join(sorted(unknown))}; known: {', '.join(TARGETS)}")
    console = Console(width=None if sys.stdout.isatty() else 132)
    table = Table(title=f"{seconds} seconds each")
    for heading in ("reader", "executions", "edges", "features", "corpus", "finding"):
        table.add_column(heading)
    corpus.mkdir(parents=True, exist_ok=True)
    words = corpus / "words"
    words.write_text("".join('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n' for word in WORDS))
    has_found = False
    for reader in readers or TARGETS:
        folder = corpus / reader
        folder.mkdir(exist_ok=True)
        for number, seed in enumerate(seeds(reader)):
            (folder / f"seed-{number}").write_bytes(seed)
        with console.status(reader):
            figures, finding = _fuzzed(reader, folder, words, seconds)
        has_found = has_found or bool(finding)
        table.add_row(reader, *figures, finding)
    console.print(table)
    sys.exit(has_found)


def _fuzzed(reader: str, folder: Path, words: Path, seconds: int) -> tuple[tuple[str, ...], str]:
    """Fuzz one reader in a process of its own. Return its figures and what it found."""
    limits = [f"-max_total_time={seconds}", f"-max_len={_LONGEST}", f"-timeout={_SLOWEST_SECONDS}"]
    limits += [f"-rss_limit_mb={_MEMORY_MB}", f"-dict={words}", f"-artifact_prefix={folder.parent / reader}-"]
    command = [sys.executable, "-m", "hostile.fuzz", _ONE, reader, *limits, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    (folder.parent / f"{reader}.log").write_text(done.stdout + done.stderr)
    status = _STATUS.findall(done.stderr)
    found = _FINDING.search(done.stderr)
    finding = found[1] if found else "" if done.returncode == 0 else f"exit code {done.returncode}: see {reader}.log"
    return (status[-1] if status else ("0",) * 4), finding


def _fuzz_one(reader: str, arguments: list[str]) -> None:
    import atheris

    with atheris.instrument_imports(include=["cookiewarden"]):
        seeds = importlib.import_module("hostile.seeds")
    atheris.Setup([sys.argv[0], *arguments], seeds.TARGETS[reader])
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == [_ONE]:
        _fuzz_one(sys.argv[2], sys.argv[3:])
    else:
        main()
