"""Fuzz targets, one for each reader of bytes or text: what must hold, whatever comes.

Rule: a target takes bytes and fails only if a law is broken. It cuts its input in pieces at ``CUT``. If a reader can be
written a second time, plainly and slowly, the target compares the two. Nothing here needs a fuzzer.
"""

import json
import re
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

from cookiewarden import Category, Consent, Policy, Reason
from cookiewarden.choices.preferences_cookie import PreferencesCookie, check_keys
from cookiewarden.http.cookie import cookie_values, names_in, without_cookies
from cookiewarden.http.dates import parse_cookie_date, plain_date
from cookiewarden.http.hosts import check_host, normalize_host
from cookiewarden.http.negotiation import best_format, best_language, wishes
from cookiewarden.http.origin import is_same_origin
from cookiewarden.http.request import Request
from cookiewarden.http.set_cookie import parse_set_cookie
from cookiewarden.http.set_cookie_line import is_deletion, missing_to_delete, names_of, read_names
from cookiewarden.http.urls import is_own_address, mount_url, url_path
from cookiewarden.pages.form import WrongBodyError, read_form, read_json
from cookiewarden.policy.declaration import CONSENT_CATEGORIES
from cookiewarden.policy.judge import Judges
from cookiewarden.policy.names import NameTable
from cookiewarden.policy.policy_set import HostTable
from cookiewarden.testing import preferences_cookie
from exchanges import NOW, POLICY, SECRET_KEY

#: Separates the pieces of a target's input.
CUT = b"\xff\n"
_DAY = 86_400
_BLANKS = b" \t"
_POLICY = Policy.from_mapping(POLICY)
_CATEGORIES = ("statistical", "first-party", "third-party")
_CONSENTS = [None, Consent(), Consent.of(()), Consent.of(_CATEGORIES), Consent.of(["statistical"])]
_JUDGES = [Judges().judge_of(_POLICY.declared, consent) for consent in _CONSENTS[1:]]


def pieces(data: bytes, count: int) -> list[bytes]:
    """Cut the input in ``count`` pieces; missing ones are empty."""
    found = data.split(CUT, count - 1)
    return found + [b""] * (count - len(found))


def set_cookie(data: bytes) -> None:
    """Check the names, the deletions and the attributes of a Set-Cookie line."""
    line, host, path = pieces(data, 3)
    cookie = parse_set_cookie(line, host=host.decode("latin-1"), path=path.decode("latin-1"), now=NOW)
    names, is_malformed = read_names(line)
    assert cookie.names == names == names_of(line.decode("latin-1").encode("latin-1"))
    assert len(set(names)) == len(names) > 0
    assert all(name == name.strip(_BLANKS) for name in names)
    pair, equals, _ = line.partition(b";")[0].partition(b"=")
    has_break = any(byte in line for byte in b"\r\n\0")
    assert is_malformed == (has_break or not equals or not pair.strip(_BLANKS))
    if not is_malformed:
        assert names == (pair.strip(_BLANKS),)
    if cookie.is_deletion:
        assert not is_malformed
        assert cookie.expiry <= NOW - _DAY
        assert not is_deletion(line + b"; Max-Age=9", NOW)
        assert not is_deletion(line + b"; Expires=Fri, 31 Dec 9999 00:00:00 GMT", NOW)
    lacks = missing_to_delete(line, NOW)
    if lacks and not is_malformed:
        assert cookie.expiry < NOW
        assert not cookie.is_deletion
        assert is_deletion(line + lacks, NOW)
    assert cookie.expiry is None or cookie.expiry == cookie.expiry
    assert cookie.cookie_path.startswith(b"/")
    assert repr(cookie)
    assert all(refusal.section and refusal.message for refusal in cookie.refusals)


def decide(data: bytes) -> None:
    """Check that a decision does not depend on earlier ones, and that granting more never blocks more."""
    for line in data.split(CUT)[:4]:
        found = [_POLICY.decide(line, consent, now=NOW) for consent in _CONSENTS]
        assert found[0] == found[1]
        for judge, decision in zip(_JUDGES, found[1:], strict=True):
            for _ in range(2):
                one = judge.judge(line, NOW)
                assert (one.reason, one.names) == (decision.reason, decision.names)
                assert one.declaration is decision.declaration
                assert judge.judge(line, NOW, False).is_allowed == decision.allowed
        _, undecided, none, all_granted, statistical = found
        assert all_granted.allowed >= statistical.allowed >= none.allowed
        assert undecided.allowed >= none.allowed
        if undecided.reason in (Reason.UNDECLARED, Reason.MALFORMED):
            assert not any(decision.allowed for decision in found)


def cookie_header(data: bytes) -> None:
    """Compare the values of a Cookie header with a plain reading, and cut one name out of it."""
    name, header_value = pieces(data, 2)
    pairs = [pair.partition(b"=") for pair in header_value.split(b";")]
    named = [(key.lstrip(_BLANKS), value.strip(_BLANKS)) for key, equals, value in pairs if equals]
    left = without_cookies(header_value, name.__eq__)
    assert without_cookies(header_value.decode("latin-1"), name.__eq__) == (
        None if left is None else left.decode("latin-1")
    )
    assert left is None or without_cookies(left, name.__eq__) is left
    assert all(name not in names_in(piece) for piece in (left or b"").split(b";"))
    if name and name == name.strip(_BLANKS) and not set(b"=;") & set(name):
        # No browser writes a blank before the "=".
        assert cookie_values(header_value, name) == [value for key, value in named if key == name]


def dates(data: bytes) -> None:
    """Check that the lenient reader takes a plain date for the same moment."""
    lenient, plain = parse_cookie_date(data), plain_date(data)
    assert lenient is None or -11_644_473_600 <= lenient <= 253_402_300_799
    if plain is not None:
        assert lenient == plain >= 0
        assert parse_cookie_date(data + b" and more") == plain


def hosts(data: bytes) -> None:
    """Check that a declared host is found again, whatever its case, port and trailing dot."""
    host = data.decode("utf-8", "surrogateescape")
    form = normalize_host(host)
    table = HostTable([("*.example.org", 1), ("example.org", 2)])
    assert table.find(form) in (None, 1, 2)
    if check_host(host) is None and "*" not in host:
        assert form == normalize_host(form)
        assert re.fullmatch(r"[a-z0-9_.-]+|\[[0-9a-f:.]+\]", form)
        for same in (host.upper() if host.isascii() else host, f"{host}:8000", f" {host}\t"):
            assert HostTable([(form, True)]).find(normalize_host(same))
        if not form.startswith("["):
            assert HostTable([(f"*.{form}", True)]).find(normalize_host(f"a.b.{host}")) or len(host) > 250


def matching(data: bytes) -> None:
    """Check that the entry found for a name is the best of those that match, examined one by one."""
    name, *entries = data.split(CUT)
    texts = dict.fromkeys(entry.decode("utf-8", "ignore") for entry in entries[:8])
    patterns = [text for text in texts if text and text.count("*") <= 1]
    ranks = []
    for pattern in patterns:
        prefix, star, suffix = pattern.partition("*")
        if not star and prefix.encode() == name:
            ranks.append((1, 0, 0, pattern))
        is_long = len(name) >= len((prefix + suffix).encode())
        if star and is_long and name.startswith(prefix.encode()) and name.endswith(suffix.encode()):
            ranks.append((0, len(prefix) + len(suffix), len(prefix), pattern))
    assert NameTable((pattern, pattern) for pattern in patterns).find(name) == (max(ranks)[3] if ranks else None)


_PREFERENCES = PreferencesCookie(_POLICY, check_keys(SECRET_KEY))
_GRANTS = [(), ("statistical",), ("statistical", "third-party"), _CATEGORIES]
#: Signed values, and the consent that each carries.
SIGNED = {
    preferences_cookie(POLICY, SECRET_KEY, *granted, now=NOW - 9).partition("=")[2].encode(): Consent.of(granted)
    for granted in _GRANTS
}


def preferences(data: bytes) -> None:
    """Check that a preferences cookie loads as what was signed, or as nothing.

    Several grant what all of them grant, and refuse what any of them refuses. If there are too many candidates to
    verify, nothing is granted and all is refused.
    """
    values = list(dict.fromkeys(data.split(CUT)))
    loaded = _PREFERENCES.load(values, NOW)
    valid = [SIGNED[value] for value in values if value in SIGNED]
    looking_like_one = [value for value in values if re.search(rb"\.[A-Za-z0-9_-]{43}\Z", value)]
    if len(looking_like_one) > 16 and loaded.chosen_at is None:
        assert (loaded.granted, loaded.refused) == (frozenset(), set(_CATEGORIES))
    elif not valid:
        assert loaded == Consent()
    else:
        assert loaded.granted == frozenset.intersection(*(consent.granted for consent in valid))
        assert loaded.refused == frozenset.union(*(consent.refused for consent in valid))


_ORIGIN = re.compile(r"(https?)://([^/?#@\\\s]+)")


def origin(data: bytes) -> None:
    """Check that a request is the site's own only by Sec-Fetch-Site, by the same host, or without both headers."""
    given, site, host = (piece.decode("latin-1") for piece in pieces(data, 3))
    headers = {"origin": given, "sec-fetch-site": site}
    is_own = is_same_origin(Request("POST", "", "/", "", host, {k: v for k, v in headers.items() if v}.get))
    if site or not given:
        assert is_own == (site in ("same-origin", "none", ""))
    elif is_own and re.fullmatch(r"[!-~]*", host) and not set("/?#\\") & set(host):
        match = _ORIGIN.fullmatch(given)
        assert match is not None
        port = {"http": ":80", "https": ":443"}[match[1]]
        assert _bare(match[2], port) == _bare(host, port)


def _bare(host: str, port: str) -> str:
    """Return a host without a default port, without zeros before a port, and without a colon that has no port."""
    name, colon, number = host.lower().rpartition(":")
    if colon and re.fullmatch("[0-9]*", number):
        host = f"{name}:{int(number)}" if number else name + port
    return host.lower().removesuffix(port)


def accept(data: bytes) -> None:
    """Check that what is chosen was offered, and that wishes are few and sorted by quality."""
    formats, languages = ["text/html", "text/markdown", "application/json"], ["en", "fr", "pt-br"]
    text = data.decode("latin-1")
    found = wishes(text)
    qualities = [quality for _, quality in found]
    assert qualities == sorted(qualities, reverse=True)
    assert all(0 <= quality <= 1 for quality in qualities)
    assert len(found) <= 32
    assert best_format(text, formats) in formats
    assert best_language(text, languages) in (*languages, None)
    assert best_format("application/json," + text, formats) == "application/json" or 1.0 in qualities


def bodies(data: bytes) -> None:
    """Check that a body is a choice or gives a 4xx error, and that the next address stays on the site."""
    kind, body = pieces(data, 2)
    media_type = kind.decode("latin-1") or "application/json"
    request = Request("POST", "", "/cookies/preferences", "", "data.example.org", {"content-type": media_type}.get)
    offered = (Category.STATISTICAL, Category.FIRST_PARTY)
    for read in (lambda: read_json(request, body), lambda: read_form(request, body, offered)):
        wanted, refused = None, None
        try:
            wanted = read()
        except WrongBodyError as error:
            refused = error
        if wanted is None:
            assert 400 <= refused.status < 500
            assert refused.detail.isprintable()
            continue
        assert not set(wanted.granted) & set(wanted.refused)
        assert all(
            category in CONSENT_CATEGORIES and len(version) == 8
            for category, version in (wanted.versions or {}).items()
        )
        assert Category.NECESSARY not in (*wanted.granted, *wanted.refused)
        assert not wanted.next or is_own_address(wanted.next)
        if "json" in media_type.lower():
            said = json.loads(body)
            assert {str(category) for category in wanted.granted} == set(said["granted"]) - {"necessary"}
            assert set(said) - {"versions"} == {"granted"}
            assert wanted.versions == said.get("versions")
        else:
            assert b"choice" in unquote_to_bytes(body.replace(b"+", b" "))


def addresses(data: bytes) -> None:
    """Check that an encoded path can be decoded again, and that an own address does not leave the site."""
    text = data.decode("utf-8", "surrogateescape")
    encoded = url_path(text)
    assert encoded.isascii()
    assert unquote_to_bytes(encoded) == data
    assert not {";", " ", '"', "<", ">", "\\", "\r", "\n"} & set(encoded)
    assert not mount_url(text).startswith("//")
    for address in (text, data.decode("latin-1"), mount_url(text)):
        if is_own_address(address):
            asked = urlsplit(urljoin("https://data.example.org/a/b?c", address))
            assert (asked.scheme, asked.netloc) == ("https", "data.example.org")
            assert address.isascii()
            assert address.isprintable()
            assert "\\" not in address


TARGETS = (
    set_cookie, decide, cookie_header, dates, hosts, matching, preferences, origin, accept, bodies, addresses,
)  # fmt: skip
