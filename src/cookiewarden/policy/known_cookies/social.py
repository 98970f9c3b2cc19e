"""Well-known cookies of social networks, and of what pages embed from others, such as videos.

Rule: the rows are sorted by provider and name. A fact that the source does not state is left out.
"""

from __future__ import annotations

from cookiewarden.policy.declaration import Category
from cookiewarden.policy.known_cookies.known_cookie import KnownCookie
from cookiewarden.policy.known_cookies.secondary_sources import SecondarySource

_USUAL = Category.THIRD_PARTY
_CONNECTS = "connects pages with a social network"
_PLAYS = "plays videos or music"
_SERVES = "serves maps, forms and other parts of pages"

# The pages of those who make the cookies.
_GOOGLE = "https://policies.google.com/technologies/cookies"
_LINKEDIN = "https://www.linkedin.com/legal/l/cookie-table"
_VIMEO = "https://help.vimeo.com/hc/en-us/articles/26080940921361"

COOKIES = (
    KnownCookie(("__atuvc", "__atuvs"), "AddThis", _USUAL, "", SecondarySource.TARTEAUCITRON, _CONNECTS),
    KnownCookie(("dmvk",), "Dailymotion", _USUAL, "", SecondarySource.TARTEAUCITRON, _PLAYS),
    KnownCookie(("__dcfduid",), "Discord", _USUAL, "", SecondarySource.TARTEAUCITRON, _CONNECTS),
    KnownCookie(("disqus_unique",), "Disqus", _USUAL, "", SecondarySource.TRACKING_COOKIES, _CONNECTS),
    KnownCookie(("c_user", "datr"), "Facebook", _USUAL, "", SecondarySource.TARTEAUCITRON, _CONNECTS),
    KnownCookie(("AEC", "NID"), "Google", _USUAL, "6 months", _GOOGLE, _SERVES),
    KnownCookie(("ig_did",), "Instagram", _USUAL, "", SecondarySource.TARTEAUCITRON, _CONNECTS),
    KnownCookie(("bcookie",), "LinkedIn", _USUAL, "2 years", SecondarySource.LLB, _CONNECTS),
    KnownCookie(("li_at", "liap"), "LinkedIn", _USUAL, "1 year", _LINKEDIN, _CONNECTS),
    KnownCookie(("li_gc",), "LinkedIn", _USUAL, "6 months", SecondarySource.LLB, _CONNECTS),
    KnownCookie(("lidc",), "LinkedIn", _USUAL, "24 hours", SecondarySource.LLB, _CONNECTS),
    KnownCookie(("__stid", "__stidv"), "ShareThis", _USUAL, "", SecondarySource.TRACKING_COOKIES, _CONNECTS),
    KnownCookie(("__unam",), "ShareThis", _USUAL, "", SecondarySource.TARTEAUCITRON, _CONNECTS),
    KnownCookie(("sp_landing", "sp_t"), "Spotify", _USUAL, "", SecondarySource.TARTEAUCITRON, _PLAYS),
    KnownCookie(("player_clearance",), "Vimeo", _USUAL, "7 days", _VIMEO, _PLAYS),
    KnownCookie(("vuid",), "Vimeo", _USUAL, "2 years", _VIMEO, _PLAYS),
    KnownCookie(("VISITOR_INFO1_LIVE",), "YouTube", _USUAL, "6 months", _GOOGLE, _PLAYS),
    KnownCookie(("YSC",), "YouTube", _USUAL, "session", _GOOGLE, _PLAYS),
)
