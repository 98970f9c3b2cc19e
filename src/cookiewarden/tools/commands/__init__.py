"""The commands of ``cookiewarden``, one module each. Each defines ``command``, and imports nothing slow at its top.

Rule: a command parses arguments, calls the package, prints, and sets the exit code. What it does lives elsewhere.
"""
