"""Install the wrapping if the environment asks for it. Every interpreter of a suite imports this module."""

import os

if os.environ.get("SUITE_WRAPS"):
    import suite_wrap

    suite_wrap.install(os.environ["SUITE_WRAPS"].split(","))
