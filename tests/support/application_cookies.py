"""Set-Cookie lines as known applications send them, with the path of the request: names and attributes by their source.

The values are invented, and so are the random ends of names.
"""

_TOKEN = "FuKNMNNmfmmL_QCSqFcFlx2_9O04Elw2TDJtybfuCf8"  # as secrets.token_urlsafe(32) returns

#: The lines of each application: those of a visitor who signs in, picks what can be picked, and signs out again.
LINES = {
    # datasette/app.py, datasette/views/special.py; the token is set by asgi-csrf
    "Datasette": [
        ("/-/login", "ds_csrftoken=x; Path=/; SameSite=Lax"),
        ("/-/auth-token", "ds_actor=x; Path=/; SameSite=lax"),
        ("/-/messages", "ds_messages=x; Path=/; SameSite=lax"),
        ("/-/logout", 'ds_actor=""; Max-Age=0; Path=/; SameSite=lax'),
    ],
    # trac/web/session.py, trac/web/main.py, trac/web/auth.py
    "Trac": [
        ("/wiki", "trac_form_token=x; Path=/"),
        ("/wiki", "trac_session=x; expires=Sun, 13 Sep 2026 12:00:00 GMT; Path=/"),
        ("/login", "trac_auth=x; HttpOnly; Path=/"),
        ("/logout", "trac_auth=; expires=Sun, 15 Jun 2025 09:00:00 GMT; Path=/"),
    ],
    # isso/views/comments.py: the name is the number of the comment
    "Isso": [("/new", f"{number}=x; Path=/; Max-Age=900") for number in range(1, 8)],
    # Products/Sessions/SessionDataManager.py, Products/PluggableAuthService/plugins/CookieAuthHelper.py, TreeTag.py
    "Zope": [
        ("/login", "__ac=x; Path=/"),
        ("/folder", '_ZopeId="x"; Path=/'),
        ("/manage_menu", 'tree-s="x"'),
        ("/logout", '__ac="deleted"; Max-Age=0; Path=/; Expires=Wed, 31-Dec-97 23:59:59 GMT'),
    ],
    # gradio/routes.py
    "Gradio": [
        ("/login", f"access-token-{_TOKEN}=x; HttpOnly; Path=/; SameSite=none; Secure"),
        ("/login", f"access-token-unsecure-{_TOKEN}=x; HttpOnly; Path=/; SameSite=lax"),
    ],
    # pretix/settings.py, pretix/multidomain/middlewares.py
    "pretix": [
        ("/control/login", "pretix_csrftoken=x; Max-Age=31449600; Path=/"),
        ("/control/login", "pretix_session=x; Max-Age=1209600; HttpOnly; Path=/"),
        ("/control/login", "pretix_language=x; Max-Age=31536000; Path=/"),
    ],
    # web/config.py, web/pgadmin/browser/__init__.py
    "pgAdmin": [
        ("/login", "pga4_session=x; HttpOnly; Path=/; SameSite=Lax"),
        ("/browser", "PGADMIN_LANGUAGE=en; HttpOnly; Path=/; SameSite=Lax"),
    ],
    # MoinMoin/session.py
    "MoinMoin": [("/FrontPage", "MOIN_SESSION_443_ROOT=x; Max-Age=315360000; HttpOnly; Path=/")],
    # The default names of Django, which Wagtail keeps
    "Wagtail": [
        ("/admin/login", "csrftoken=x; Max-Age=31449600; Path=/; SameSite=Lax"),
        ("/admin/login", "sessionid=x; Max-Age=1209600; HttpOnly; Path=/; SameSite=Lax"),
        ("/admin/logout", "sessionid=; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax"),
    ],
}
