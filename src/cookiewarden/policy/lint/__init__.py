"""The rules by which ``check`` judges what a policy says, beyond whether it can be loaded.

One module for each thing that the rules look at: a declaration, the names, the site, the comments. ``rules`` is the
table of their codes.
Rule: pure functions, which read no clock and open no file. What they cannot judge, they do not report.
"""
