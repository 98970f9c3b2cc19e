"""Find the name and the host of the site that a document speaks of.

Rule: another site that the document sends its readers to is never the host. A site without a name gets none.
"""

from __future__ import annotations

import re

from cookiewarden.http.hosts import check_host, normalize_host
from cookiewarden.tools.importing.blocks import Document, Heading, Paragraph

_HOST = re.compile(
    r"(?:https?://)?(?<![@\w.-])((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24})(?![\w@-])(?!\.\w)",
    re.IGNORECASE,
)
_FILES = frozenset(
    ["html", "htm", "php", "pdf", "txt", "js", "css", "png", "jpg", "svg", "json", "xml", "asp", "aspx", "net-core",
     "md", "csv", "exe"]
)  # fmt: skip
_SITE_WORDS = (
    r"(?i)\b(?:site|website|web site|platform|plateforme|portal|portail|webseite|plattform|webshop|internetseite"
    r"|applies to|applicable to|s['’]applique (?:à|au)|gilt für|geldt voor|van toepassing op)\b"
)
_POLICY_WORDS = (
    r"(?:cookies?(?:[\s-]*(?:policy|notice|statement|declaration|beleid|verklaring|richtlinien?"
    r"|erklärung|hinweise?))?"
    r"|(?:politique|charte|gestion|déclaration)(?: relative)?(?: de| des| aux| en matière de"
    r"| d[’'])?[\s-]*(?:gestion des )?cookies"
    r"|(?:use|gebruik|utilisation|verwendung) (?:of|van|des|de|von) cookies|cookies? policies|privacy(?: policy)?)"
)
# A sentence that sends its readers elsewhere: "More on the website www.example.org", unless it speaks of "this site".
_ELSEWHERE = (
    r"(?i)\b(?:more (?:about|on|at|information|details)|see|visit|learn|read|find|go to|plus d['’]\w+|en savoir plus"
    r"|voir|consulte[rz]|rendez-vous|meer (?:informatie|weten|lezen|over)|zie|ga naar|bezoek|mehr|weitere\w*|siehe"
    r"|besuchen)\b"
)
_THIS_SITE = (
    r"(?i)\b(?:this|our|the present|ce|cette|notre|nos|deze|dit|onze|diese[rs]?|unsere?[rs]?)\s+(?:\w+\s+)?"
    r"(?:web)?(?:site|seite|portal|platform|plateforme|plattform|policy|politique|verklaring|beleid|erklärung|richtlinie)"
)
_USES = r"(?:uses?|sets?|places?|puts?|utilise|dépose|gebruikt|plaatst|zet|verwendet|nutzt|setzt)"
# "Example (example.org) uses cookies", "uses cookies at example.org", "Example Ltd operates example.org".
_A_HOST = r"(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,24}\b"
_AT_HOST = (
    rf"(?i)\(\s*{_A_HOST}\s*\)\s+{_USES}\b|\bcookies? (?:at|on|sur|op|auf|bei) {_A_HOST}"
    rf"|\b(?:operates|runs|exploite|édite|gère|beheert|betreibt) {_A_HOST}"
)
_PROPER = r"[^\W\d_a-z][^,.;:()|]{1,60}?(?: (?:Ltd|Inc|Co)\.)?"
# What names the site: "explains how Example Ltd uses cookies", "Example (example.org) uses", "Example, https://example.org/".
_NAMED = (
    rf"\b(?:how|comment|hoe|wie) (?P<how>{_PROPER})(?: ?\([^()]{{1,40}}\))? {_USES}\b"
    rf"|^(?P<sets>{_PROPER}) \((?:[a-z0-9-]+\.)+[a-z]{{2,24}}\) {_USES}\b"
    rf"|^(?P<at>{_PROPER}), (?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{{2,24}}(?:/\S*)?$"
)
_OWN_WORD = r"(?i)(?:we|our|this|the (?:web)?site|nous|notre|ce|wij|onze|deze|wir|unsere?|diese)\b|.*\bcookies?\b"
# "Cookieverklaring Gemeente Voorbeeld": a compound word for the policy, and the name right after it.
_BESIDE = r"(?i:cookie(?:beleid|verklaring|richtlinien?|erklärung))\s+(?P<name>[^\W\d_a-z].{1,60})"
_ARTICLE = r"^(?:(?:the|le|la|les|het|de|der|die|das)\s+|l[’'])(?=[^\W\d_a-z])"
_OF_SITE = re.compile(
    rf"^(?:our |the |details about )?{_POLICY_WORDS}\s*(?:of|for|on|at|op|auf|sur|du site|der website|de|du|des|van"
    r"|voor|von|für|der|-)\s+",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s+[|–—·•»:-]\s+|\s*\|\s*")
_ABBREVIATION = r"\b(?:Ltd|Inc|Co|Corp|[A-Za-z]\.[A-Z])\.$"
_GENERIC = re.compile(
    r"home|accueil|startseite|datenschutz\w*|impressum|index|untitled.*|.*\bprivacy.*|.*confidentialité"
    r"|mentions légales|legal(?: notice)?|policy|our site|this site|\W*",
    re.IGNORECASE,
)
_LOOKED_AT = 8  # paragraphs
_MOST_TITLE_WORDS = 5


def host_of(document: Document) -> str:
    """Return the host in the address of the document, a heading, the title, or a sentence that speaks of the site.

    >>> from cookiewarden.tools.importing.blocks import Words
    >>> host_of(Document((Paragraph(Words("This website (www.shop.example) uses cookies.")),)))
    'www.shop.example'
    """
    declared = [_as_host(found[1]) for address in document.addresses if (found := _HOST.match(address))]
    if any(declared):
        return next(filter(None, declared))
    headings = [block.words.line for block in document.blocks if isinstance(block, Heading)]
    sentences = [sentence for text in _first_paragraphs(document) for sentence in text.split(". ")]
    spoken = [one for one in sentences if re.search(_SITE_WORDS, one) or re.search(_NAMED, one)]
    own = [one for one in spoken if not re.search(_ELSEWHERE, one) or re.search(_THIS_SITE, one)]
    told = [match[0] for one in sentences if (match := re.search(_AT_HOST, one))]
    for text in [*headings, document.title, *own, *told]:
        hosts = {host for match in _HOST.finditer(text[:1000]) if (host := _as_host(match[1]))}
        if len(hosts) == 1:
            return hosts.pop()
    return ""


def name_of_site(document: Document) -> str:
    """Return the name that the document gives itself, or that its title has beside the usual words, or a sentence.

    >>> from cookiewarden.tools.importing.blocks import Words
    >>> name_of_site(Document((Heading(1, Words("Cookie policy of the Example Museum")),)))
    'Example Museum'
    """
    if document.site_name and not _is_generic(document.site_name):
        return document.site_name
    headings = [block.words.line for block in document.blocks if isinstance(block, Heading)]
    paragraphs = _first_paragraphs(document)
    for title in [*[one for one in headings if "cookie" in one.lower()][:1], document.title]:
        parts = [part.strip() for part in _PARTS.split(title[:300]) if part.strip()]
        rest = [name for part in parts if (name := _stripped(_OF_SITE.sub("", part))) and not _is_generic(name)]
        if rest and (len(parts) > 1 or rest[0] != parts[0]):
            return re.sub(_ARTICLE, "", rest[-1] if len(parts) > 1 else rest[0])
    for text in [*headings[:1], *paragraphs[:1]]:
        if (match := re.match(_BESIDE, text[:100])) and len(text.split()) <= _MOST_TITLE_WORDS + 1:
            return match["name"].split("\n")[0].strip()
    for text in [*paragraphs, *headings]:
        match = re.search(_NAMED, text[:300])
        name = (match["how"] or match["sets"] or match["at"] or "").strip() if match else ""
        if name and not re.match(_OWN_WORD, name):
            return name
    return ""


def title_of(document: Document) -> str:
    """Return the title of the document, if it is short, and not what a page about cookies is called.

    >>> title_of(Document((), "Exampletown")), title_of(Document((), "Cookies"))
    ('Exampletown', '')
    """
    title = document.title.strip()
    return "" if not title or len(title.split()) > _MOST_TITLE_WORDS or _is_generic(title) else title


def _stripped(name: str) -> str:
    """Return a name without the punctuation around it. The full stop of "Ltd." stays."""
    name = name.strip(" :-–")
    return name if re.search(_ABBREVIATION, name) else name.strip(" .:-–")


def _first_paragraphs(document: Document) -> list[str]:
    return [block.words.line for block in document.blocks if isinstance(block, Paragraph)][:_LOOKED_AT]


def _as_host(text: str) -> str:
    host = normalize_host(text)
    is_file = host.rpartition(".")[2] in _FILES
    return "" if is_file or check_host(host) else host


def _is_generic(text: str) -> bool:
    text = re.sub(r"\([^()]*\)", "", text).strip()
    return "cookie" in text.lower() or _GENERIC.fullmatch(text) is not None
