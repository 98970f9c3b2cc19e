"""Policies that name a profile and state all that any of them asks for."""

from cookiewarden import Policy

PROFILES = ["eu", "fr", "be", "nl", "de", "it", "es", "uk", "us-ca"]
#: What a site may state about its anonymized statistics.
STATED = {
    "this_site_only": True,
    "operator_only": True,
    "improvement_only": True,
    "not_combined": True,
    "not_shared": True,
    "masked_address": True,
    "little_impact": True,
    "data_lifetime": "25 months",
    "evidence": "https://data.example.org/assessment",
}
COOKIES = [
    {"name": "sid", "category": "necessary", "purpose": "Signs in", "reason": "Without it, nobody could sign in"},
    {"name": "_ga", "category": "statistical", "purpose": "Counts visits"},
    {"name": "visits", "category": "statistical", "anonymized": True, "purpose": "Counts", "lifetime": "13 months"},
    {"name": "theme", "category": "first-party", "appearance": True, "purpose": "Keeps the colours"},
    {"name": "cart", "category": "first-party", "purpose": "Keeps what you looked at"},
    {"name": "NID", "category": "third-party", "purpose": "Embeds a map"},
]


def mapping_of(*profiles, statistics=STATED, cookies=COOKIES, **more):
    """Return the keys of a policy that names these profiles, and states everything unless told otherwise."""
    site = {"name": "Exampletown", "id": "data.example.org", "hosts": ["data.example.org"]}
    named = {"profile": list(profiles)} if profiles else {}
    return {"site": site | named, "statistics": statistics, "cookies": cookies, **more}


def policy_of(*profiles, **keys):
    """Return the policy with the keys of ``mapping_of``."""
    return Policy.from_mapping(mapping_of(*profiles, **keys))
