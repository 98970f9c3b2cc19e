"""Run the test suites of real frameworks with every app wrapped: ``python -m suites`` in tests/.

``projects`` lists the suites, ``prepare`` fetches a suite and makes its environment, and ``run`` runs it. ``compare``
compares the runs with and without wrapping; ``known`` lists the expected differences. Rule: only the interpreter that
runs a suite imports the modules in ``inside``.
"""
