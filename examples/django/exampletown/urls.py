"""The pages of the site."""

from django.urls import path

from exampletown.views import page

urlpatterns = [path("", page)]
