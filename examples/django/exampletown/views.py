"""A page that sets three cookies."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def page(request: HttpRequest) -> HttpResponse:
    request.session["visited"] = True  # "sessionid", declared by preset:django: always passes
    response = render(request, "page.html")
    response.set_cookie("_ga", "GA1.1.42")  # declared statistical: passes once the visitor accepts
    response.set_cookie("pixel", "42")  # not declared: never passes
    return response
