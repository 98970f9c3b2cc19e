"""The demo: a small open-data portal, wrapped as WSGI and as ASGI, under the five published policies.

``portal`` is the app and what it sets, ``sites`` the policies, ``visitors`` who asks; ``exchanges`` asks the
wrapped portal and compares, ``report`` prints what came of it, ``serve`` keeps it running. An edge: nothing
imports it but the command line.
"""
