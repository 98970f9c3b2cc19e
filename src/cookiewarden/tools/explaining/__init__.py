"""Explains what becomes of one Set-Cookie line: a policy, a line and the circumstances in, an ``Explanation`` out.

Rule: pure values. The answers come from the code that serves requests; nothing here reads a line or decides by itself.
"""
