"""A small table of well-known cookies, so that tests of what uses the large one do not depend on its rows."""

from cookiewarden.policy.declaration import Category
from cookiewarden.policy.known_cookies.known_cookie import KnownCookie

ROWS = (
    KnownCookie(
        ("_visits*",), "Example Analytics", Category.STATISTICAL, "2 years", "https://analytics.example/cookies"
    ),
    KnownCookie(("_pixel",), "Example Ads", Category.THIRD_PARTY, "3 months", "https://ads.example/cookies"),
    KnownCookie(("_notes*",), "Example Notes", Category.FIRST_PARTY, "3 months", "https://notes.example/cookies"),
    KnownCookie(("_pk_*",), "Matomo", Category.STATISTICAL, "13 months", "https://matomo.example/cookies"),
    KnownCookie(("frame_session",), "Example Frame", Category.NECESSARY, "session", "https://frame.example/cookies"),
)


def well_known(name):
    """Return the row for a name, or for a pattern that begins as one of a row does."""
    for row in ROWS:
        for known in row.names:
            if name == known.encode() or ("*" in known and name.startswith(known.encode().rstrip(b"*"))):
                return row
    return None
