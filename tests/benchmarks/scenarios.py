"""The scenarios to measure: each has a policy, visitors, a response of the app, what of it must stay, and a target.

Rule: every value that differs between responses in production differs here, too: "%d" in a line is the number of the
response.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from benchmarks import visitors
from benchmarks.policies import ordinary_policy, policy_of_size, sites
from benchmarks.visitors import Visit
from cookiewarden import Policy, PolicySet

#: The kinds of request: by a script in a browser, by a browser for a document, and without Sec-Fetch headers. A program
#: or an older browser sends the last.
KINDS = ("fetch", "document", "plain")


@dataclass(frozen=True)
class Target:
    """The most that a scenario may add, in P: ``figure``, plus ``times`` what the scenario ``over`` adds, if any."""

    figure: float = 0.0
    over: str | None = None
    times: float = 1.0

    def most(self, measured: Mapping[str, float]) -> float | None:
        """Return the most that a scenario may add; ``None`` if the other scenario was not measured."""
        if self.over is None:
            return self.figure
        return measured[self.over] * self.times + self.figure if self.over in measured else None


@dataclass(frozen=True)
class Scenario:
    """One row of the tables. ``kept``: the places of the lines that must stay. ``targets``: by kind of app."""

    key: str
    title: str
    policy: Callable[[], Policy | PolicySet]
    source: Callable[..., Iterator[Visit]]
    lines: tuple[str, ...] = ()
    kept: tuple[int, ...] = ()
    targets: Mapping[str, Target] = field(default_factory=dict)
    kinds: tuple[str, ...] = KINDS
    pages: str | None = "/cookies"
    headers: int = 5  # of the response, besides the Set-Cookie lines
    chunks: int = 1
    has_new_header_names: bool = False  # the names of the headers are new objects in every response
    has_rivals: bool = True
    warm_up: int = 100  # the number of requests that fill every memory
    is_large: bool = False  # it takes long to make


def _targets(asgi: float, wsgi: float) -> dict[str, Target]:
    return {"ASGI": Target(asgi), "WSGI": Target(wsgi)}


def _over(other: str, figure: float = 0.0, times: float = 1.0) -> dict[str, Target]:
    return dict.fromkeys(("ASGI", "WSGI"), Target(figure, other, times))


_SESSION = (
    "sessionid=k2m9x0q7c4v8b1n5%d; expires=Wed, 21 Oct 2037 07:28:00 GMT; HttpOnly; Max-Age=1209600; Path=/; "
    "SameSite=Lax"
)
_STATISTICS = "_ga=GA1.2.1596403881.%d; Path=/; Max-Age=34128000; SameSite=Lax"
FIVE = (
    _SESSION,
    "_pk_id.7.1fff=1a2b3c4d5e6f7a8b.%d.; Path=/; Max-Age=33955200; SameSite=Lax",
    "_fbp=fb.1.1596403881668.%d; Path=/; Domain=example.org; Max-Age=7776000; SameSite=Lax",
    "theme=dark-%d; Path=/; expires=Wed, 21 Oct 2037 07:28:00 GMT",
    "_beamer_last_visit=%d; Path=/; Secure; SameSite=None",
)
#: Of the five, the necessary one and anonymized statistics stay.
FIVE_KEPT = (0, 1)
# An exact name and a pattern that match, then two names that match nothing. A name with "%d" is new in every response.
_LOOKED_UP = ("exact000000=%d; Path=/", "start000000_%d=1; Path=/", "exact000000_%d=1; Path=/", "other_%d=1; Path=/")


def _many(count: int) -> tuple[str, ...]:
    """Return ``count`` lines with different names. Two of each five are necessary or anonymized, and stay."""
    lines = []
    for number in range(count // 5):
        necessary = ("sessionid", "csrftoken", "django_language", "messages", "AWSALB", "AWSALBCORS", "session")
        name = necessary[number] if number < len(necessary) else f"_pk_ses.{number}"
        lines += [
            f"{name}=k2m9x0q7c4v8b1n5%d; HttpOnly; Max-Age=1209600; Path=/; SameSite=Lax",
            f"_pk_id.{number}=1a2b3c4d5e6f7a8b.%d.; Path=/; Max-Age=33955200; SameSite=Lax",
            f"_hjSession_{number}=fb.1.1596403881668.%d; Path=/; Domain=example.org; Max-Age=7776000",
            f"module_{number}=dark-%d; Path=/; expires=Wed, 21 Oct 2037 07:28:00 GMT",
            f"_beamer_{number}=%d; Path=/; Secure; SameSite=None",
        ]
    return tuple(lines)


def scenarios(
    *, sizes: tuple[int, ...] = (10, 1_000, 100_000), site_counts: tuple[int, ...] = (1, 100, 10_000)
) -> list[Scenario]:
    """Return every scenario; those without a target are for a closer look."""
    return [*_main(), *_closer(), *_flat(sizes, site_counts)]


def _main() -> list[Scenario]:
    """Return the scenarios for every kind of request."""
    five = {"policy": ordinary_policy, "lines": FIVE, "kept": FIVE_KEPT}
    stream = {"ASGI": Target(2), "WSGI": Target(0.5, over="none")}  # a call for each chunk would add 30
    return [
        Scenario("none", "no Set-Cookie, no cookies", ordinary_policy, visitors.first_visit, targets=_targets(3.5, 4)),
        Scenario(
            "none-no-pages",
            "the same, pages off",
            ordinary_policy,
            visitors.first_visit,
            targets=_targets(2.6, 3),
            pages=None,
        ),
        Scenario(
            "ten-seen",
            "ten cookies, seen header",
            ordinary_policy,
            visitors.ten_seen,
            targets=_over("none", 2),
        ),
        Scenario(
            "ten-new",
            "ten cookies, new header",
            ordinary_policy,
            visitors.ten_new,
            targets=_over("none", 20),
        ),
        Scenario("necessary", "one necessary, kept", ordinary_policy, visitors.seen, (_SESSION,), (0,), _targets(7, 9)),
        Scenario(
            "consented", "one kept by consent", ordinary_policy, visitors.seen, (_STATISTICS,), (0,), _targets(11, 14)
        ),
        Scenario("five-seen", "five: seen visitor", source=visitors.seen, targets=_targets(16, 23), **five),
        Scenario("five-unseen", "five: never seen", source=visitors.never_seen, targets=_targets(56, 83), **five),
        Scenario("five-first", "five: first visit", source=visitors.first_visit, targets=_targets(15, 21), **five),
        Scenario("five-forged", "five: forged cookie", source=visitors.forged, targets=_targets(51, 77), **five),
        Scenario(
            "stream", "stream of 1,000 chunks", ordinary_policy, visitors.first_visit, targets=stream, chunks=1_000
        ),
    ]


def _closer() -> list[Scenario]:
    """Return the scenarios that show what larger requests and responses cost."""
    plain = {"policy": ordinary_policy, "kinds": ("plain",)}
    many = {"source": visitors.seen, "has_rivals": False, **plain}
    return [
        Scenario("new-names", "new header names", source=visitors.seen, has_new_header_names=True, **plain),
        Scenario("fields-20", "20 response headers", source=visitors.seen, headers=20, **plain),
        Scenario("fields-60", "60 response headers", source=visitors.seen, headers=60, **plain),
        Scenario("cookies-1k", "1 KB of cookies, new header", source=visitors.sized(1_024), **plain),
        Scenario("cookies-8k", "8 KB of cookies, new header", source=visitors.sized(8_192), **plain),
        *(
            Scenario(
                f"lines-{count}",
                f"{count} lines, 60 headers",
                lines=_many(count),
                kept=tuple(number for number in range(count) if number % 5 < 2),
                headers=60,
                **many,
            )
            for count in (20, 50)
        ),
    ]


def _flat(sizes: tuple[int, ...], site_counts: tuple[int, ...]) -> list[Scenario]:
    """Return the scenarios whose cost must not grow with the number of declarations, nor of sites."""
    declared = [
        Scenario(
            f"declared-{size}",
            f"four names, {size:,} declared",
            lambda size=size: policy_of_size(size),
            visitors.first_visit,
            _LOOKED_UP,
            (0, 1),
            targets={} if size == sizes[0] else _over(f"declared-{sizes[0]}", times=1.03),
            kinds=("plain",),
            has_rivals=size == sizes[0],  # the naive filter takes minutes on 100,000 declarations
            warm_up=600,  # each request brings two new names
            is_large=size > 10_000,
        )
        for size in sizes
    ]
    return declared + [
        Scenario(
            f"sites-{size}",
            f"five: {size:,} sites",
            lambda size=size: sites(size),
            visitors.of_many_sites,
            FIVE,
            FIVE_KEPT,
            targets={} if size == site_counts[0] else _over(f"sites-{site_counts[0]}", times=1.03),
            kinds=("plain",),
            has_rivals=size == site_counts[0],
            warm_up=visitors.MANY_VISITORS,
            is_large=size > 1_000,
        )
        for size in site_counts
    ]
