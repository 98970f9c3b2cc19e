"""A visitor's choice between two requests: the signed cookie that carries it, the record that proves it.

Imports ``policy``.
"""
