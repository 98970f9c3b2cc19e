"""The hosts of declarations: which host they cover, as a browser compares them."""

import pytest

from cookiewarden.policy.storage import admits

DECLARED = ["cdn.example", "*.maps.example", "push.example:8443", "secure.example:443"]


@pytest.mark.parametrize(
    "host",
    [
        "cdn.example",
        "tiles.maps.example",
        "a.b.maps.example",
        "push.example:8443",
        "secure.example",
        "secure.example:443",
    ],
)
def test_a_declared_host_is_covered(host):
    assert admits(DECLARED, host)


@pytest.mark.parametrize(
    "host",
    [
        *("", "a.cdn.example", "cdn.example:8443", "maps.example", "notmaps.example", "tiles.maps.example:8443"),
        *("push.example", "push.example:84", "secure.example:80", "cdn.example.org"),
    ],
)
def test_another_host_or_port_is_not(host):
    assert not admits(DECLARED, host)
