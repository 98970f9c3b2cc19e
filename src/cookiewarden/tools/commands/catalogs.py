"""Say in which languages the pages can be served: those with a catalog, ours or one of the site's templates.

Rule: the pages decide, as they do when an app starts. They are imported only if a policy names a language.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cookiewarden.errors import PolicyError, Problem
from cookiewarden.tools.commands.extras import needs_extra

if TYPE_CHECKING:
    from cookiewarden.pages.offered import OfferedLanguages
    from cookiewarden.policy.policy import Policy


def served(languages: Sequence[str]) -> Sequence[str]:
    """Return languages that a policy is to list. Raises ``WrongValueError`` if we have no catalog for one of them.

    >>> served(("fr", "en-GB"))
    ('fr', 'en-GB')
    """
    if not languages:
        return languages
    with needs_extra("the pages", "pages"):
        from cookiewarden.pages.languages import OurLanguages
    from cookiewarden.http.negotiation import matching_language
    from cookiewarden.policy.values import WrongValueError

    known = tuple(OurLanguages())
    for tag in languages:
        if matching_language(tag, known) is None:
            remedy = f"choose among {', '.join(known)}; a catalog of your own adds a language to the file later"
            raise WrongValueError(f'there is no catalog for "{tag}"', remedy)
    return languages


class Catalogs:
    """The catalogs of an app. ``templates``: the folder of that option, ``None`` for no catalog but ours."""

    def __init__(self, templates: Path | None = None) -> None:
        self._templates = templates

    def lacks_of(self, policy: Policy) -> Iterable[Problem]:
        """Return a problem for each language of a policy that no catalog serves.

        Raises ``OptionError`` if a catalog of the templates is wrong.
        """
        try:
            if policy.site.languages:
                self._offered.check([policy])
        except PolicyError as error:
            return error.problems
        return ()

    @cached_property
    def _offered(self) -> OfferedLanguages:
        with needs_extra("the pages", "pages"):
            from cookiewarden.pages.languages import OurLanguages, load_languages
            from cookiewarden.pages.offered import OfferedLanguages

        return OfferedLanguages(OurLanguages() if self._templates is None else load_languages(self._templates), "")
