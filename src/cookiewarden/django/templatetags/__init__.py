"""The template tags; ``{% load cookiewarden %}`` loads them."""
