"""Says which addresses belong to the site that is audited.

Rule: without a list of public suffixes, nobody can tell which hosts one owner has. So a site is one host, on one port.
Only a redirect of the start page, or of its robots.txt, adds another: the same host, one below it, or one without its
``www``.
"""

from __future__ import annotations

from cookiewarden.tools.web.addresses import PORTS, origin_of


class Site:
    """The origins of one site. ``start``: the normalized address that the user gave.

    >>> site = Site("http://example.org/")
    >>> site.extend("https://www.example.org/"), site.extend("https://example.com/")
    (True, False)
    >>> site.has("https://www.example.org/x"), site.has("https://example.org/x")
    (True, False)
    """

    def __init__(self, start: str) -> None:
        host, port = origin_of(start)
        self._host = host
        self._ports = {port, *PORTS.values()} if port in PORTS.values() else {port}
        self._origins = {(host, port)}

    def has(self, url: str) -> bool:
        """Return whether a normalized address belongs to the site."""
        return origin_of(url) in self._origins

    def extend(self, url: str) -> bool:
        """Return whether the start page may lead to an address, which then belongs to the site.

        From one of the two default ports it may lead to the other.
        """
        host, port = origin_of(url)
        is_near = host == self._host or host.endswith("." + self._host) or "www." + host == self._host
        if is_near and port in self._ports:
            self._origins.add((host, port))
        return self.has(url)
