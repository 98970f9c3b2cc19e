"""Serve an app by wsgiref, in a process of its own: ``python -m servers.wsgiref_server app port [--validate]``."""

import importlib
import signal
import sys
import threading
from wsgiref.simple_server import make_server
from wsgiref.validate import validator


def main(target, port, *options):
    module, _, name = target.partition(":")
    app = getattr(importlib.import_module(module), name)
    with make_server("127.0.0.1", int(port), validator(app) if options else app) as server:
        signal.signal(signal.SIGTERM, lambda *args: threading.Thread(target=server.shutdown).start())
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
