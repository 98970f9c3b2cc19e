"""The demo: a small open-data portal, wrapped as WSGI and as ASGI, under the five published policies.

``cookies`` holds the lines that the portal sets; ``portal``, ``page`` and ``look`` are the app; ``sites`` loads the
policies, and ``additions.toml`` adds to them. ``exchanges`` sends requests to the wrapped app and compares the results;
``overview`` and ``detail`` print them on a ``terminal``, ``report`` as JSON. ``serve`` serves the portals on this
machine, beside a ``guide`` to them and another site, ``elsewhere``. Rule: only the command line imports the demo.
"""
