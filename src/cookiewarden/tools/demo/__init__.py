"""The demo: a small open-data portal, wrapped as WSGI and as ASGI, under the five published policies.

``cookies`` is what the portal sets, ``portal``, ``page`` and ``look`` the app itself, ``sites`` the policies;
``exchanges`` asks the wrapped app and compares, ``report`` prints what came of it; ``serve`` lets people walk around in
it, with ``elsewhere``, another site, beside it. An edge: nothing imports it but the command line.
"""
