"""Check the option ``rename``: new names, by the old ones, for cookies that presets declare.

Rule: no two cookies get the same name, and one cookie does not get a pattern.
"""

from __future__ import annotations

from cookiewarden.errors import OptionError
from cookiewarden.policy import values as check


def check_rename(value: object) -> dict[str, str]:
    """Return new names by old ones, as the option gives them. Raises ``OptionError`` with every fault.

    >>> check_rename({"sessionid": "pretix_session"})
    {'sessionid': 'pretix_session'}
    """
    try:
        new_names = check.table_of_strings(value)
    except check.WrongValueError as wrong:
        raise OptionError(f"rename: {wrong.message}; write it as {{'sessionid': 'shop_session'}}") from None
    faults = []
    olds: dict[str, str] = {}
    for old, new in new_names.items():
        if olds.setdefault(new, old) != old:
            faults.append(f'rename: "{olds[new]}" and "{old}" would both be named "{new}"')
        try:
            check.new_name(new, old)
        except check.WrongValueError as wrong:
            faults.append(f'rename: the new name of "{old}": {wrong.message}; {wrong.remedy}')
    if faults:
        raise OptionError(*faults)
    return new_names
