"""What became of each Set-Cookie line, for the people who run the site.

Never changes a response: a failure here is logged and swallowed. Imports ``policy`` and ``http``.
"""
