"""What was learned of cookies, made up for tests."""

from cookiewarden.learned import LearnedCookie
from exchanges import NOW

SITE = "data.example.org"


def known(name, **keys):
    """What was learned of one cookie."""
    values = {
        "site": SITE, "name": name, "is_pattern": False, "count": 1, "first": NOW, "last": NOW, "lifetime": None,
        "attributes": (), "paths": ("/",), "is_foreign": False,
    }  # fmt: skip
    return LearnedCookie(**{**values, **keys})
