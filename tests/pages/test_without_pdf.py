"""The pages without the packages of the extra ``pdf``: no format, link or path of a PDF, and one line in the log."""

import json
import logging
import sys

import pytest

from cookiewarden import asgi, wsgi
from exchanges import wrap
from paged import OWN, Site
from pdf_packages import needs_pdf

HTML, MARKDOWN, JSON = "text/html; charset=utf-8", "text/markdown; charset=utf-8", "application/json"
OTHER_PAGES = [
    "/cookies",
    "/cookies.md",
    "/cookies.json",
    "/cookies/preferences",
    "/cookies/preferences.json",
    "/cookies/banner",
    "/cookies/openapi.json",
]


@pytest.fixture(params=[("typst",), ("pymupdf_fonts",), ("typst", "pymupdf_fonts")], ids=" and ".join)
def hidden(request, monkeypatch):
    """Hide packages, as if they were not installed."""
    for package in request.param:
        monkeypatch.setitem(sys.modules, package, None)


@pytest.fixture
def site(hidden):
    return Site()


@pytest.mark.parametrize("path", OTHER_PAGES)
def test_no_other_page_names_a_pdf(site, path):
    response = site.ask(path)
    assert response.status == 200
    assert "pdf" not in response.text.lower()


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize("path", ["/cookies.pdf", "/cookies.pdf?lang=fr"])
def test_the_path_of_the_pdf_goes_to_the_app(site, path, method):
    assert site.ask(path, method, [OWN]).is_by_app


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/pdf", HTML),
        ("application/*", JSON),
        ("application/pdf, text/markdown;q=0.2", MARKDOWN),
        ("*/*;q=0.9, text/html;q=0.1, application/pdf;q=0.2", MARKDOWN),
    ],
)
def test_a_client_that_prefers_a_pdf_gets_the_best_of_the_other_formats(site, accept, media_type):
    response = site.ask("/cookies", headers=[("accept", accept)])
    assert (response.status, response.header("content-type")) == (200, media_type)


def test_the_openapi_document_is_the_same_as_with_the_packages(site):
    assert set(json.loads(site.ask("/cookies/openapi.json").body)["paths"]) == {
        "/cookies.json",
        "/cookies/preferences",
        "/cookies/preferences.json",
    }


def lines_about_it(caplog):
    return [(record.levelname, record.getMessage()) for record in caplog.records if "PDF" in record.getMessage()]


@pytest.mark.parametrize("module", [asgi, wsgi])
def test_the_log_says_once_at_start_how_to_offer_a_pdf(hidden, caplog, module):
    caplog.set_level(logging.INFO, "cookiewarden")
    app = wrap(module.CookieWardenMiddleware, None)
    app.reload()
    assert lines_about_it(caplog) == [
        ("INFO", "the cookie policy is not offered as a PDF; to offer it: pip install 'cookiewarden[pdf]'")
    ]


def test_without_pages_the_log_says_nothing_of_a_pdf(hidden, caplog):
    caplog.set_level(logging.INFO, "cookiewarden")
    wrap(wsgi.CookieWardenMiddleware, None, pages=None)
    assert lines_about_it(caplog) == []


@needs_pdf
def test_with_the_packages_the_log_says_nothing_of_a_pdf(caplog):
    caplog.set_level(logging.INFO, "cookiewarden")
    wrap(wsgi.CookieWardenMiddleware, None)
    assert lines_about_it(caplog) == []
