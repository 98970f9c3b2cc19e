"""Talk by HTTP to a server on this machine, as a browser does."""

import http.client
import socket
from contextlib import closing
from urllib.parse import urlencode

from waiting import SECONDS_TO_WAIT


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def ask_bytes(port, path, host, cookie=None, form=None):
    """Request a page, or send a form as from the same host; return status, Set-Cookie lines, body, Location."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS_TO_WAIT)
    headers = {"Host": host, "Sec-Fetch-Dest": "document"} | ({"Cookie": cookie} if cookie else {})
    if form is not None:
        headers |= {"Origin": f"http://{host}", "Content-Type": "application/x-www-form-urlencoded"}
    with closing(connection):
        connection.request("GET" if form is None else "POST", path, form and urlencode(form), headers)
        response = connection.getresponse()
        lines = response.msg.get_all("set-cookie", [])
        return response.status, lines, response.read(), response.headers["location"]


def names_of(lines):
    """Return the names of the cookies of Set-Cookie lines."""
    return {line.partition("=")[0] for line in lines}
