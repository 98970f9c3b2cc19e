"""What a site declares, what a visitor consents to, and the decision on one cookie.

Pure values and functions; only ``file`` opens files, only ``policy`` may read the clock. Imports ``http`` and
``errors``.
"""
