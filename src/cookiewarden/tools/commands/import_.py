"""``cookiewarden import``: a policy file from a published cookie policy."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cookiewarden.errors import require
from cookiewarden.tools.commands.exit_codes import ExitCode
from cookiewarden.tools.commands.extras import needs_extra
from cookiewarden.tools.commands.output import json_option, output_options, print_json, print_text, write_output

if TYPE_CHECKING:
    from cookiewarden.tools.importing.fetch import Fetched
    from cookiewarden.tools.importing.interpreter import Imported

_MOST_SHOWN = 10  # notes, or names
# "www.example.org/cookies", "example.org/cookies". The rest may be any path.
_WEB_PAGE = re.compile(r"(?:www\.)(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#]|$)|(?:[a-z0-9-]+\.)+[a-z]{2,}[/?#]", re.IGNORECASE)
_FORMATS = ("html", "md", "text", "csv")


@click.command("import", short_help="Make a policy file from a published cookie policy.")
@click.argument("document")
@output_options
@click.option("--format", "format_name", type=click.Choice(_FORMATS), help="The format, if the name does not tell it.")
@click.option("--language", metavar="TAG", help="The language of the document, such as fr.")
@click.option("--site-name", metavar="NAME", help="The name of the site.")
@click.option("--host", metavar="HOST", help="The host of the site, such as data.example.org.")
@click.option("--extends", metavar="FILE|PRESET", multiple=True, help="Extend a policy file or a preset. Repeatable.")
@json_option
def command(
    document: str,
    output: Path | None,
    force: bool,
    format_name: str | None,
    language: str | None,
    site_name: str | None,
    host: str | None,
    extends: tuple[str, ...],
    as_json: bool,
) -> None:
    """Make a policy file from DOCUMENT: a file, an address of the web, or - for standard input.

    Reads the tables and lists of HTML, Markdown, text and CSV, in English, French, Dutch or German. What the
    document does not say clearly stands in a comment of the policy, with the words of the document. Sentences are
    not read: a name that stands in one is listed at the end of the policy. Exits with 2 if the document
    holds no cookie, or its server does not give it, and with 3 if there is no such file.

    \b
    Example:
      cookiewarden import cookie-policy.html -o cookies.toml
      cookiewarden import https://data.example.org/cookies --extends preset:django
    """  # noqa: D301 - click reads this character
    _check(language, host, site_name, output, force)
    data, content_type, name = _read(document)
    found = _imported(data, content_type, name, format_name, language, site_name, host)
    if not found.cookies:
        print_text(f"{document}: no cookie was found in it. {_remedy(found)}", to_stderr=True)
        sys.exit(ExitCode.NOT_VERIFIED)
    from cookiewarden.tools.importing.written_policy import write_policy

    found = _without_bases(found, extends)
    text = write_policy(found, source=_without_password(document), extends=_relative(extends, output))
    if output is not None:
        write_output(text, output, force=force, read=map(Path, [document, *extends]))
    if as_json:
        print_json(_as_json(found, text))
    elif output is None:
        click.echo(text.encode(), nl=False)  # a policy file is in UTF-8, whatever the terminal has
    if not as_json:
        print_text(_summary(found, text, output), to_stderr=True)


def _check(language: str | None, host: str | None, site_name: str | None, output: Path | None, force: bool) -> None:
    """Raise a usage error for a wrong option before anything is fetched."""
    if language:
        from cookiewarden.policy.values import LANGUAGE

        if not LANGUAGE.fullmatch(language):
            problem = f'"{language}" is not a language tag; write a tag such as "fr"'
            raise click.BadParameter(problem, param_hint="--language")
    if host:
        from cookiewarden.http.hosts import check_host

        if wrong := check_host(host):
            raise click.BadParameter(f'"{host}": {wrong}; write "data.example.org"', param_hint="--host")
    if site_name is not None and not site_name.strip():
        raise click.BadParameter("must not be blank", param_hint="--site-name")
    if output is not None and output.exists() and not force:
        raise click.ClickException(f"{output}: exists already; choose another name, or add --force")


def _read(document: str) -> tuple[bytes, str, str]:
    """Return the bytes of a document, its content type, and its name."""
    from cookiewarden.tools.importing.documents import MAX_BYTES

    if document.lower().startswith(("http://", "https://")):
        fetched = _fetched(document)
        return fetched.data, fetched.content_type, fetched.url
    try:
        if document == "-":
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(document).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        problem = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "is not a file name"
        if isinstance(error, FileNotFoundError) and _WEB_PAGE.match(document):
            problem += f"; for a page of the web, write https://{document}"
        raise click.ClickException(f"{document}: {problem}") from None
    if len(data) > MAX_BYTES:
        raise click.ClickException(f"{document}: is larger than {MAX_BYTES:,} bytes; cut out the part about cookies")
    return data, "", document


def _without_password(document: str) -> str:
    """Return an address of the web without the user and the password, which the policy must not keep."""
    scheme, mark, rest = document.partition("://")
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    return f"{scheme}{mark}{rest[authority.rfind('@') + 1 :]}" if scheme.lower() in ("http", "https") else document


def _fetched(url: str) -> Fetched:
    """Return the document at an address. Exits with 2 if the server does not give it."""
    with needs_extra("the import from the web", "import"):
        from rich.progress import BarColumn, DownloadColumn, TextColumn

        from cookiewarden.tools.console import progress_of
        from cookiewarden.tools.importing.fetch import NotFetchedError, fetch
    with progress_of(TextColumn("Fetching"), BarColumn(), DownloadColumn()) as bar:
        task = bar.add_task("", total=None)
        try:
            return fetch(url, progress=lambda got, whole: bar.update(task, completed=got, total=whole))
        except NotFetchedError as error:
            problem = error
    remedy = "open the page in a browser, save it as HTML, and import the file"
    print_text(f"{problem}; {remedy}" if problem.is_refused else str(problem), to_stderr=True)
    sys.exit(ExitCode.NOT_VERIFIED)


def _imported(
    data: bytes,
    content_type: str,
    name: str,
    format_name: str | None,
    language: str | None,
    site: str | None,
    host: str | None,
) -> Imported:
    """Return what a document declares. Exits with 2 if its reader does not come to an end."""
    from cookiewarden.tools.importing.documents import Format, decoded, format_of, is_pdf, read_document
    from cookiewarden.tools.importing.isolated import IsolatedReader, UnreadableError

    if is_pdf(data):
        raise click.ClickException(f"{name}: is a PDF; save its text as .txt, or the page as .html, and import that")
    text = decoded(data, content_type)
    format_ = Format(format_name) if format_name else format_of(name, content_type, text)
    if format_ in (Format.TEXT, Format.CSV):
        read = read_document(text, format_)
    else:
        for package in ("selectolax", "markdown_it"):
            require("the import of HTML and Markdown", package, "import")
        try:
            with IsolatedReader(format_) as reader:
                # Both processes load what they need at the same time. The presets need the file.
                import cookiewarden.policy.file
                import cookiewarden.tools.importing.interpreter
                import cookiewarden.tools.importing.written_policy  # noqa: F401 - it is used later

                read = reader.read(text)
        except UnreadableError as error:
            print_text(f"{name}: {error}; cut out the part about cookies", to_stderr=True)
            sys.exit(ExitCode.NOT_VERIFIED)
    from cookiewarden.http.hosts import normalize_host
    from cookiewarden.tools.importing.interpreter import interpret

    of_site = normalize_host(host) if host else _host_of(name)
    return interpret(read, language=(language or "").lower(), host=of_site, name=site or "")


def _host_of(name: str) -> str:
    """Return the host of an address of the web; ``""`` for the name of a file, and for a host without a domain."""
    from urllib.parse import urlsplit

    from cookiewarden.http.hosts import check_host, normalize_host

    host = normalize_host(urlsplit(name).hostname or "") if name.lower().startswith(("http://", "https://")) else ""
    is_domain = "." in host and not host.rpartition(".")[2].isdigit()
    return host if is_domain and not check_host(host) else ""


def _without_bases(found: Imported, extends: tuple[str, ...]) -> Imported:
    """Return what was found without what the bases declare alike. Raises ``PolicyError``."""
    if not extends:
        return found
    from cookiewarden.policy.file import read_policy
    from cookiewarden.tools.importing.bases import without_bases

    bases = [one if one.startswith("preset:") else str(Path(one).resolve()) for one in extends]
    return without_bases(found, read_policy({"extends": bases, "site": {"name": "-"}}).declarations)


def _relative(extends: tuple[str, ...], output: Path | None) -> list[str]:
    """Return bases as the new file has to name them: relative to its folder."""
    folder = output.resolve().parent if output else Path.cwd()
    return [
        one if one.startswith("preset:") else os.path.relpath(Path(one).resolve(), folder).replace(os.sep, "/")
        for one in extends
    ]


def _remedy(found: Imported) -> str:
    """Return what may be cookies after all, or what to do if nothing may be one."""
    if found.left_out:
        shown = [
            f"  {note.reason}" + (f': "{note.words}"' if note.words else "") for note in found.left_out[:_MOST_SHOWN]
        ]
        more = len(found.left_out) - len(shown)
        return "\n".join(["What may be one:", *shown, *([f"  and {more} more"] if more else [])])
    return "If the page makes its list with a script, open it in a browser, save it as HTML, and import the file."


def _summary(found: Imported, text: str, output: Path | None) -> str:
    """Return what was found, and what to do next."""
    held = len(found.cookies)
    counts = Counter(cookie.category.value for cookie in found.cookies)
    by_category = ", ".join(f"{count} {category}" for category, count in sorted(counts.items()))
    unclear = text.count("# unclear:")
    doubts = (
        f'{unclear} thing{" is" if unclear == 1 else "s are"} unclear: look for "unclear" in the policy.'
        if unclear
        else "Nothing is unclear."
    )
    unwritten = sum(not cookie.purpose for cookie in found.cookies)
    purposes = (
        f"\n{unwritten} declaration{' has' if unwritten == 1 else 's have'} no purpose in the document. "
        'Write each in place of "...": until then, check finds the error CW108.'
        if unwritten
        else ""
    )
    where = str(output) if output else "the policy"
    bases = found.of_bases
    names = ", ".join(bases) if len(bases) <= _MOST_SHOWN else f"{len(bases)} names"
    left = f" Left to what it extends: {names}." if bases else ""
    return (
        f"{held} declaration{'' if held == 1 else 's'}{f': {by_category}' if held else ''}.{left} {doubts}{purposes}\n"
        f"Next: read {where}, then run cookiewarden check {output or 'FILE'}."
    )


def _as_json(found: Imported, text: str) -> dict[str, Any]:
    facts = found.facts
    return {
        "site": {
            "name": facts.name or None,
            "host": facts.host or None,
            "operator": facts.answerable.operator or None,
            "contact": facts.answerable.contact or None,
            "introduction": facts.introduction or None,
            "updated": facts.updated and facts.updated.isoformat(),
            "language": facts.language,
        },
        "cookies": [
            {
                "names": list(cookie.names),
                "category": cookie.category.value,
                "kind": cookie.kind.value,
                "provider": cookie.provider or None,
                "function": cookie.function or None,
                "purpose": cookie.purpose or None,
                "lifetime": cookie.lifetime or None,
                "domain": cookie.domain or None,
                "unclear": [note._asdict() for note in cookie.unclear],
            }
            for cookie in found.cookies
        ],
        "of_bases": list(found.of_bases),
        "left_out": [note._asdict() for note in found.left_out],
        "unread_columns": list(found.unread_columns),
        "policy": text,
    }
