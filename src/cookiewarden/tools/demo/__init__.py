"""The demo: a small open-data portal, wrapped as WSGI and as ASGI, under the five published policies.

``cookies`` holds the lines that the portal sets; ``portal``, ``page`` and ``look`` are the app; ``sites`` loads the
policies. ``exchanges`` sends requests to the wrapped app and compares the results; ``report`` prints them. ``serve``
serves the portals on this machine, beside another site, ``elsewhere``. Rule: only the command line imports the demo.
"""
