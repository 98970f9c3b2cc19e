"""Measure what wrapping an app costs, in units that do not depend on the machine.

Run ``python -m benchmarks`` in the folder ``tests``.
"""
