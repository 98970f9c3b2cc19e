"""A wrapped app and the same app unwrapped, on real servers, and clients that see every byte of the responses.

Rule: a client of the wrapped app gets what it gets from the unwrapped one, except the lines that are stripped.
"""
