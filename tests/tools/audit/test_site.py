"""Which addresses belong to the site that is audited."""

import pytest

from cookiewarden.tools.audit.site import Site


@pytest.mark.parametrize(
    ("start", "target", "is_followed"),
    [
        ("http://a.example/", "https://a.example/", True),
        ("https://a.example/", "http://a.example/", True),
        ("https://a.example/", "https://www.a.example/", True),
        ("https://a.example/", "https://x.y.a.example/", True),
        ("https://www.a.example/", "https://a.example/", True),
        ("https://shop.a.example/", "https://a.example/", False),
        ("https://www.a.example/", "https://shop.a.example/", False),
        ("https://a.example/", "https://nota.example/", False),
        ("https://a.example/", "https://b.example/", False),
        ("https://a.example/", "https://a.example:8443/", False),
        ("http://a.example:8000/", "http://a.example:8001/", False),
        ("http://a.example:8000/", "http://a.example/", False),
        ("http://a.example:8000/", "http://www.a.example:8000/", True),
        ("http://127.0.0.1/", "http://127.0.0.2/", False),
    ],
)
def test_the_start_page_leads_to_the_same_host_or_near_it(start, target, is_followed):
    site = Site(start)
    assert not site.has(target)
    assert site.extend(target) is is_followed
    assert site.has(target) is is_followed
    assert site.has(start)
