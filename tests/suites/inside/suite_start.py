"""Every interpreter of a suite's environment imports this: it sees to it that apps are wrapped, if that is asked for."""

import os

if os.environ.get("SUITE_WRAPS"):
    import suite_wrap

    suite_wrap.install(os.environ["SUITE_WRAPS"].split(","))
