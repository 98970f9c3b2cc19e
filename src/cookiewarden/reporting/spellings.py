"""The two spellings of a name: as it is, and after a standard prefix such as ``__Host-`` (RFC 6265bis 4.1.3).

Some apps add the prefix only on https. So what was learned on http is blocked on https, or the other way round.
Rule: this serves advice only. Two spellings are two names, and a declaration of one never covers the other.
"""

from __future__ import annotations

from cookiewarden.http.set_cookie import PREFIXES
from cookiewarden.policy.declaration import Declaration
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.quoting import quoted

#: The prefixes that frameworks add, as they write them.
WRITTEN_PREFIXES = (b"__Host-", b"__Secure-")


def without_prefix(name: bytes) -> bytes:
    """Return a name without its standard prefix.

    >>> without_prefix(b"__Host-pretix_session"), without_prefix(b"sid")
    (b'pretix_session', b'sid')
    """
    lowered = name.lower()
    prefix = max((known for known in PREFIXES if lowered.startswith(known)), key=len, default=b"")
    return name[len(prefix) :] or name


def declared_spelling(name: bytes, policy: Policy) -> tuple[bytes, Declaration] | None:
    """Return the other spelling of a name that a policy declares exactly, and its declaration.

    >>> policy = Policy.from_mapping(
    ...     {"site": {"name": "Exampletown"}, "cookies": [{"name": "sid", "category": "necessary", "purpose": "Works"}]}
    ... )
    >>> declared_spelling(b"__Host-sid", policy)[0], declared_spelling(b"_ga", policy)
    (b'sid', None)
    """
    bare = without_prefix(name)
    others = [prefix + bare for prefix in WRITTEN_PREFIXES]
    for other in (bare, *others):
        declaration = policy.declared.find(other)
        if other != name and declaration is not None and other.decode("utf-8", "replace") in declaration.names:
            return other, declaration
    return None


def line_for_both(one: bytes, other: bytes) -> str:
    """Return the line of a declaration that names both spellings, in TOML.

    >>> line_for_both(b"sid", b"__Host-sid")
    'names = ["sid", "__Host-sid"]'
    """
    return f"names = [{quoted(one)}, {quoted(other)}]"
