"""A Flask app with cookiewarden. Start it with: python examples/flask/app.py"""

import secrets

from flask import Flask, Response, make_response, render_template, session

from cookiewarden.flask import CookieWarden

warden = CookieWarden()  # the policy is cookies.toml, beside this file


def create_app() -> Flask:
    app = Flask(__name__)
    app.config.from_prefixed_env()  # FLASK_SECRET_KEY, FLASK_COOKIEWARDEN_REPORT_ONLY and so on
    app.secret_key = app.secret_key or secrets.token_urlsafe()  # a random key: choices are lost at the next start
    warden.init_app(app)

    @app.get("/")
    def page() -> Response:
        session["visited"] = True  # the cookie "session", declared by preset:flask: always passes
        response = make_response(render_template("page.html"))
        response.set_cookie("_ga", "GA1.1.42")  # declared statistical: passes once the visitor accepts
        response.set_cookie("pixel", "42")  # not declared: never passes
        return response

    return app


app = create_app()

if __name__ == "__main__":
    app.run(port=8000)
