"""Well-known cookies of what stands in front of a site: protection from programs, and waiting rooms.

Rule: the rows are sorted by provider and name. A fact that the source does not state is left out.
"""

from __future__ import annotations

from cookiewarden.policy.declaration import Category
from cookiewarden.policy.known_cookies.known_cookie import KnownCookie
from cookiewarden.policy.known_cookies.secondary_sources import SecondarySource

_USUAL = Category.NECESSARY
_PROTECTS = "protects sites from programs that pose as people"
_QUEUES = "lets visitors in one after another"

# The pages of those who make the cookies.
_ANUBIS = "https://github.com/TecharoHQ/anubis/blob/main/anubis.go"
_DATADOME = "https://docs.datadome.co/docs/cookie-session-storage"
_HUMAN = "https://github.com/PerimeterX/perimeterx-node-core/blob/master/lib/pxcontext.js"
_HUMAN_CD = "https://github.com/PerimeterX/perimeterx-node-core/blob/master/lib/pxcdenforcer.js"
_QUEUE_IT = (
    "https://github.com/queueit/KnownUser.V3.Python/blob/master/SDK/queueit_knownuserv3/"
    "user_in_queue_state_cookie_repository.py"
)

COOKIES = (
    KnownCookie(("_abck", "ak_bmsc", "bm_sz"), "Akamai", _USUAL, "", SecondarySource.FLOWCONSENT, _PROTECTS),
    KnownCookie(("techaro.lol-anubis-auth*",), "Anubis", _USUAL, "7 days", _ANUBIS, _PROTECTS),
    KnownCookie(("techaro.lol-anubis-cookie-verification*",), "Anubis", _USUAL, "", _ANUBIS, _PROTECTS),
    KnownCookie(("datadome",), "DataDome", _USUAL, "1 year", _DATADOME, _PROTECTS),
    KnownCookie(("dd_testcookie",), "DataDome", _USUAL, "", _DATADOME, _PROTECTS),
    KnownCookie(("_GRECAPTCHA",), "Google reCAPTCHA", _USUAL, "180 days", SecondarySource.IWONA_WENCEL, _PROTECTS),
    KnownCookie(("__pxvid",), "HUMAN", _USUAL, "", _HUMAN_CD, _PROTECTS),
    KnownCookie(("_px", "_px3", "_pxhd", "_pxvid", "pxvid"), "HUMAN", _USUAL, "", _HUMAN, _PROTECTS),
    KnownCookie(("QueueITAccepted-*",), "Queue-it", _USUAL, "", _QUEUE_IT, _QUEUES),
    KnownCookie(("rbzsessionid",), "Reblaze", _USUAL, "", SecondarySource.TRACKING_COOKIES, _PROTECTS),
)
