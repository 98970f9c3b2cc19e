"""Set how long hypothesis looks for a counterexample, in one place for every law.

Rule: no law depends on the clock. A plain run tries few examples of each law, ``pytest --all`` tries all.
"""

import os

from hypothesis import HealthCheck, settings

#: Of a hundred examples, how many a plain run tries.
_FEW = 25
_ALL = 100

# A slow machine breaks no law.
_UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# A plain run and a run in CI try the same examples each time, so luck does not decide whether a change may land. The
# examples change only with the law itself. ``--all`` outside CI tries random ones.
settings.register_profile("few", _UNHURRIED, max_examples=_FEW, derandomize=True)
settings.register_profile("all", _UNHURRIED, max_examples=_ALL, derandomize="CI" in os.environ, print_blob=True)


def examples(number: int) -> settings:
    """Return the settings of a law that has ``number`` examples; a plain run tries a part of them."""
    return settings(max_examples=max(1, number * settings.default.max_examples // _ALL))
