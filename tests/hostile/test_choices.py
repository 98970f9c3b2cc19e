"""What would let one cookie through? Ideas for the preferences cookie of a visitor who did not consent.

They do not repeat what test_preferences_damage has already.
"""

import hashlib

import pytest
from itsdangerous import TimestampSigner, URLSafeSerializer, URLSafeTimedSerializer

from choices import ALL, changed, value_of
from exchanges import NOW, POLICY, SECRET_KEY, SentRequest, through_asgi, through_wsgi
from hostile.ideas import Idea, check

NAME = "cookies_preferences"
VALID = value_of(POLICY, SECRET_KEY, *ALL, now=NOW - 9).decode()
NO = value_of(POLICY, SECRET_KEY, now=NOW - 5).decode()
_SALT = "cookiewarden.preferences:data.example.org"
_PAYLOAD = [1, NOW, ["s+"]]


def _asked(words, *cookies):
    """Return the idea of a statistical cookie for a visitor who sends these cookies."""
    return Idea(words, ("_ga=1",), request=SentRequest(cookies=cookies))


IDEAS = [
    _asked("a choice in quotation marks", f'{NAME}="{VALID}"', f"{NAME}='{VALID}'"),
    _asked("a choice that is percent-encoded", f"{NAME}={VALID.replace('.', '%2E')}"),
    _asked(
        "a choice with more after it",
        f"{NAME}={VALID}=",
        f"{NAME}={VALID},",
        f"{NAME}={VALID} x",
        f"{NAME}={VALID}\xa0",
    ),
    _asked("under another name", f"Cookies_Preferences={VALID}", f"x{NAME}={VALID}", f"__Host-{NAME}={VALID}"),
    _asked("with bytes around its name", f"\xa0{NAME}={VALID}", f"{NAME} ={VALID}", f"\x0b{NAME}={VALID}"),
    _asked("within another cookie", f"x={NAME}={VALID}", f"x=1, {NAME}={VALID}", f"x=1&{NAME}={VALID}"),
    _asked("without a name before it", f"={NAME}={VALID}", f"={VALID}", VALID),
    _asked("as an attribute, as RFC 2965 had them", f"$Version=1, {NAME}={VALID}, $Path=/"),
    _asked("after a line break", f"x=1\r\n{NAME}={VALID}", f"x=1\n {NAME}={VALID}"),
    _asked("in two halves", f"{NAME}={VALID[:20]}", f"{NAME}={VALID[20:]}"),
    _asked("beside a refusal, first or last, in one header", f"{NAME}={VALID}; {NAME}={NO}"),
    _asked("beside a refusal, in two headers", f"{NAME}={NO}", f"{NAME}={VALID}"),
    _asked(
        "the payload of a grant with the signature of a refusal",
        f"{NAME}={VALID.rpartition('.')[0]}.{NO.rpartition('.')[2]}",
    ),
    _asked(
        "a grant for another site, with the same key",
        f"{NAME}={value_of(changed(id='park.example'), SECRET_KEY, *ALL).decode()}",
    ),
    _asked("a grant of another version", f"{NAME}={value_of(changed(version='0'), SECRET_KEY, *ALL).decode()}"),
    _asked("a grant signed with another key", f"{NAME}={value_of(POLICY, SECRET_KEY + ' ', *ALL).decode()}"),
    _asked(
        "what the site signs for other purposes, with the same key",
        *(
            f"{NAME}={signed}"
            for signed in (
                URLSafeSerializer(SECRET_KEY, salt=_SALT).dumps(_PAYLOAD),
                URLSafeTimedSerializer(
                    SECRET_KEY,
                    salt="cookie-session",
                    signer_kwargs={
                        "key_derivation": "hmac",
                        "digest_method": hashlib.sha1,
                    },
                ).dumps(_PAYLOAD),
                TimestampSigner(SECRET_KEY, salt=_SALT).sign("statistical").decode(),
            )
        ),
    ),
    _asked(
        "more choices than anybody has",
        *(f"{NAME}={value_of(POLICY, SECRET_KEY, *ALL, now=NOW - age * 86_400).decode()}" for age in range(17)),
    ),
    Idea(
        "a choice in a header of a thousand cookies counts",
        ("_ga=1",),
        ("_ga=1",),
        request=SentRequest(cookies=("; ".join([*(f"a{n}=1" for n in range(1000)), f"{NAME}={VALID}"]),)),
    ),
    Idea(
        "a choice that comes twice, unchanged, counts once",
        ("_ga=1",),
        ("_ga=1",),
        request=SentRequest(cookies=(f"{NAME}={VALID}; {NAME}={VALID}",)),
    ),
]


@pytest.mark.parametrize("through", [through_asgi, through_wsgi])
@pytest.mark.parametrize("idea", IDEAS, ids=[idea.words for idea in IDEAS])
def test_no_request_gets_a_cookie_without_consent(idea, through):
    check(idea, through)
