"""Policy files that change, and what an app under them lets pass."""

import json

from exchanges import PLAIN, set_cookies
from scenarios import sends

COOKIE = {"name": "_ga", "category": "statistical", "purpose": "Counts visits"}


def left(app, *lines, request=PLAIN):
    return [line.decode() for line in set_cookies(app.ask(request, sends(*lines)))]


class File:
    """A policy file that is written over."""

    def __init__(self, path, *necessary, **site):
        self.path = path
        self.write(*necessary, **site)

    def write(self, *necessary, **keys):
        declared = [{"name": name, "category": "necessary", "purpose": "Works"} for name in necessary]
        policy = {"site": {"name": "Exampletown", "id": "x"}, "cookies": [*declared, COOKIE], **keys}
        self.path.write_text(json.dumps(policy))

    def break_(self):
        self.path.write_text('{"site": {"nam": "X"}, "cookies": 3}')
