"""The calls with which consent managers open their settings again."""

import re

from cookiewarden.tools.audit.settings_calls import SETTINGS_CALLS


def test_each_call_stands_once_names_a_function_and_says_where_it_was_read():
    functions = [one.function for one in SETTINGS_CALLS]
    assert len(set(functions)) == len(functions)
    for one in SETTINGS_CALLS:
        assert re.fullmatch(r"[A-Za-z_]\w*(?:\.\w+)*", one.function)
        assert one.call.endswith(")")
        assert re.fullmatch(r"https://\S+", one.source)


def test_the_call_that_managers_share_comes_last():
    """Managers define this function, and not all of them the command."""
    assert SETTINGS_CALLS[-1].function == "__tcfapi"
