"""The templates and the style of the demo's portal. ``page`` says which values the templates get."""

from __future__ import annotations

#: Inline in each page. It has the colours of our own pages, so that the banner fits in.
STYLE = """
:root { color-scheme: light dark; --text: #1b2430; --ground: #fff; --raised: #f3f5f8; --line: #c3cad3;
  --muted: #4a5666; --accent: #0b5cad; --good: #17663a; --bad: #a02622; }
@media (prefers-color-scheme: dark) { :root { --text: #e8ecf1; --ground: #14181e; --raised: #1e242d; --line: #46515e;
  --muted: #b4bdc9; --accent: #8ec2ff; --good: #79d3a0; --bad: #ff9d96; } }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.55 system-ui, sans-serif;
  overflow-wrap: break-word; }
header, main, footer { box-sizing: border-box; max-width: 48rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; gap: 0 1.5rem; justify-content: space-between; align-items: baseline;
  border-bottom: 1px solid var(--line); padding-block: 0.75rem; }
header p, nav ul { margin: 0; }
header p { font-weight: 600; }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1rem; list-style: none; padding: 0; }
nav a { display: inline-block; padding: 0.2rem 0; }
nav [aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 1.25rem 0 0.5rem; text-wrap: balance; }
h2 { font-size: 1.2rem; line-height: 1.25; margin: 1.75rem 0 0.5rem; }
p { max-width: 42rem; }
.choice { background: var(--raised); border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.75rem 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; vertical-align: top; padding: 0.3rem 0.6rem 0.3rem 0;
  border-bottom: 1px solid var(--line); }
th { color: var(--muted); font-weight: 600; }
code { font-size: 0.85rem; }
td:first-child code { white-space: nowrap; }
.kept td:nth-child(2) { color: var(--good); font-weight: 600; white-space: nowrap; }
.stripped td:nth-child(2) { color: var(--bad); font-weight: 600; }
iframe { box-sizing: border-box; border: 1px solid var(--line); border-radius: 0.5rem; }
@media (max-width: 30rem) { table { font-size: 0.85rem; } td code { font-size: 0.75rem; }
  th, td { padding-inline-end: 0.4rem; } }
footer { color: var(--muted); border-top: 1px solid var(--line); margin-top: 2rem; padding-block: 0.75rem 1.5rem; }
footer p { margin: 0.25rem 0; }
"""

_LAYOUT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{% block title %}{% endblock %}{{ site }} - cookiewarden demo</title>
<style>{{ style|safe }}</style>
</head>
<body>
<header>
<p>{{ site }}</p>
<nav aria-label="This portal"><ul>
{% for address, text in [("/", "Cookies set here"), ("/data", "Data"), ("/map", "Map")] %}
<li><a href="{{ address }}"{% if address == path %} aria-current="page"{% endif %}>{{ text }}</a></li>
{% endfor %}
</ul></nav>
</header>
<main>
{% block main %}{% endblock %}
</main>
<footer>
<p id="counter">No analytics script has run on this page.</p>
<p><a href="/cookies">Cookie policy</a> · {{ preferences_link_of(carrier) }}
{% if around.guide %} · <a href="{{ around.guide }}">What to try</a>{% endif %}</p>
{% if around.portals %}
<nav aria-label="All portals"><ul>
{% for portal in around.portals %}
<li><a href="{{ portal.address }}">{{ portal.text }}</a></li>
{% endfor %}
</ul></nav>
{% endif %}
</footer>
{% if around.elsewhere %}
{% set source = around.elsewhere ~ "/count.js" %}
{% if around.is_enforced %}
{{ script_of(carrier, "statistical", source, defer=True) }}
{% else %}
<script src="{{ source }}" defer></script>
{% endif %}
{% endif %}
{{ banner_of(carrier) }}
</body>
</html>
"""

_HOME = """{% extends "layout" %}
{% block main %}
<h1>{{ site }}</h1>
<p>This portal is a demo on your own machine. It tries to set all of these cookies on every page.
{% if around.is_enforced %}cookiewarden, which is wrapped around it, lets out what your choice allows.{% else %}
cookiewarden only reports, so all of them leave, whatever you choose.{% endif %}</p>
<p class="choice"><strong>{{ choice }}</strong> You can choose, and change your mind, on the page
of your <a href="/cookies/preferences">cookie preferences</a>.</p>
<table>
<thead><tr><th scope="col">Cookie</th><th scope="col">Result</th><th scope="col">Why</th></tr></thead>
<tbody>
{% for row in rows %}
<tr class="{{ row.outcome }}"><td><code>{{ row.label }}</code></td><td>{{ row.result }}</td><td>{{ row.why }}</td></tr>
{% endfor %}
</tbody>
</table>
<p>With its request for this page, your browser sent:
{% for name in sent %}<code>{{ name }}</code>{{ ", " if not loop.last }}{% else %}no cookies{% endfor %}.
{% if around.is_enforced %}This response deletes those of the kinds that you refused.{% endif %}</p>
{% endblock %}
"""

_DATA = """{% extends "layout" %}
{% block title %}Data - {% endblock %}
{% block main %}
<h1>Data</h1>
<p>Three data sets, made up for the demo. This page shows that the banner stays until you have chosen, and
that a choice made on a page leads back to it.</p>
<table>
<thead><tr><th scope="col">Data set</th><th scope="col">Rows</th><th scope="col">Updated</th></tr></thead>
<tbody>
<tr><td>Trees in public space</td><td>41,207</td><td>every week</td></tr>
<tr><td>Bicycle parking</td><td>1,318</td><td>every month</td></tr>
<tr><td>Air quality, by station</td><td>208,944</td><td>every hour</td></tr>
</tbody>
</table>
<p><a href="/map">See the trees on a map</a></p>
{% endblock %}
"""

_MAP = """{% extends "layout" %}
{% block title %}Map - {% endblock %}
{% block main %}
<h1>Map</h1>
<p>The map belongs to another site, which learns of every visitor who sees it.
{% if around.is_enforced %}So it waits for consent to third-party cookies.{% endif %}</p>
{% if around.elsewhere %}
{% set source = around.elsewhere ~ "/map" %}
{% if around.is_enforced %}
{{ frame_of(carrier, "third-party", source, title="Map of the trees", width="100%", height="288") }}
{% else %}
<iframe src="{{ source }}" title="Map of the trees" width="100%" height="288"></iframe>
{% endif %}
{% endif %}
{% endblock %}
"""

#: By the names under which they extend each other.
TEMPLATES = {"layout": _LAYOUT, "home": _HOME, "data": _DATA, "map": _MAP}
