"""What would let one cookie through? An idea is the words for it, what comes in, and which Set-Cookie lines leave."""

from dataclasses import dataclass, field
from typing import Any

from exchanges import PLAIN, SentRequest, set_cookies


@dataclass(frozen=True)
class Idea:
    """``sent``: the lines of the app; ``left``: those that leave; by default none."""

    words: str
    sent: tuple[str, ...]
    left: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    request: SentRequest = PLAIN


def blocked(words: str, *lines: str, **keys: Any) -> Idea:
    """None of these lines may leave, neither with the others nor alone."""
    return Idea(words, lines, **keys)


def kept(words: str, *lines: str, **keys: Any) -> Idea:
    """All of these lines leave."""
    return Idea(words, lines, lines, **keys)


def check(idea: Idea, through: Any) -> None:
    """Try an idea behind an adapter, with all its lines in one answer, and with each alone."""
    options = {"pages": None, **idea.options}
    together = through(lambda carrier: [("Set-Cookie", line) for line in idea.sent], idea.request, **options)
    assert set_cookies(together) == [line.encode("latin-1") for line in idea.left]
    for line in idea.sent:
        alone = through(lambda carrier, line=line: [("Set-Cookie", line)], idea.request, **options)
        assert set_cookies(alone) == [line.encode("latin-1")] * (line in idea.left)
