"""Make the policy page as a file, for a site that this package does not serve: HTML, Markdown, JSON or PDF.

Rule: the texts and the templates are those of the served page, and equal policies give equal bytes. What works only if
it is served, such as the link to the preferences, stands in no file.
"""

from __future__ import annotations

from markupsafe import Markup

from cookiewarden.errors import require
from cookiewarden.pages.document import document_of
from cookiewarden.pages.html import HtmlPages
from cookiewarden.pages.json import policy_state
from cookiewarden.pages.languages import Language, OurLanguages
from cookiewarden.pages.offered import OfferedLanguages
from cookiewarden.pages.response import content, json_content
from cookiewarden.pages.templating import Templates
from cookiewarden.policy.policy import Policy


class PolicyFiles:
    """Makes the policy pages of sites as files.

    >>> policy = Policy.from_mapping({"site": {"name": "Exampletown"}})
    >>> print(PolicyFiles().make(policy, "md", "en").decode().splitlines()[0])
    # Cookie policy of Exampletown
    """

    def __init__(self) -> None:
        self._languages, self._templates = OurLanguages(), Templates(None)
        styles = self._templates.style_sheets()
        #: The languages that each site offers.
        self.offered = OfferedLanguages(self._languages, "")
        self._html = HtmlPages(self._templates, self.offered, "", styles, has_pdf=False)
        # As the served page links to them; the sheets are ours, and hold no markup.
        self._styles = Markup("\n".join(styles[name] for name in ("pages.css", "style.css")))

    def make(self, policy: Policy, suffix: str, tag: str) -> bytes:
        """Return the policy page of a site in the language ``tag``, one of ``offered.tags``.

        ``suffix``: ``"html"``, ``"md"``, ``"json"`` or ``"pdf"``. Raises ``MissingExtraError`` for a PDF without the
        packages of the extra ``pdf``.
        """
        language = self._languages[tag]
        if suffix == "pdf":
            return _pdf(policy, language)
        document = document_of(policy, language)
        if suffix == "json":
            return json_content(policy_state(policy, document)).body
        if suffix == "md":
            return content("text/markdown", self._templates.render("policy.md", language, document=document)).body
        return content("text/html", self._html.policy_file(language, document, self._styles)).body


def _pdf(policy: Policy, language: Language) -> bytes:
    from cookiewarden.pages import pdf  # here, for no other file needs it

    for package in pdf.PACKAGES:
        require("the PDF", package, "pdf")
    return pdf.pdf_of(document_of(policy, language), language)
