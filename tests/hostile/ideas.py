"""What would let one cookie through? An idea has a description, what comes in, and the Set-Cookie lines that leave."""

from dataclasses import dataclass, field
from typing import Any

from exchanges import PLAIN, SentRequest, set_cookies


@dataclass(frozen=True)
class Idea:
    """``sent``: the lines of the app; ``left``: those that leave, by default none."""

    words: str
    sent: tuple[str, ...]
    left: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    request: SentRequest = PLAIN


def blocked(words: str, *lines: str, **keys: Any) -> Idea:
    """Return an idea in which none of these lines may leave, together or alone."""
    return Idea(words, lines, **keys)


def kept(words: str, *lines: str, **keys: Any) -> Idea:
    """Return an idea in which all of these lines leave."""
    return Idea(words, lines, lines, **keys)


def check(idea: Idea, through: Any) -> None:
    """Try an idea through an adapter, with all its lines in one response, and with each alone."""
    options = {"pages": None, **idea.options}
    together = through(lambda carrier: [("Set-Cookie", line) for line in idea.sent], idea.request, **options)
    assert set_cookies(together) == [line.encode("latin-1") for line in idea.left]
    for line in idea.sent:
        alone = through(lambda carrier, line=line: [("Set-Cookie", line)], idea.request, **options)
        assert set_cookies(alone) == [line.encode("latin-1")] * (line in idea.left)
