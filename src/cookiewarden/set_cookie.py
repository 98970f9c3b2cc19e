"""Read one Set-Cookie line as browsers do, for tests and tools; see ``cookiewarden.http.set_cookie``."""

from cookiewarden.http.set_cookie import Refusal, SetCookie, parse_set_cookie
from cookiewarden.http.set_cookie_line import is_deletion, names_of

__all__ = ["Refusal", "SetCookie", "is_deletion", "names_of", "parse_set_cookie"]
