"""What visitors see: the policy page, the preferences page, the banner, and the API, from the policy file alone.

``router`` answers the exact paths under one prefix, with ``call`` for one request and ``answer`` for what goes back;
``choices`` reads what a form or the API sends, ``asked`` knows what is asked. ``document`` is the policy page before
it has a format; ``markup`` and ``html`` write it and the other pages in HTML and Markdown, ``state`` as JSON, which
``openapi`` describes. ``pdf`` writes it as a PDF, on a sheet of ``pdf_font``, in the lines of ``pdf_lines``;
``pdf_files`` keeps what was made. ``languages`` holds the catalogs, ``negotiation`` reads what a browser would like.
Templates and catalogs lie beside; ``rehearsal`` tries those of a site at start. Rule: no I/O on a request, save that
of ``pdf_files`` on one for a PDF, and no framework; the adapters read the body and send the answer.
"""

from cookiewarden.pages.router import Pages, load_templates

__all__ = ["Pages", "load_templates"]
