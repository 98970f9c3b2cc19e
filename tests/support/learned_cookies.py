"""Invented learned cookies for tests, and strategies for them."""

import tempfile
from pathlib import Path

from hypothesis import strategies as st

from cookiewarden import wsgi
from cookiewarden.reporting.learned import Learned, LearnedCookie
from exchanges import NOW, SentRequest, Wrapped

SITE = "data.example.org"


def known(name, **keys):
    """Return what was learned of one cookie."""
    values = {
        "site": SITE, "name": name, "is_pattern": False, "count": 1, "first": NOW, "last": NOW, "lifetime": None,
        "attributes": (), "paths": ("/",), "is_foreign": False,
    }  # fmt: skip
    return LearnedCookie(**{**values, **keys})


def learned_of(lines):
    """Return what a middleware learns of these lines; each comes with the path of the request that it answers."""
    with tempfile.TemporaryDirectory() as folder:
        app = Wrapped(wsgi, learn=Path(folder) / "learned.jsonl")
        for path, line in lines:
            app.ask(SentRequest(path=path, scheme="http"), lambda carrier, line=line: [("Set-Cookie", line)])
        return app._app._screener.reporter.learner.take(is_last=True).cookies.values()


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
COOKIES = st.builds(
    LearnedCookie,
    site=st.sampled_from(["", SITE]),
    name=st.sampled_from(["a", "b\udcff", "c_1234", "c_5678", "é", "sessionid"]) | TEXTS.filter(bool),
    is_pattern=st.just(False),
    count=st.integers(1, 9),
    first=st.integers(0, 9).map(float),
    last=st.integers(9, 99).map(float),
    lifetime=st.none() | st.integers(0, 10**12),
    attributes=st.lists(TEXTS, max_size=3).map(lambda texts: tuple(sorted(set(texts)))),
    paths=st.lists(TEXTS, max_size=3).map(lambda texts: tuple(sorted(set(texts)))),
    is_foreign=st.booleans(),
)
#: What was learned of some cookies of several sites.
LEARNED = st.lists(COOKIES, max_size=6).map(Learned.of)
