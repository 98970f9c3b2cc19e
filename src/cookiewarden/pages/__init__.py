"""What visitors see: the policy page, the preferences page, the banner, and the API, from the policy file alone.

``router`` answers the exact paths under one prefix, with ``call`` for one request and ``answer`` for what goes back;
``choices`` reads what a form or the API sends, ``asked`` knows what is asked. ``document`` is the policy page before
it has a format; ``markup`` and ``html`` write it and the other pages in HTML and Markdown, ``pdf`` on a sheet of
``pdf_font``, ``state`` as JSON, which ``openapi`` describes. ``languages`` holds the catalogs, ``negotiation`` reads
what a browser would like. Templates and catalogs lie beside; ``rehearsal`` tries those of a site at start. Rule: no I/O
on a request, and no framework; the adapters read the body and send the answer.
"""

from cookiewarden.pages.router import Pages, load_templates

__all__ = ["Pages", "load_templates"]
