"""Findings as SARIF 2.1.0 (OASIS Standard of 28 August 2023), which code hosts show beside the lines of a change.

Rule: the file is the same wherever it is made. Paths are relative to the working directory, and a fingerprint has
no line in it, so a finding stays the same one while the lines above it change.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cookiewarden import __version__
from cookiewarden.errors import printable
from cookiewarden.policy.findings import Finding, Rule
from cookiewarden.tools.reports.report import Report, message_of, subject_of

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_NUMBER = re.compile(r"\[[0-9]+\]")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
#: The characters that a URI may hold as they are, besides letters and digits (RFC 3986).
_OF_PATHS = "/-._~!$&'()*+,;=@"
_OF_ADDRESSES = _OF_PATHS + ":?#[]%"


def sarif_text(report: Report) -> str:
    """Return the findings as a SARIF log with one run, in ASCII.

    >>> json.loads(sarif_text(Report((), ("cookies.toml",))))["runs"][0]["results"]
    []
    """
    rules = sorted({*report.rules, *(finding.rule for finding in report.findings)}, key=lambda rule: rule.code)
    indices = {rule: index for index, rule in enumerate(rules)}
    seen: Counter[str] = Counter()
    driver = {"name": "cookiewarden", "semanticVersion": __version__, "rules": [_rule(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, indices[finding.rule], seen) for finding in report.findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> Mapping[str, Any]:
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": _text(rule.summary)},
        "defaultConfiguration": {"level": rule.level.value},
    }


def _result(finding: Finding, index: int, seen: Counter[str]) -> Mapping[str, Any]:
    fingerprint = _fingerprint(finding)
    seen[fingerprint] += 1
    about = subject_of(finding)
    return {
        "ruleId": finding.rule.code,
        "ruleIndex": index,
        "level": finding.level.value,
        "message": {"text": _text(f"{about}: {message_of(finding)}" if about else message_of(finding))},
        "locations": [{"physicalLocation": _location(finding)}],
        "partialFingerprints": {"cookiewardenFinding/v1": f"{fingerprint}:{seen[fingerprint]}"},
    }


def _location(finding: Finding) -> Mapping[str, Any]:
    problem = finding.problem
    region = {"startLine": problem.line, "startColumn": problem.column or 1}
    if problem.line is None:
        region = {"startLine": 1}  # code hosts demand a line, even of what is about the whole file
    return {"artifactLocation": {"uri": uri_of(finding.file)}, "region": region}


def uri_of(file: str) -> str:
    """Return an address as it is, and a path as a URI relative to the working directory if it is under it.

    >>> uri_of("policies/a b.toml"), uri_of("https://town.example/?q=1")
    ('policies/a%20b.toml', 'https://town.example/?q=1')
    """
    if _ADDRESS.match(file):
        return quote(_path_bytes(file), safe=_OF_ADDRESSES)
    path = Path(file)
    if ".." in path.parts:  # code hosts find no file by it
        path = path.resolve()
    if path.is_absolute():
        if not path.is_relative_to(Path.cwd()):
            return "file:///" + quote(_path_bytes(path.as_posix().lstrip("/")), safe=_OF_PATHS)
        path = path.relative_to(Path.cwd())
    return quote(_path_bytes(path.as_posix()), safe=_OF_PATHS)


def _path_bytes(text: str) -> bytes:
    """Return a path as bytes. A policy in JSON can name one that no system has: half a surrogate pair."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")


def _fingerprint(finding: Finding) -> str:
    """Return a digest of what the finding is about. The number of a table of the file is left out, for it moves."""
    problem = finding.problem
    parts = (finding.rule.code, uri_of(finding.file), _NUMBER.sub("[]", problem.key), problem.cookie)
    return sha256("\n".join(map(printable, parts)).encode()).hexdigest()[:32]


def _text(text: str) -> str:
    """Return a plain text message: braces are doubled (3.11.5), and nothing in it becomes a link (3.11.6)."""
    return printable(text).replace("{", "{{").replace("}", "}}").replace("](", "] (")
