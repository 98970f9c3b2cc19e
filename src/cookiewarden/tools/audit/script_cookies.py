"""Reads the jar of a browser: a cookie that no response set was set by a script, and a page can tell by which one.

A page reports each cookie that a script sets, with the stack of calls. The jar is the truth; the report only names the
script, for pages can forge it. Rule: no value of a cookie is kept beyond the visit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from cookiewarden.http.hosts import normalize_host
from cookiewarden.tools.audit.json_values import at, text_at
from cookiewarden.tools.audit.made_lines import line_of
from cookiewarden.tools.audit.notebook import Notebook
from cookiewarden.tools.audit.observed import SentCookie
from cookiewarden.tools.audit.wire import Seen

#: The name under which a page finds the function that reports; our script takes it away before any other runs.
BINDING = "__cookiewarden_audit"
#: Runs in each frame before its own scripts.
REPORTING = """
(() => {
  const tell = globalThis["__cookiewarden_audit"];
  if (!tell) return;
  delete globalThis["__cookiewarden_audit"];
  let left = 200;
  const ErrorHere = Error, StringHere = String;
  const report = name => {
    if (left-- <= 0) return;
    try {
      const text = StringHere(name);
      tell({ name: text.slice(0, 300), stack: StringHere(new ErrorHere().stack).slice(0, 4000) }).catch(() => {});
    } catch {}
  };
  const own = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
  Object.defineProperty(Document.prototype, "cookie", {
    ...own,
    set(line) {
      report(StringHere(line).split(";")[0].split("=")[0].trim());
      return own.set.call(this, line);
    },
  });
  const store = globalThis.CookieStore?.prototype;
  if (store) {
    const set = store.set;
    store.set = function (first, ...rest) {
      report(first?.name ?? first);
      return set.call(this, first, ...rest);
    };
  }
})();
"""
_ADDRESS = re.compile(r"https?://[^\s()]+?(?=:\d+:\d+)")
_MAX_REPORTED = 1_000
_MAX_COOKIES = 3_000
_MAX_SHOWN = 300
_UNNAMED = "a script"


class ScriptCookies:
    """The cookies of one visitor's browser. ``now``: seconds since 1970-01-01 UTC."""

    def __init__(self, context: Any, seen: Seen, notebook: Notebook, now: Callable[[], float]) -> None:
        self._context, self._seen, self._notebook, self._now = context, seen, notebook, now
        self._scripts: dict[str, str] = {}
        self._kept: dict[tuple[str, str, str], tuple[str, float]] = {}

    async def attach(self) -> None:
        """Have each page report the cookies that its scripts set."""
        await self._context.expose_binding(BINDING, self._on_report)
        await self._context.add_init_script(REPORTING)

    def _on_report(self, _source: Any, report: Any) -> None:
        found = _ADDRESS.search(text_at(report, "stack"))
        if len(self._scripts) < _MAX_REPORTED:
            self._scripts[text_at(report, "name")] = found[0] if found else _UNNAMED

    async def look(self, page: str) -> None:
        """Keep the cookies that scripts have set since the last look. ``page``: the address of the page that is open.

        What no response set, and was not there before, or has changed, was set by a script.
        """
        cookies = await self._context.cookies()
        if len(cookies) > _MAX_COOKIES:
            self._notebook.note(f"The browser keeps over {_MAX_COOKIES:,} cookies; the rest was left out.")
        for cookie in cookies[:_MAX_COOKIES]:
            name, domain, path = (text_at(cookie, key) for key in ("name", "domain", "path"))
            state = text_at(cookie, "value"), float(at(cookie, "expires") or -1)
            is_same = self._kept.get((name, domain, path)) == state
            self._kept[name, domain, path] = state
            script = "" if at(cookie, "httpOnly") else self._scripts.get(name, "")
            is_answered = (name.encode(), normalize_host(domain.lstrip("."))) in self._seen.answered
            if script or not (is_same or is_answered):
                self._keep(cookie, page, script or _UNNAMED)
        self._scripts.clear()

    def _keep(self, cookie: Any, page: str, script: str) -> None:
        now = self._now()
        domain, expires = text_at(cookie, "domain"), at(cookie, "expires")
        flags = tuple(flag for flag, key in (("Secure", "secure"), ("HttpOnly", "httpOnly")) if at(cookie, key))
        line = line_of(
            text_at(cookie, "name"),
            path=text_at(cookie, "path"),
            domain=domain[1:] if domain.startswith(".") else "",
            lifetime=expires - now if isinstance(expires, int | float) and expires >= 0 else None,
            flags=flags,
            same_site=text_at(cookie, "sameSite"),
        )
        if line is not None:
            loader = self._seen.loaders.get(script, "")
            # A page loads most scripts; to name it would say nothing of who set the cookie.
            by = f"{script[:_MAX_SHOWN]} (loaded by {loader[:_MAX_SHOWN]})" if loader in self._seen.loaders else script
            self._notebook.keep_lines(self._seen.state, _address(cookie, page), [line], now, by[: 2 * _MAX_SHOWN + 20])

    async def keep_left(self, page: str) -> None:
        """Keep each cookie that is still there as one that the next request to its host would carry."""
        for cookie in (await self._context.cookies())[:_MAX_COOKIES]:
            name = text_at(cookie, "name").encode("utf-8", "replace")
            self._notebook.sent[SentCookie(self._seen.state, _address(cookie, page), name)] = None


def _address(cookie: Any, page: str) -> str:
    """Return an address to which a cookie belongs."""
    path = text_at(cookie, "path")
    scheme = "https" if at(cookie, "secure") and not page.startswith("http:") else page.partition(":")[0]
    return f"{scheme}://{text_at(cookie, 'domain').lstrip('.')}{path if path.startswith('/') else '/'}"
