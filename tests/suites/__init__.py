"""The test suites of real frameworks, with every app wrapped: run ``python -m suites`` in tests/.

``projects`` lists them, ``prepare`` fetches a suite and makes its environment, ``run`` runs it, ``compare`` holds
the run with every app wrapped against the one without, and ``known`` says which differences are to be. What is in
the folder ``inside`` is imported by the interpreter that runs a suite, and by nothing else.
"""
