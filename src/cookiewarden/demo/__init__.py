"""The demo: a small open-data portal, wrapped as WSGI and as ASGI, under the five published policies.

``cookies`` is what the portal sets, ``portal`` and ``page`` the app itself, ``sites`` the policies; ``exchanges``
asks the wrapped app and compares, ``report`` prints what came of it, ``serve`` keeps it running. An edge: nothing
imports it but the command line.
"""
