"""The banner and the frames in frameworks: in their templates, with their request objects, mounted or not."""

import re

import django.http
import django.template
import django.test
import django.urls
import flask
import jinja2
import pytest
import starlette.applications
import starlette.requests
import starlette.responses
import starlette.routing
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from markupsafe import Markup
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from cookiewarden import banner_of, frame_of, script_of, wsgi
from exchanges import SentRequest, Wrapped
from framework_apps import bottle_app, falcon_app, falcon_asgi, litestar_app, pyramid_app, quart_app
from frameworks import django_site, fetch, over_asgi, over_wsgi
from scenarios import chosen

ALL = ("statistical", "first-party", "third-party")
TEMPLATE = "<p>{{ banner }}{{ map }}{{ text }}</p>"


def parts_of(request):
    return {
        "banner": banner_of(request),
        "map": frame_of(request, "third-party", "https://maps.example/7", title='"Map"'),
        "counter": script_of(request, "statistical", "/count.js"),
    }


def page_of(request):
    return "".join(parts_of(request).values())


@pytest.mark.parametrize("cookies", [(), (chosen(*ALL),)], ids=["asked", "granted"])
@pytest.mark.parametrize("framework", ["jinja2", "django"])
def test_templates_that_escape_do_not_escape_our_markup_again(framework, cookies):
    rendered = []

    def view(carrier):
        values = {**parts_of(carrier), "text": '<"&>'}
        if framework == "jinja2":
            page = jinja2.Environment(autoescape=True).from_string(TEMPLATE).render(values)
        else:
            page = django.template.Engine().from_string(TEMPLATE).render(django.template.Context(values))
        rendered.append((values, Markup(page)))
        return ()

    Wrapped(wsgi).ask(SentRequest(path='/a?b="&c', cookies=cookies), view)
    ((values, page),) = rendered
    assert page.startswith(f"<p>{values['banner']}{values['map']}&lt;")
    assert "&amp;lt;" not in page
    assert "&amp;#34;" not in page
    assert "&amp;quot;" not in page
    assert bool(values["banner"]) is not bool(cookies)


@pytest.mark.parametrize("cookies", [(), (chosen(*ALL),)], ids=["asked", "granted"])
def test_a_template_can_call_banner_of(cookies):
    rendered = []
    template = jinja2.Environment(autoescape=True).from_string("<body>{{ banner_of(request) }}</body>")

    def view(carrier):
        rendered.append((template.render(banner_of=banner_of, request=carrier), banner_of(carrier)))
        return ()

    Wrapped(wsgi).ask(SentRequest(cookies=cookies), view)
    assert [page for page, _ in rendered] == [f"<body>{banner}</body>" for _, banner in rendered]


async def starlette_view(request):
    return starlette.responses.HTMLResponse(page_of(request))


def starlette_app():
    route = starlette.routing.Route("/page", starlette_view)
    inner = starlette.applications.Starlette(routes=[route])
    return starlette.applications.Starlette(routes=[starlette.routing.Mount("/sub", inner), route])


def starlette_with(inner):
    return starlette.applications.Starlette(routes=[starlette.routing.Mount("/sub", inner)])


async def plain_asgi(scope, receive, send):
    response = starlette.responses.HTMLResponse(page_of(scope))
    await response(scope, receive, send)


def flask_app():
    app = flask.Flask(__name__)
    app.add_url_rule("/page", "page", lambda: page_of(flask.request))
    return app.wsgi_app


def plain_wsgi(environ, start_response):
    page = page_of(environ)
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [page.encode()]


class DjangoUrls:
    """A URL configuration."""

    urlpatterns = (django.urls.path("page", lambda request: django.http.HttpResponse(page_of(request))),)


@pytest.fixture
def django_settings():
    with django_site(DjangoUrls):
        yield


TRANSPORTS = {
    "asgi": lambda: over_asgi(plain_asgi),
    "asgi under a root path": lambda: over_asgi(plain_asgi, root_path="/sub"),
    "starlette": lambda: over_asgi(starlette_app()),
    "starlette, mounted inside": lambda: over_asgi(starlette_app()),
    "django under asgi": lambda: over_asgi(get_asgi_application()),
    "litestar": lambda: over_asgi(litestar_app(page_of)),
    "litestar, mounted inside": lambda: over_asgi(starlette_with(litestar_app(page_of))),
    "litestar, mounted inside litestar": lambda: over_asgi(litestar_app(page_of, inner=litestar_app(page_of))),
    "quart": lambda: over_asgi(quart_app(page_of)),
    "quart, mounted inside": lambda: over_asgi(starlette_with(quart_app(page_of))),
    "falcon under asgi": lambda: over_asgi(falcon_asgi(page_of)),
    "wsgi": lambda: over_wsgi(plain_wsgi),
    "wsgi under a script name": lambda: over_wsgi(plain_wsgi, script_name="/sub"),
    "flask": lambda: over_wsgi(flask_app()),
    "flask, mounted inside": lambda: over_wsgi(DispatcherMiddleware(plain_wsgi, {"/sub": flask_app()})),
    "django under wsgi": lambda: over_wsgi(get_wsgi_application()),
    "falcon under wsgi": lambda: over_wsgi(falcon_app(page_of)),
    "falcon under wsgi, mounted inside": lambda: over_wsgi(
        DispatcherMiddleware(plain_wsgi, {"/sub": falcon_app(page_of)})
    ),
    "bottle": lambda: over_wsgi(bottle_app(page_of)),
    "bottle, mounted inside": lambda: over_wsgi(bottle_app(page_of, inner=bottle_app(page_of))),
    "pyramid": lambda: over_wsgi(pyramid_app(page_of)),
    "pyramid, mounted inside": lambda: over_wsgi(pyramid_app(page_of, inner=pyramid_app(page_of))),
}


@pytest.mark.usefixtures("django_settings")
@pytest.mark.parametrize("name", TRANSPORTS)
def test_the_forms_of_the_banner_lead_to_the_pages_and_back(name):
    """Accept with the form that the page shows. The page then has no banner, but the frame and the script."""
    transport = TRANSPORTS[name]()
    path = "/sub/page?a=1&b=%20" if "inside" in name or name == "asgi under a root path" else "/page?a=1&b=%20"
    shown = fetch(transport, path)
    assert {"cookie", "accept-language"} <= {part.strip().lower() for part in shown.headers["vary"].split(",")}
    assert shown.text.count('id="cookie-consent"') == 1
    text = re.sub("<template.*?</template>", "", shown.text, flags=re.DOTALL)  # is for the script
    forms = re.findall(r'<form[^>]*action="([^"]*)".*?name="next" value="([^"]*)"', text, re.DOTALL)
    assert len(forms) == 2
    action, back = (part.replace("&amp;", "&") for part in forms[0])
    # The script name is part of the path that the browser sees.
    expected = "/sub" + path if name == "wsgi under a script name" else path
    assert back == expected
    own = action.removeprefix("/sub") if name == "wsgi under a script name" else action
    answer = fetch(transport, own, method="POST", data={"choice": "accept", "next": back})
    assert (answer.status_code, answer.headers.get("location")) == (303, expected), action
    cookie = answer.headers["set-cookie"].partition(";")[0]
    again = fetch(transport, path, headers={"cookie": cookie})
    assert 'id="cookie-consent"' not in again.text
    assert "<iframe" in again.text
    assert "<script" in again.text


def test_a_url_object_of_a_framework_can_be_embedded():
    async def view(request):
        return starlette.responses.HTMLResponse(script_of(request, "necessary", request.url_for("view")))

    app = starlette.applications.Starlette(routes=[starlette.routing.Route("/page", view, name="view")])
    assert fetch(over_asgi(app), "/page").text == '<script src="https://data.example.org/page"></script>'
