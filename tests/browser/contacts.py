"""A page of the portal that contacts another host, and uses all that a page may use of its own.

Rule: each thing that the page does puts its name into ``data-done``, once it has worked.
"""

from markupsafe import Markup

#: What works on every page, whatever may be contacted.
OWN = frozenset([
    "inline", "handler", "eval", "wasm", "fetch", "data", "blob", "worker", "file-worker", "srcdoc", "frame", "module",
    "socket", "style", "font", "events",
])  # fmt: skip
_PIXEL = Markup('<img src="http://{}/pixel.svg" alt="" width="1" height="1">')
_SCRIPT = Markup(
    """<div id="styled" style="color: rgb(1, 2, 3)"></div>
<iframe id="srcdoc" srcdoc="<p>Here</p>" title="Here"></iframe>
<iframe id="frame" src="/frame" title="Map"></iframe>
<script>
const done = new Set(), tell = name => {
  done.add(name);
  document.documentElement.dataset.done = [...done].sort().join(" ");
};
const blocked = [];
document.addEventListener("securitypolicyviolation", event => {
  if (event.disposition === "enforce") blocked.push(`${event.effectiveDirective} ${event.blockedURI}`);
  document.documentElement.dataset.blocked = blocked.join(", ");
});
tell("inline");
</script>
<button id="handler" onclick="tell('handler')">Handler</button>
<script type="module">
const shown = src => new Promise((yes, no) => Object.assign(new Image(), { onload: yes, onerror: no, src }));
const answered = worker => new Promise((yes, no) => Object.assign(worker, { onmessage: yes, onerror: no }));
const file = (text, type) => URL.createObjectURL(new Blob([text], { type }));
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>';
const things = {
  eval: () => new Function("return 1")(),
  wasm: () => WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
  fetch: () => fetch("/app.css"),
  data: () => shown("data:image/svg+xml," + encodeURIComponent(svg)),
  blob: () => shown(file(svg, "image/svg+xml")),
  worker: () => answered(new Worker(file("fetch('" + location.origin + "/app.css').then(() => postMessage(1))"))),
  "file-worker": () => answered(new Worker("/worker.js")),
  module: () => import("/module.js"),
  style: () => getComputedStyle(styled).color === "rgb(1, 2, 3)" || Promise.reject(),
  srcdoc: () => srcdoc.contentDocument.body.textContent === "Here" || Promise.reject(),
  frame: () => frame.contentDocument.body.textContent.includes("The map") || Promise.reject(),
  // No server here has these. Where a policy forbids one, the page hears of it.
  font: () => new FontFace("x", "url(/font.woff2)").load().catch(() => {}),
  socket: () => new Promise(yes => new WebSocket(location.origin.replace("http", "ws") + "/socket").onerror = yes),
  events: () => new Promise(yes => new EventSource("/app.css").onerror = yes),
};
addEventListener("load", async () => {
  handler.click();
  for (const [name, run] of Object.entries(things)) await Promise.resolve().then(run).then(() => tell(name), () => {});
  document.documentElement.dataset.finished = "yes";
});
</script>
"""
)
FILES = {
    "/pixel.svg": ("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'),
    "/worker.js": ("text/javascript", "postMessage(1)"),
    "/module.js": ("text/javascript", "export const one = 1;"),
    "/font.woff2": ("font/woff2", ""),
}


def content(host: str) -> Markup:
    """Return the content of a page that shows a pixel of another host, given with its port."""
    return _SCRIPT + _PIXEL.format(host)  # after it, so that the page hears of it
