"""What visitors see: the policy page, the preferences page, the banner, and the API, from the policy file alone.

``router`` answers the exact paths under one prefix; ``choices`` reads what a form or the API sends; ``document`` is
the policy page before it has a format, ``html``, ``markdown``, ``pdf`` and ``state`` write formats; ``languages`` holds
the catalogs, ``negotiation`` reads what a browser would like; ``answer`` is what goes back. Templates and catalogs lie
beside. Rule: no I/O on a request, and no framework; the adapters read the body and send the answer.
"""

from cookiewarden.pages.router import Pages, check_templates

__all__ = ["Pages", "check_templates"]
