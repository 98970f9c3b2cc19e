"""Helpers for the tests of a site: a visitor who has chosen, and a watch over the cookies that an app sets.

Rule: what stands in for a visitor, or watches, goes when the test ends, and changes nothing outside it.
"""

from cookiewarden.testing.visitors import choice, preferences_cookie
from cookiewarden.testing.watching import Watched, watch

__all__ = ["Watched", "choice", "preferences_cookie", "watch"]
