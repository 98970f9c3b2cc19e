"""Render HTML and Markdown with Jinja2, from our templates and the site's. The site's win, file by file.

Rule: every text is escaped: in HTML by Jinja2, in Markdown by the filter ``md``. A site's template that does not
compile raises an error at start.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    TemplateNotFound,
    TemplateSyntaxError,
    pass_context,
)
from jinja2.meta import find_referenced_templates
from jinja2.runtime import Context
from markupsafe import Markup

from cookiewarden.errors import OptionError
from cookiewarden.pages.compact import compact, compact_script
from cookiewarden.pages.languages import Language, load_languages
from cookiewarden.pages.markdown import markdown
from cookiewarden.pages.style_check import style_fault
from cookiewarden.pages.wording import Passage

_TEMPLATES = Path(__file__).parent / "templates"
_SUFFIXES = (".html", ".md")
#: The style sheet of the banner and the placeholder, that of our own pages beside it, and the site's additions.
_STYLE, _PAGES_STYLE, _THEME = "style.css", "pages.css", "theme.css"
#: The script, with which visitors choose without leaving the page. It is always ours.
SCRIPT = "script.js"
#: The template of the PDF. It is always ours, too, and Jinja2 does not read it.
_PDF = "policy.typ"


class Templates:
    """The templates, for every language. ``folder``: that of the site. Its files extend ours by the name
    ``cookiewarden/layout.html``."""

    def __init__(self, folder: Path | None) -> None:
        ours = FileSystemLoader(_TEMPLATES)
        self._loader = ChoiceLoader(
            [*([FileSystemLoader(folder)] if folder else []), ours, PrefixLoader({"cookiewarden": ours})]
        )
        self._environment = _environment(self._loader)
        self._folder = folder
        #: The files that the pages are made of, and may be made of.
        self.names = frozenset({path.name for path in _TEMPLATES.iterdir()} - {SCRIPT, _PDF} | {_THEME})
        self._included: set[str] = set()
        self._is_dynamic = False  # whether a template names another one by a variable
        if folder:
            self._check()

    def render(self, template: str, language: Language, **values: Any) -> Markup:
        """Return a template rendered in that language, as safe markup."""
        return Markup(self._environment.get_template(template).render(language=language, **values))

    def style_sheets(self) -> dict[str, str]:
        """Return the style sheets by name, each ours or the site's, compact. Raises ``OptionError``.

        The site's ``theme.css`` stands at the end of ``style.css``, which pages link last, so that its rules win.
        """
        names = [_STYLE] if self._folder is None or not (self._folder / _THEME).is_file() else [_STYLE, _THEME]
        sheets = {_PAGES_STYLE: self._source(_PAGES_STYLE), _STYLE: "\n".join(map(self._source, names))}
        return {name: compact(sheet) for name, sheet in sheets.items()}

    def script(self) -> str:
        """Return the script, without comments."""
        return compact_script(self._source(f"cookiewarden/{SCRIPT}"))

    def uses(self, name: str) -> bool:
        """Return whether the pages use a file of the site's folder, or may use it."""
        is_template = Path(name).suffix in _SUFFIXES
        return name in self.names or name in self._included or (self._is_dynamic and is_template)

    def messages(self) -> set[str]:
        """Return the messages in all templates that are rendered or included, the site's among them."""
        extract = self._environment.extract_translations  # type: ignore[attr-defined]  # the extension i18n adds it
        found = (extract(self._source(name)) for name in self._included)
        return {words if isinstance(words, str) else words[0] for one in found for _, _, words in one if words}

    def _source(self, name: str) -> str:
        """Return the text of a file. Raises ``OptionError`` if there is no such file, or if it is not UTF-8."""
        try:
            return self._loader.get_source(self._environment, name)[0]
        except TemplateNotFound:
            raise OptionError(f"templates: {name}: there is no such file") from None
        except UnicodeDecodeError as error:
            raise OptionError(f"templates: {name}: is not UTF-8: {error.reason}") from None

    def _check(self) -> None:
        """Raise ``OptionError`` with every fault in the templates that are rendered or included."""
        faults = []
        waiting = sorted(name for name in self.names if Path(name).suffix in _SUFFIXES)
        checked = self._included
        named_by: dict[str, str] = {}
        while waiting:
            name = waiting.pop()
            checked.add(name)
            try:
                tree = self._environment.parse(self._source(name), name)
                self._environment.get_template(name)
            except TemplateSyntaxError as error:
                faults.append(f"templates: {name}, line {error.lineno}: {error.message}")
            except OptionError as error:
                faults.append(f"{error}, which {named_by[name]} names" if name in named_by else str(error))
            else:
                referenced = set(find_referenced_templates(tree))
                self._is_dynamic |= None in referenced
                new = sorted({other for other in referenced if other} - checked - {*waiting})
                named_by |= dict.fromkeys(new, name)
                waiting += new
        faults += self._style_faults()
        if faults:
            raise OptionError(*sorted(faults))

    def _style_faults(self) -> list[str]:
        faults = []
        for name in (_STYLE, _PAGES_STYLE, _THEME):
            if self._folder and (self._folder / name).is_file():
                try:
                    fault = style_fault(self._source(name))
                except OptionError as error:
                    faults.append(str(error))
                else:
                    faults += [f"templates: {name}, {fault}"] if fault else []
        return faults


def _environment(loader: ChoiceLoader) -> Environment:
    environment = Environment(
        loader=loader,
        autoescape=lambda name: name is None or not name.endswith(".md"),
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["md"] = markdown
    environment.globals["lang_of"] = _lang_of
    # The extension adds this method to the environment, unseen by type checkers.
    install = environment.install_gettext_callables  # type: ignore[attr-defined]  # the extension i18n adds it
    install(_gettext, _ngettext, newstyle=True)
    # Without what the extension wraps around both names: that took a sixth of a banner's time.
    environment.globals |= {"_": _gettext, "gettext": _gettext}
    return environment


@pass_context
def _gettext(context: Context, message: str, /, **values: object) -> str:
    """Return a message in the language of the template, with its placeholders filled in, and escaped in HTML."""
    text = context["language"].translations.gettext(message)
    if context.eval_ctx.autoescape:
        # Few messages have values, and escaping none takes time.
        return Markup(text) % values if values else Markup(text % values)
    return str(text % values)


@pass_context
def _ngettext(context: Context, singular: str, plural: str, number: int) -> str:
    return str(context["language"].translations.ngettext(singular, plural, number))


def _lang_of(passage: Passage) -> Markup:
    """Return the attribute for an element whose text is in another language than the page (WCAG 3.1.2)."""
    return Markup(' lang="{}"').format(passage.language) if passage.language else Markup()


def load_templates(folder: Path | None) -> tuple[dict[str, Language], Templates, dict[str, str]]:
    """Return the languages, the templates and the style sheets by name, with those of a site's folder.

    Raises ``OptionError`` if the site's files are wrong.
    """
    try:
        languages = load_languages(folder)
    except OptionError as error:
        try:
            Templates(folder)
        except OptionError as other:
            raise OptionError(*error.args, *other.args) from None
        raise
    templates = Templates(folder)
    return languages, templates, templates.style_sheets()
