"""What would let one cookie through? Ideas for lines, names, deletions and policies; each is a row.

They do not repeat what scenarios, test_decision and test_set_cookie have already.
"""

import pytest

from cookiewarden import Policy, PolicySet
from exchanges import POLICY, SentRequest, through_asgi, through_wsgi
from hostile.ideas import Idea, blocked, check, kept


def _utf8(text):
    """Return text as its UTF-8 bytes, each written as a latin-1 character."""
    return text.encode("utf-8").decode("latin-1")


NAMES = [
    blocked("a necessary name, percent-encoded: PHP would decode it", "s%69d=1", "%73id=1", "sid%3d=1", "s%2569d=1"),
    blocked("in full-width letters", _utf8("\uff53\uff49\uff44=1")),
    blocked("with a Cyrillic letter in it", _utf8("\u0455id=1")),
    blocked("with an invisible character in it", _utf8("si\u200dd=1"), _utf8("\ufeffsid=1"), "sid\xad=1"),
    blocked("in UTF-16", "s\0i\0d\0=1", "\xff\xfes\0i\0d\0=\x001\0"),
    blocked("in overlong UTF-8", "\xc1\xb3id=1"),
    blocked("in UTF-7", "+AHM-id=1"),
    blocked("as a parameter with its charset (RFC 8187)", "sid*=UTF-8''1", "_ga*0=1"),
    blocked("as an encoded word (RFC 2047), which begins without a name", "=?utf-8?q?_ga=3D1?="),
    blocked("with the version of RFC 2109 before it", "$Version=1; sid=1", '$Version="1"; _ga=2; $Path=/'),
    blocked("after a semicolon", ";sid=1", "; ;_ga=1", ";;=;_ga=1"),
    blocked("after a second equals sign", "==sid=1", "= =_ga", " \t=\t_ga=1"),
    blocked("after a control character", "\x0bsid=1", "\x1fsid=1", "\x7fsid=1", "\x01=1"),
    blocked("with a control character in it", "s\x08id=1", "sid\x1b=1", "s\tid=1"),
    blocked("in quotation marks or brackets", "'sid'=1", "(sid)=1", "{sid}=1", "sid[]=1", "sid[0]=1"),
    blocked("with a port, path or comment", "sid:80=1", "/sid=1", "sid(x)=1", "sid#=1", "sid?=1"),
    blocked("with a dot or an underscore added", "sid.=1", "_sid=1", ".sid=1", "sid_=1"),
    blocked("with a prefix that browsers heed in any case", "__HOST-csrf=1", "__host-csrf=1", "__Host-Csrf=1"),
    blocked("with another prefix", "__Secure-csrf=1", "__Http-csrf=1", "__Host-Http-csrf=1", "__Host-__Host-csrf=1"),
    blocked("with half a prefix", "__Host-=1", "_Host-csrf=1", "__Host_csrf=1", "__Host-csrf-=1"),
    blocked("a statistical one after a necessary prefix", "__Host-csrf_ga=1", "__Host-_ga=1"),
    blocked("as an array of PHP", "_ga[]=1", "_ga[a][b]=1"),
    blocked("as long as a header may be", "_ga" + "x" * 70_000 + "=1", "y" * 70_000 + "=1"),
    blocked("with a value that begins with a necessary pair", "_fbp=sid=1", "_fbp=; sid=1", "_fbp=sid=1; sid=1"),
    kept("a necessary name between tabs", "\t sid \t= 1"),
    kept("a necessary one whose value looks like more", "sid=1;_ga=2", "sid=_ga=1", 'sid={"_ga":1}', "sid=1;;;=;_ga"),
    kept("a necessary one with a control character in its value", "sid=\x07", "sid=1\x7f"),
    kept("a necessary one of any length", "sid=" + "x" * 70_000, "sid=1" + "; a=b" * 10_000),
]

_DATE = "Thu, 01 Jan 1970 00:00:00 GMT"
DELETIONS = [
    blocked(
        "zero in other digits", _utf8("_fbp=; Max-Age=\uff10"), _utf8("_fbp=; Max-Age=\u0660"), "_fbp=; Max-Age=\xb2"
    ),
    blocked(
        "zero in other notations",
        *(f"_fbp=; Max-Age={zero}" for zero in ("0x0", "0e9", "1e-9", "0b0", "0_0", "O", "-")),
    ),
    blocked("zero with text around it", "_fbp=; Max-Age=0 s", "_fbp=; Max-Age=0seconds", "_fbp=; Max-Age=(0)"),
    blocked(
        "an attribute that looks like Max-Age",
        "_fbp=; Max_Age=0",
        "_fbp=; Max Age=0",
        "_fbp=; Max-Age:0",
        "_fbp=; MaxAge=0",
    ),
    blocked(
        "with bytes that only Python takes for blanks",
        "_fbp=; Max-Age=0\xa0",
        "_fbp=; Max-Age\xa0=0",
        "_fbp=;\x85Max-Age=0",
    ),
    blocked("in the name or the value", "Max-Age=0", "Max-Age=0; Max-Age=9", "_fbp=Max-Age=0", "_fbp=1, Max-Age=0"),
    blocked("encoded", "_fbp=; Max%2dAge=0", "_fbp=; Max-Age=%30", "_fbp=%3b Max-Age=0"),
    blocked(
        "cut short by what some engines end a line at",
        "_fbp=\x01; Max-Age=0",
        "_fbp=; \x7f; Max-Age=0",
        "_fbp=; a,b; Max-Age=0",
    ),
    blocked(
        "a date without a year that all agree on",
        *(
            f"_fbp=; Expires=Thu, 01 Jan {year} 00:00:00 GMT"
            for year in ("70", "0070", "1600", "0000", "1969", "10000", "-1970", "19700")
        ),
    ),
    blocked(
        "a date that does not exist",
        *(
            f"_fbp=; Expires={date}"
            for date in (
                "Thu, 00 Jan 1970 00:00:00 GMT",
                "Thu, 31 Feb 1970 00:00:00 GMT",
                "Thu, 01 Jan 1970 24:00:00 GMT",
                "Thu, 01 Jan 1970 00:00:60 GMT",
                "Thu, 1 Jan 1970 00:00:00 GMT",
                "Thu, 01 January 1970 00:00:00 GMT",
            )
        ),
    ),
    blocked(
        "a date in another time zone",
        *(
            f"_fbp=; Expires=Thu, 01 Jan 1970 00:00:00 {zone}"
            for zone in ("UTC", "gmt", "+0000", "GMT+1", "EST", "", "GMT\xa0")
        ),
    ),
    blocked(
        "a date as others write it",
        *(
            f"_fbp=; Expires={date}"
            for date in (
                "1970-01-01T00:00:00Z",
                "Thu Jan  1 00:00:00 1970",
                "01/01/1970",
                "0",
                "-1",
                "never",
                f'"{_DATE}"',
                f"'{_DATE}'",
            )
        ),
    ),
    blocked(
        "a date that a later attribute revokes",
        f"_fbp=; Expires={_DATE}; Expires",
        f"_fbp=; Expires={_DATE}; Max-Age=x",
    ),
    kept(
        "a deletion for every reader, of any name",
        "_fbp=; Max-Age=0",
        f"x=y; Expires={_DATE}",
        "_ga=; MAX-AGE= -1 ;Secure",
    ),
]


def _policy(*rows):
    """Return the option for a policy of names and categories."""
    cookies = [{"name": name, "category": category, "purpose": "p"} for name, category in rows]
    return {"policy": {**POLICY, "cookies": cookies}}


_ANY = _policy(("*", "necessary"), ("_ga", "statistical"), ("_g*", "first-party"))
POLICIES = [
    blocked("the wider pattern is necessary, the narrower is not", "_gx=1", "_ga=1", options=_ANY),
    blocked(
        "with blanks around a name that a wider pattern would let pass", " _ga=1", "\t_ga\t=1", "_ga =1", options=_ANY
    ),
    blocked("with what servers strip around it", "\x85_ga=1", "\xa0_ga\xa0=1", "\x0b_ga=1", "_ga\x1f=1", options=_ANY),
    blocked("without a name, if every name is necessary", "=_ga=1", "_ga", "=1", "", ";", "=", " ; a=b", options=_ANY),
    kept("any other name, if every name is necessary", "x=1", "_Ga=1", "%5fga=1", options=_ANY),
    Idea(
        "of two patterns as long, the one with the longer beginning counts",
        ("axxb=1", "abxc=1"),
        ("axxb=1",),
        options=_policy(("a*b", "necessary"), ("ab*c", "statistical"), ("a*xc", "necessary")),
    ),
    blocked(
        "a pattern whose beginning and end share a byte",
        "a=1",
        "aba=1",
        options=_policy(("a*a", "statistical"), ("ab*ba", "necessary")),
    ),
    blocked(
        "characters that are patterns elsewhere",
        "sid1=1",
        "sida=1",
        "sid=1",
        options=_policy(("sid?", "necessary"), ("sid[a-z]", "necessary"), ("sid.", "necessary")),
    ),
    blocked("a name composed otherwise", _utf8("e\u0301=1"), options=_policy(("\u00e9", "necessary"))),
    blocked("a name decomposed otherwise", _utf8("\u00e9=1"), options=_policy(("e\u0301", "necessary"))),
    blocked("a name in latin-1, if it is declared in UTF-8", "\xe9=1", options=_policy(("\u00e9", "necessary"))),
    kept("a name in UTF-8, as declared", _utf8("\u00e9=1"), options=_policy(("\u00e9", "necessary"))),
    blocked("half a character before a star", "\xc3=1", "\xc3\xa8=1", options=_policy(("\u00e9*", "necessary"))),
    blocked("the declared name in capitals", "SESSION=1", "Session=1", options=_policy(("session", "necessary"))),
    blocked(
        "a declared path or domain makes nothing pass",
        "theme=1; Path=/x; Domain=data.example.org",
        options={
            "policy": {
                **POLICY,
                "cookies": [{"name": "theme", "category": "first-party", "purpose": "p", "path": "/x"}],
            }
        },
    ),
    blocked(
        "the name of the preferences cookie, nearly",
        "Cookies_Preferences=1",
        "cookies_preferences2=1",
        "cookies-preferences=1",
    ),
    kept("the preferences cookie of the app itself, for it is necessary", "cookies_preferences=1"),
    Idea(
        "the default of a set does not apply to a host that has a policy",
        ("sid=1", "own=1"),
        ("own=1",),
        {
            "policy": PolicySet(
                [
                    Policy.from_mapping({**POLICY, "site": {"name": "a", "hosts": ["*"]}}),
                    Policy.from_mapping(
                        {
                            "site": {"name": "b", "hosts": ["b.example"]},
                            "cookies": [{"name": "own", "category": "necessary", "purpose": "p"}],
                        }
                    ),
                ]
            )
        },
        SentRequest(host="B.Example.:443"),
    ),
]

IDEAS = NAMES + DELETIONS + POLICIES


@pytest.mark.parametrize("through", [through_asgi, through_wsgi])
@pytest.mark.parametrize("idea", IDEAS, ids=[idea.words for idea in IDEAS])
def test_no_forbidden_line_gets_through(idea, through):
    check(idea, through)
