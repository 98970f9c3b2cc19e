"""The differences that are to be: by suite, by test, the reason for which its outcome differs under the middleware.

Rule: a reason says which promise of cookiewarden the test runs into. What is a fault of ours has no place here.
"""

from __future__ import annotations

_EMPTY_TUPLE = (
    "The test's own response passes its headers as an empty tuple, and looks for that tuple in start_response; PEP "
    "3333 wants a list, and a list is what leaves the middleware."
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
