"""Well-known cookies: who sets them, what sites usually declare them as, and how long they last. One module for each
kind of service. The facts are in our own words, after pages of their makers, or of others if none was found.

Rule: this serves suggestions only. It never allows a cookie, and never says that one is necessary to a site.
"""
