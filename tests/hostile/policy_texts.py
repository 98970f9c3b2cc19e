"""Fuzz targets for policies: any file and any mapping gives a working policy, or a ``PolicyError`` that says why not.

Rule: as in ``readers``. Files are written to one temporary folder, in which there is no other file to extend.
"""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cookiewarden import Policy, PolicyError, Reason
from cookiewarden.choices.preferences_cookie import PreferencesCookie, check_keys
from exchanges import NOW, SECRET_KEY

_FOLDER = Path(tempfile.mkdtemp(prefix="hostile-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
_KEYS = (
    "extends", "remove", "site", "preferences", "cookies", "name", "names", "id", "hosts", "introduction", "operator",
    "contact", "updated", "version", "language", "category", "purpose", "anonymized", "provider", "function",
    "lifetime", "path", "domain", "en", "fr", "x", "rename",
    "categories", "title", "explanation", "languages",
    "profile", "statistics", "not_shared", "little_impact", "data_lifetime", "evidence", "reason", "appearance",
)  # fmt: skip
_WORDS = (
    "", "x", "_ga*", "**", "*", "sid", "cookies_preferences", "__Host-p", "necessary", "statistical", "first-party",
    "third-party", "1 day", "session", "0 days", "6 months", "a.org", "*.a.org", "[::1]", "é.org", "/", "//", "/a;b",
    "3", "en", "fr-BE", "2021-03-30", "preset:django", "preset:x", ".", "a.toml", "\ud800", "\0", "a, b",
    "eu", "uk", "nl", "https://a.org/b",
)  # fmt: skip


def _check(make: Callable[[], Policy]) -> None:
    policy, refused = None, None
    try:
        policy = make()
    except PolicyError as error:
        refused = error
    if policy is None:
        assert refused.problems
        assert all(problem.file and problem.message and problem.remedy for problem in refused.problems)
        assert str(refused)
        return
    names = [name for declaration in policy.declarations for name in declaration.names]
    assert policy.preferences.name in names
    assert len(set(names)) == len(names)
    for name in names:
        decision = policy.decide(f"{name.replace('*', '')}x=1".encode(), now=NOW)
        assert decision.allowed == (decision.reason in ("necessary", "anonymized", "exempt"))
    signer = PreferencesCookie(policy, check_keys(SECRET_KEY))
    consent = signer.load([], NOW).with_answers(policy.asked_categories, (), float(NOW - NOW % 86_400))
    line = signer.set_cookie(consent, NOW, secure=True)
    assert policy.decide(line, now=NOW).reason is Reason.NECESSARY
    assert signer.load([line.partition(b"=")[2].partition(b";")[0]], NOW) == consent


def policy_toml(data: bytes) -> None:
    """Check any bytes in a TOML file."""
    _load(data, "policy.toml")


def policy_json(data: bytes) -> None:
    """Check any bytes in a JSON file."""
    _load(data, "policy.json")


def _load(data: bytes, name: str) -> None:
    if b"/" in data.partition(b"extends")[2][:40]:
        return  # it may lead to another folder of this machine
    path = _FOLDER / name
    path.write_bytes(data)
    _check(lambda: Policy.load(path))


def policy_mapping(data: bytes) -> None:
    """Check any mapping; each byte chooses what comes next."""
    mapping = _table(iter(data), 0)
    before = repr(mapping)
    _check(lambda: Policy.from_mapping(mapping))
    assert repr(mapping) == before


def _table(numbers: Any, depth: int) -> dict[str, Any]:
    return {_KEYS[next(numbers, 0) % len(_KEYS)]: _value(numbers, depth + 1) for _ in range(next(numbers, 0) % 8)}


def _value(numbers: Any, depth: int) -> Any:
    kind = next(numbers, 0) % 10
    if kind < 4 or depth > 4:
        return _WORDS[next(numbers, 0) % len(_WORDS)]
    if kind < 6:
        return _table(numbers, depth)
    if kind < 8:
        return [_value(numbers, depth + 1) for _ in range(next(numbers, 0) % 4)]
    return [None, True, False, 3, -1.5, float("nan"), b"bytes", ("x",)][next(numbers, 0) % 8]


TARGETS = (policy_toml, policy_json, policy_mapping)
