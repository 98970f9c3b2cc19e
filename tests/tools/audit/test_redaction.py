"""What an address may hold of a visitor stands in no report."""

import json

import pytest

from audited_apps import POLICY, unknown
from cookiewarden.tools.audit.audit import audit_of
from cookiewarden.tools.audit.audit_json import audit_json
from cookiewarden.tools.audit.audit_page import audit_page
from cookiewarden.tools.audit.observed import Observed, Page, SeenLine, SentCookie, State
from cookiewarden.tools.audit.printed import audit_text
from cookiewarden.tools.audit.redaction import redacted_text
from cookiewarden.tools.reports.junit import junit_text
from cookiewarden.tools.reports.sarif import sarif_text

URL = "https://me:s3cret@shop.example/in?token=s3cret#s3cret"
WORDS = f"redirects to another site, {URL}; to audit that one, name it"


@pytest.fixture
def audit():
    observed = Observed(
        target=URL,
        states=frozenset({State.NO_CHOICE}),
        pages=(Page(State.NO_CHOICE, URL, 302, WORDS),),
        lines=(SeenLine(State.NO_CHOICE, URL, b"_ga=s3cret", 0.0, URL),),
        sent=(SentCookie(State.NO_CHOICE, URL, b"sid"),),
        notes=(f"{URL} is larger than 3 bytes.",),
        reasons={State.REFUSED: f"{URL} answers with 403."},
    )
    return audit_of(observed, POLICY, unknown)


@pytest.mark.parametrize(
    "report",
    [
        audit_text,
        audit_page,
        lambda audit: json.dumps(audit_json(audit)),
        lambda audit: sarif_text(audit.report),
        lambda audit: junit_text(audit.report),
    ],
    ids=["table", "html", "json", "sarif", "junit"],
)
def test_no_report_holds_a_query_or_a_password(audit, report):
    assert "s3cret" not in report(audit)
    assert "shop.example" in report(audit)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (WORDS, "redirects to another site, https://shop.example/in?...; to audit that one, name it"),
        ("(https://a.example/?b=c), which", "(https://a.example/?...), which"),
        ("http://a.example?b,c=d, so", "http://a.example?..., so"),
        ("Of pages that differ only after the ?, 3 each were opened.",) * 2,
        ("leads to ftp://me:s3cret@a.example/?b=c, and", "leads to ftp://a.example/?..., and"),
        ("leads to //me:s3cret@a.example/?b=c.", "leads to //a.example/?...."),
        ("/srv/site?.har",) * 2,
    ],
)
def test_words_around_an_address_stay(text, shown):
    assert redacted_text(text) == shown
