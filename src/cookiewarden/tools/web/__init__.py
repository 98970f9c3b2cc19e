"""Reads addresses of the web, with bounds on bytes, time and redirects, and never of a network that was not named.

Rule: what a server sends is hostile until it is read; whatever it does, the reader comes to an end and says why.
"""
