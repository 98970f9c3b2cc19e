"""Reports of findings, one module for each format. They serve every command and the pytest plugin.

Rule: a report knows findings, and not who found them.
"""
