"""Every interpreter of a suite's environment imports this, so that apps are wrapped where that is asked for."""

import os

if os.environ.get("SUITE_WRAPS"):
    import suite_wrap

    suite_wrap.install(os.environ["SUITE_WRAPS"].split(","))
