"""A wrapped app and the same app as it is, behind real servers, and clients that see every octet of the answers.

Rule: what reaches the client is what reaches it from the unwrapped app, but for the lines that are stripped.
"""
