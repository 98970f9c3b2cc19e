"""What a site states about its anonymized statistics, and the checks for that.

Rule: a fact that is not stated does not count. A check raises ``WrongValueError``, as those in ``values`` do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cookiewarden.http.hosts import check_host
from cookiewarden.policy.declaration import Lifetime
from cookiewarden.policy.values import WrongValueError, lifetime

_LIKE = 'write a whole number and a unit, such as "25 months"'
# The characters of an address (RFC 3986), with its host and its port apart.
WEB_ADDRESS = re.compile(r"https://([A-Za-z0-9.-]+)(?::[0-9]{1,5})?(?:/[!#-;=?-\[\]_a-z~]*)?")


@dataclass(frozen=True, slots=True)
class StatisticsFacts:
    """What a site states about its anonymized statistics: what its ``[statistics]`` table says.

    They measure this site only, serve its operator only, serve only to improve the site, are not combined with other
    data, and are not passed on. Addresses are masked before use. They have little or no impact on privacy.
    ``data_lifetime``: how long the data are kept. ``evidence``: the address of the assessment behind all this.
    """

    this_site_only: bool = False
    operator_only: bool = False
    improvement_only: bool = False
    not_combined: bool = False
    not_shared: bool = False
    masked_address: bool = False
    little_impact: bool = False
    data_lifetime: Lifetime | None = None
    evidence: str = ""


def data_lifetime(value: object) -> Lifetime:
    """Return how long data are kept, on a server, where there is no session."""
    if value == "session":
        raise WrongValueError("data do not end with the session of a browser", _LIKE)
    try:
        return lifetime(value)
    except WrongValueError as wrong:
        raise WrongValueError(wrong.message, _LIKE) from None


def web_address(value: object) -> str:
    """Return an https address, as a link leads to it."""
    match = WEB_ADDRESS.fullmatch(value) if isinstance(value, str) else None
    if match is None or check_host(match[1]):
        raise WrongValueError("is not an https address", 'write the whole one: "https://example.org/assessment"')
    return match[0]
