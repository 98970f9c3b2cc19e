"""One wrapped app, without a framework: everything that both adapters share.

Imports every package below it; never ``asgi`` or ``wsgi``.
"""
