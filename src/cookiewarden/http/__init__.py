"""HTTP as it arrives and leaves: bytes, headers, cookies, hosts, requests, read as browsers and servers read them.

Knows nothing of policies and consent. Imports the standard library only.
"""
