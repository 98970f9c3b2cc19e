"""Any request to the pages: none fails, both adapters agree, and only the site's own POST or PUT sets a choice."""

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from choices import preferences, value_of
from cookiewarden.http.negotiation import best_format
from exchanges import NOW, POLICY, SECRET_KEY
from hypothesis_profiles import examples
from paged import FORM, JSON, Site
from strategies import CATEGORIES

SITE = Site(language_cookie="django_language", trusted_origins=["https://www.example.org"])
MANY = examples(400)

OWN_ORIGINS = ["https://data.example.org", "http://data.example.org", "https://data.example.org:443"]
FOREIGN_ORIGINS = ["https://evil.example", "null", "", "https://data.example.org:1", "x", "https://[", "é", "//"]
TRUSTED_ORIGIN = "https://www.example.org"
CHOICE_COOKIE = f"cookies_preferences={value_of(POLICY, SECRET_KEY, 'statistical').decode()}"
FORMS = [
    "choice=accept",
    "choice=refuse&next=/a",
    "choice=save&category=statistical",
    "choice=grant&category=third-party",
]
DOCUMENTS = ['{"granted": []}', '{"granted": ["third-party"]}', '{"granted": ["statistical"]}'.ljust(8192)]
TOO_LONG = ["choice=accept".ljust(8193, "&"), '{"granted": []}'.ljust(8193)]

values = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=20)
header_values = {
    "origin": st.sampled_from([*OWN_ORIGINS, *FOREIGN_ORIGINS, TRUSTED_ORIGIN]),
    "sec-fetch-site": st.sampled_from(["same-origin", "none", "same-site", "cross-site", "", "x"]),
    "content-type": st.sampled_from([FORM[1], JSON[1], f"{FORM[1]};charset=utf-8", "text/plain", ";", "a;charset"]),
    "content-encoding": st.sampled_from(["gzip", "identity"]),
    "cookie": st.sampled_from([CHOICE_COOKIE, "cookies_preferences=x", "_ga=1; NID=2", "django_language=fr", "a"]),
    "accept": st.sampled_from(["*/*", "application/json", "text/markdown;q=0.1", "application/json;q=é", ";q=1"]),
    "accept-language": st.sampled_from(["fr", "nl-BE;q=0.1, *", "x-y-z", ";;,", "é"]),
    "if-none-match": st.sampled_from(["*", '"x"', "W/", ","]),
    "referer": st.sampled_from(["https://data.example.org/a", "https://evil.example", "https://[", "//a"]),
    "host-of-another": values,
    "sec-fetch-dest": st.sampled_from(["document", "empty"]),
    "x-forwarded-host": st.sampled_from(["evil.example"]),
    "x-http-method-override": st.sampled_from(["POST", "PUT"]),
}
headers = st.lists(
    st.sampled_from(sorted(header_values)).flatmap(
        lambda name: st.tuples(st.just(name), header_values[name] | values.map(lambda value: value.strip(" \t")))
    ),
    max_size=8,
    # No browser sends this header twice, so the adapters need not read a second one.
    unique_by=lambda header: header[0] if header[0] == "sec-fetch-dest" else header,
)
paths = st.sampled_from([
    "", ".md", ".json", "/", "/preferences", "/preferences", "/preferences.json", "/preferences.json", "/preferences/",
    "/banner", "/openapi.json", "/style.css", "/pages.css", "/script.js", "/%70references", "/other", "%00", "/%C3%A9",
])  # fmt: skip
encoded = st.binary(max_size=12).map(lambda raw: "".join(f"%{byte:02x}" for byte in raw))
query_values = encoded | st.sampled_from(["fr", "accept", "/a", "//evil.example"])
query_names = st.sampled_from(["lang", "next", "choice", "saved", "v", ""])
queries = st.just("") | st.builds("?{}={}".format, query_names, query_values)
methods = st.sampled_from(["GET", "HEAD", "POST", "POST", "POST", "PUT", "PUT", "PUT", "OPTIONS", "DELETE"]) | st.text(
    "ABCXYZabc!#$%&'*+-.^_`|~09", min_size=1, max_size=8
)
plain_values = st.none() | st.booleans() | st.floats() | st.text(max_size=9) | st.sampled_from(CATEGORIES)
member_names = st.text(max_size=3) | st.just("granted")
json_values = st.recursive(
    plain_values, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(member_names, inner, max_size=3)
).map(json.dumps)
form_names = st.sampled_from(["choice", "category", "next", "x", ""])
form_values = encoded | st.sampled_from(["accept", "refuse", "save", "grant", "/a", *CATEGORIES])
forms = st.lists(st.builds("{}={}".format, form_names, form_values), max_size=4).map("&".join)
bodies = (
    st.sampled_from([*FORMS, *DOCUMENTS, *TOO_LONG]).map(str.encode)
    | json_values.map(str.encode)
    | forms.map(str.encode)
    | st.binary()
)


def is_own(asked):
    """Return whether the site itself sent a request, by the rule of the origin check. ``asked``: headers by name."""
    origin, site = asked.get("origin"), asked.get("sec-fetch-site")
    if origin == TRUSTED_ORIGIN:
        return True
    if site:
        return site in ("same-origin", "none")
    return origin is None or origin in OWN_ORIGINS


def is_hidden(asked):
    """Return whether a request hides where it comes from, and so may only refuse."""
    return asked.get("origin") == "null" and not asked.get("sec-fetch-site")


def joined(headers):
    """Return the headers by name, with several values joined as servers do."""
    asked = {}
    for name, value in headers:
        asked[name] = f"{asked[name]}, {value}" if name in asked else value
    return asked


def choices_of(answer):
    """Return the choices that a response gives the browser: one or none."""
    values = [line.removeprefix("cookies_preferences=") for line in answer.set_cookies if line.startswith("cookies_p")]
    return [preferences().load([value.partition(";")[0].encode()], float(NOW)) for value in values]


def is_choice(answer):
    return bool(choices_of(answer))


def is_refusal(answer):
    return any(choice.refused and not choice.granted for choice in choices_of(answer))


@MANY
@given(method=methods, path=paths, query=queries, headers=headers, body=bodies, is_chunked=st.booleans())
def test_any_request_is_answered_alike_and_never_fails(method, path, query, headers, body, is_chunked):
    answer = SITE.ask(f"/cookies{path}{query}", method, headers, body=body, is_chunked=is_chunked)
    assert answer.status < 500
    if is_choice(answer):
        assert (method, path.replace("%70", "p")) in [("POST", "/preferences"), ("PUT", "/preferences.json")]
        assert is_own(joined(headers)) or (is_hidden(joined(headers)) and is_refusal(answer))


@MANY
@given(is_form=st.booleans(), query=queries, headers=headers, body=bodies, is_chunked=st.booleans())
def test_only_the_site_itself_sets_a_choice_by_the_form_or_the_api(is_form, query, headers, body, is_chunked):
    ask = SITE.post if is_form else SITE.put
    kind, path = (FORM, "/cookies/preferences") if is_form else (JSON, "/cookies/preferences.json")
    headers = [kind, *(header for header in headers if not header[0].startswith("content-"))]
    answer = ask(body, headers, target=path + query, is_chunked=is_chunked)
    if is_hidden(joined(headers)):
        assert is_refusal(answer) if is_choice(answer) else answer.status in (400, 403, 413, 422)
    elif not is_own(joined(headers)):
        assert (answer.status, answer.set_cookies) == (403, [])
    elif body.decode("latin-1") in (FORMS if is_form else DOCUMENTS):
        # A form whose Accept asks for JSON gets it.
        gets_json = best_format(joined(headers).get("accept", ""), ("text/html", JSON[1])) == JSON[1]
        assert (answer.status, is_choice(answer)) == (303 if is_form and not gets_json else 200, True)
    elif is_choice(answer):
        assert answer.status in (200, 303)
    else:
        assert answer.status in (400, 413, 422)
    if answer.status == 303:
        assert re.fullmatch(r"/(?!/)[!-\[\]-~]*", answer.header("location"))
