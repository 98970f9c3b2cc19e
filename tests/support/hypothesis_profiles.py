"""How long hypothesis looks for a counterexample, in one place for every law.

Rule: no law depends on the clock. A plain run tries few examples of each law, ``pytest --all`` as many as the law says.
"""

import os

from hypothesis import HealthCheck, settings

#: Of a hundred examples, how many a plain run tries.
_FEW = 25
_ALL = 100

# A busy machine is slow, and breaks no law.
_UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Luck decides neither the first run of a newcomer nor whether a change may land: both try the same examples each time,
# which are others only when the law itself is another. Whoever runs all tests by hand searches on, at random.
settings.register_profile("few", _UNHURRIED, max_examples=_FEW, derandomize=True)
settings.register_profile("all", _UNHURRIED, max_examples=_ALL, derandomize="CI" in os.environ, print_blob=True)


def examples(number: int) -> settings:
    """The settings of a law that is to be tried on ``number`` examples, and on a part of them in a plain run."""
    return settings(max_examples=max(1, number * settings.default.max_examples // _ALL))
