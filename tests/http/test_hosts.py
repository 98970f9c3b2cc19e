"""Host names: one form for comparison, what a policy may declare, and the table with wildcards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.http.hosts import check_host, normalize_host
from cookiewarden.policy.policy_set import HostTable


@pytest.mark.parametrize(
    ("host", "form"),
    [
        ("example.org", "example.org"),
        ("EXAMPLE.Org", "example.org"),
        ("example.org.", "example.org"),
        ("example.org:8000", "example.org"),
        ("Example.ORG.:443", "example.org"),
        (" example.org\t", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example.:80", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("127.0.0.1:80", "127.0.0.1"),
        ("[::1]", "[::1]"),
        ("[2001:DB8::1]:8000", "[2001:db8::1]"),
        ("localhost", "localhost"),
        ("", ""),
        ("ü" * 64 + ".example", "ü" * 64 + ".example"),
        ("ü..example", "ü..example"),
    ],
)
def test_a_host_is_brought_to_one_form(host, form):
    assert normalize_host(host) == form


@given(st.text())
def test_any_string_can_be_normalized_and_looked_up(text):
    form = normalize_host(text)
    assert isinstance(form, str)
    assert HostTable([("*", "default")]).find(form) == "default"


@pytest.mark.parametrize(
    "host",
    [
        "*",
        "example.org",
        "Example.ORG",
        "example.org.",
        "*.example.org",
        "a_b.example.org",
        "localhost",
        "bücher.example",
        "*.bücher.example",
        "xn--bcher-kva.example",
        "127.0.0.1",
        "[::1]",
        "a" * 63 + ".example",
    ],
)
def test_a_host_or_a_wildcard_may_be_declared(host):
    assert check_host(host) is None


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "*.",
        "**",
        "*.*",
        "*example.org",
        "a.*.org",
        "www.*",
        "*.*.example.org",
        ".example.org",
        "example..org",
        "-a.example",
        "a-.example",
        "a" * 64 + ".example",
        "a." * 130 + "example",
        "ü" * 64 + ".example",
        "exa mple.org",
        "example.org, example.net",
        "user@example.org",
        "example.org\n",
        "example.org\x00",
        "[zz]",
        "[]",
        "[::1]x",
        "[::1",
        "straße.example",
        "STRAẞE.example",
        "a\u200db.example",
    ],
)
def test_what_is_not_a_host_may_not_be_declared(host):
    assert check_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "example.org:80",
        "*.example.org:80",
        "example.org:",
        "[::1]:80",
        "localhost:*",
        "example.org:http",
        "example.org:80 ",
        "bücher.example:80",
    ],
)
def test_a_declared_port_is_a_problem_because_it_would_be_ignored(host):
    assert check_host(host)


@pytest.mark.parametrize(
    "host", ["http://example.org", "https://example.org:8000", "example.org/", "example.org/shop", "//example.org"]
)
def test_a_declared_url_is_a_problem(host):
    assert check_host(host)


TABLE = HostTable(
    [(host, host) for host in ["example.org", "*.example.org", "*.data.example.org", "a.data.example.org", "*.org"]]
)


@pytest.mark.parametrize(
    ("host", "entry"),
    [
        ("example.org", "example.org"),
        ("www.example.org", "*.example.org"),
        ("a.b.example.org", "*.example.org"),
        ("data.example.org", "*.example.org"),
        ("a.data.example.org", "a.data.example.org"),
        ("b.data.example.org", "*.data.example.org"),
        ("b.a.data.example.org", "*.data.example.org"),
        ("example.net.org", "*.org"),
        ("badexample.org", "*.org"),
        ("org", None),
        ("example.org.evil", None),
        ("", None),
        ("127.0.0.1", None),
    ],
)
def test_the_exact_host_wins_then_the_longest_wildcard(host, entry):
    assert TABLE.find(host) == entry


def test_the_star_matches_last():
    table = HostTable([("*", "any"), ("*.example.org", "wild"), ("example.org", "exact")])
    assert [table.find(host) for host in ("example.org", "a.example.org", "x.test", "", "x" * 10_000)] == [
        "exact",
        "wild",
        "any",
        "any",
        "any",
    ]


class CountedHost(str):
    """A host that counts how often a label is cut off it or its parts."""

    __slots__ = ()
    cuts = 0

    def partition(self, separator):
        CountedHost.cuts += 1
        head, found, tail = super().partition(separator)
        return head, found, CountedHost(tail)


@pytest.mark.parametrize("size", [1, 10_000])
def test_a_lookup_takes_one_step_for_each_label_of_the_host(size):
    table = HostTable([(f"*.site{number}.example", number) for number in range(size)])
    CountedHost.cuts = 0
    assert table.find(CountedHost("a.b.c.d.test")) is None
    assert CountedHost.cuts == 5


def test_a_host_of_a_thousand_labels_takes_no_steps():
    table = HostTable([("*.example", 1)])
    CountedHost.cuts = 0
    assert table.find(CountedHost("a." * 1000 + "example")) is None
    assert CountedHost.cuts == 0
