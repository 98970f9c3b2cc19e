"""What a site declares, what a visitor consents to, and the decision on one cookie.

Rule: values and pure functions. Only ``file``, ``preset_files`` and ``profiles`` open files, and only ``policy`` may
read the clock. Of the package, it imports only ``http`` and ``errors``.
"""
