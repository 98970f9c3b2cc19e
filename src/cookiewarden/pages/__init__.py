"""What visitors see: the policy page, the preferences page, the banner and the API, made from the policy alone.

``router`` answers a request, ``form`` reads a choice, and ``document`` holds the texts of the policy page. ``html``,
``templating``, ``json`` and ``pdf`` write them in a format. Imports ``choices``, ``policy`` and ``http``.

Rule: functions of request, policy and consent; a new choice is returned, not applied. No framework, and no I/O during
a request, except that ``pdf_files`` keeps PDFs on disk.
"""
