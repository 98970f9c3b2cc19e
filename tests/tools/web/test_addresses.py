"""Addresses of the web in one spelling, and hosts of private networks told from public ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.tools.web.addresses import is_public, joined, normalized, origin_of, resolve


@pytest.mark.parametrize(
    ("url", "spelling"),
    [
        ("http://a.example", "http://a.example/"),
        ("http://a.example?q", "http://a.example/?q"),
        ("HTTPS://A.Example:443/B#c", "https://a.example/B"),
        ("http://a.example:8000/", "http://a.example:8000/"),
        ("http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
        (" http://a.example/b c\n", "http://a.example/b%20c"),
    ],
)
def test_an_address_has_one_spelling(url, spelling):
    assert normalized(url) == normalized(spelling) == spelling


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.example",
        "//a.example/",
        "/path",
        "ftp://a.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://",
        "http:///path",
        "http://user:secret@a.example/",
        "http://[::1/",
        "http://[",
        "http://a%62.example/",
        "http://a b.example/",
        "http://a.example:0/",
        "http://a.example:65536/",
        "http://a.example:x/",
        "http://a\0.example/",
        "http://a.example/" + "x" * 2_000,
    ],
)
def test_what_is_no_address_of_the_web_becomes_nothing(url):
    assert normalized(url) == ""


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_is_joined_is_normalized_or_nothing(base, reference):
    for at in (base, "https://a.example/b"):
        address = joined(at, reference)
        assert normalized(address) == address
        assert address == "" or origin_of(address)[1] in range(1, 65_536)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.0.1",
        "224.0.0.1",
        "239.1.2.3",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "ff0e::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b:1::7f00:1",
        "fec0::1",
        "::ffff:224.0.0.1",
        "2002:e000:1::",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:53aa:64c:0:0:f5ff:fffe",
    ],
)
def test_an_address_of_a_private_network_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


def test_a_name_that_cannot_be_looked_up_is_an_error_of_the_system():
    with pytest.raises(OSError, match=r"\S"):
        resolve("a" * 64 + ".example", 80)
