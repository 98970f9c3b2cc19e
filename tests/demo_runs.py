"""How the tests of the demo run its command, and which cookies its visitors must keep."""

import subprocess
import sys

from click.testing import CliRunner

from cookiewarden.cli import commands

# What a visitor of each kind keeps besides what all keep, with the additions of the demo.
KEPT = {
    "no choice": {"_gid"},
    "refused all": set(),
    "statistics only": {"_ga", "_gid"},
    "all": {"_ga", "_gid", "portal_theme", "pixel"},
    "forged cookie": {"_gid"},
}
KEPT_BY_ALL = {"sessionid", "django_language", "csrftoken", "old_banner"}

RUN = "from cookiewarden.cli import main; main()"


def run(*arguments):
    return CliRunner().invoke(commands(), arguments)


def python(code, *arguments):
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60)
