"""Load what the pages are made of: the languages, the templates and the style sheets, with those of a site's folder.

Rule: files are read at start, and never during a request.
"""

from __future__ import annotations

from pathlib import Path

from cookiewarden.errors import OptionError
from cookiewarden.pages.languages import Language, load_languages
from cookiewarden.pages.templating import Templates


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
