"""The expected differences: by suite and test, the reason why its outcome differs under the middleware.

Rule: a reason says which promise of cookiewarden the test contradicts. Faults of ours have no place here.
"""

from __future__ import annotations

_EMPTY_TUPLE = (
    "The test's own response passes its headers as an empty tuple, and expects that tuple in start_response. PEP 3333 "
    "requires a list, and the middleware passes a list."
)

KNOWN: dict[str, dict[str, str]] = {
    "pyramid": dict.fromkeys(
        [
            "tests/test_router.py::TestRouter::test_call_route_matches_and_has_factory",
            "tests/test_router.py::TestRouter::test_call_route_matches_doesnt_overwrite_subscriber_iface",
            "tests/test_router.py::TestRouter::test_call_view_registered_nonspecific_default_path",
            "tests/test_router.py::TestRouter::test_call_view_registered_nonspecific_nondefault_path_and_subpath",
            "tests/test_router.py::TestRouter::test_call_view_registered_specific_success",
        ],
        _EMPTY_TUPLE,
    ),
}
