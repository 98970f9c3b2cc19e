"""The pytest plugin: what fails, what a failure says, the report, the draft, and runs of several processes."""

import subprocess
import sys
import tomllib

import pytest

from cookiewarden import Policy
from pytest_runs import BY_POLICY
from waiting import SECONDS_TO_WAIT

MARK = "@pytest.mark.cookiewarden\n"
USAGE_ERROR = 4


def test_a_marked_test_fails_and_says_what_to_declare(project):
    result = project.test(MARK + "def test_shop(): visit(SID, THEME)")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*_ test_shop _*",
            "CW201 theme: 1 finding in the cookies that were set",
            "",
            'CW201 undeclared: GET /shop sets "theme", which cookies.toml does not declare',
            "    Set-Cookie: theme=<6 bytes>; Path=/",
            "    to a visitor who has not chosen",
            "    If it belongs to this site, declare it:",
            "    [[cookies]]",
            '    name = "theme"',
            '    category = "first-party"',
            '    purpose = "..."',
            '    lifetime = "session"',
        ],
        consecutive=True,
    )
    result.stdout.fnmatch_lines("FAILED test_shop.py::test_shop - Failed: CW201 theme*")
    result.stdout.no_fnmatch_line("*s3cr3t*")
    result.stdout.no_fnmatch_line("*secret*")


def test_a_test_that_is_not_marked_passes_and_is_in_the_report(project):
    result = project.test("def test_shop(): visit(SID, THEME)")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        [
            "*= cookiewarden =*",
            "cookies.toml, 1 test: 1 of 2 declared cookies were set, and 1 that is not declared",
            "  not declared:",
            '    "theme" (in test_shop.py::test_shop)',
            "  declared, but not set:",
            "    _ga",
        ],
        consecutive=True,
    )


def test_a_run_in_which_nothing_asks_for_it_reads_and_prints_nothing(project):
    project.write("def test_shop(): visit(THEME)", ini="")
    code = (
        "import sys, pytest; pytest.main(['-p', 'cookiewarden.pytest_plugin', '-q', '-p', 'no:cacheprovider']);"
        "print([name for name in sys.modules if name.partition('.')[0] == 'cookiewarden'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS_TO_WAIT)
    first, last, modules = done.stdout.strip().splitlines()
    assert first.startswith(". ")
    assert last.startswith("1 passed")
    assert modules == "['cookiewarden', 'cookiewarden.pytest_plugin']"


def test_a_policy_in_the_ini_file_alone_watches_nothing(project):
    project.write("def test_shop(): visit(THEME)", ini="cookiewarden_policy = cookies.toml")
    result = project.run()
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*cookiewarden =*")


CASES = {
    "a marked class": (
        "@pytest.mark.cookiewarden\nclass TestShop:\n    def test_a(self): visit(THEME)\n    def test_b(self): visit()",
        {"passed": 1, "failed": 1},
    ),
    "a marked module": ("pytestmark = pytest.mark.cookiewarden\ndef test_shop(): visit(THEME)", {"failed": 1}),
    "the fixture": ("def test_shop(cookiewarden_watch): visit(THEME)", {"failed": 1}),
    "the fixture, asked for late": (
        "def test_shop(request):\n    request.getfixturevalue('cookiewarden_watch')\n    visit(THEME)",
        {"failed": 1},
    ),
    "the fixture through another fixture": (
        "@pytest.fixture\ndef shop(cookiewarden_watch): return 1\ndef test_shop(shop): visit(THEME)",
        {"failed": 1},
    ),
    "a fixture that asks": (
        "@pytest.fixture\ndef shop(): visit(THEME)\n" + MARK + "def test_shop(shop): pass",
        {"failed": 1},
    ),
    "parameters": (
        MARK + "@pytest.mark.parametrize('line', [SID, THEME, GA])\ndef test_shop(line): visit(line)",
        {"passed": 1, "failed": 2},
    ),
    "a consent": (
        "@pytest.mark.cookiewarden(consent=['statistical'])\ndef test_shop(): visit(GA)",
        {"passed": 1},
    ),
    "a consent in one word": (
        "@pytest.mark.cookiewarden(consent='statistical')\ndef test_shop(): visit(GA)",
        {"passed": 1},
    ),
    "the closest consent": (
        "@pytest.mark.cookiewarden(consent=['statistical'])\nclass TestShop:\n"
        "    def test_a(self): visit(GA)\n"
        "    @pytest.mark.cookiewarden(consent=[])\n    def test_b(self): visit(GA)",
        {"passed": 1, "failed": 1},
    ),
    "a policy of its own": (
        "policy = {'site': {'name': 'Park'}, 'cookies': [{'name': 'theme', 'category': 'necessary', 'purpose': 'x'}]}\n"
        "@pytest.mark.cookiewarden(policy=policy)\ndef test_shop(): visit(THEME)\n"
        "@pytest.mark.cookiewarden(policy='cookies.toml')\ndef test_other(): visit(THEME)",
        {"passed": 1, "failed": 1},
    ),
    "an expected failure": (
        MARK + "@pytest.mark.xfail(strict=True)\ndef test_shop(): visit(THEME)",
        {"xfailed": 1},
    ),
    "a test that is skipped": (MARK + "def test_shop():\n    visit(THEME)\n    pytest.skip()", {"skipped": 1}),
    "a fixture that fails": (
        "@pytest.fixture\ndef shop(): raise OSError\n" + MARK + "def test_shop(shop): pass\n"
        "def test_next(): visit(THEME)",
        {"errors": 1, "passed": 1},
    ),
    "unittest": (
        "@pytest.mark.cookiewarden\nclass Shop(unittest.TestCase):\n"
        "    def test_a(self): visit(THEME)\n    def test_b(self): visit(SID)\n",
        {"passed": 1, "failed": 1},
    ),
    "unittest, and what a method sets up": (
        "@pytest.mark.cookiewarden\nclass Shop(unittest.TestCase):\n"
        "    def setUp(self): visit(THEME)\n    def test_a(self): pass\n",
        {"failed": 1},
    ),
    "asynchronous tests": (
        "@pytest.fixture\ndef anyio_backend(): return 'asyncio'\n"
        "pytestmark = [pytest.mark.anyio, pytest.mark.cookiewarden]\n"
        "async def test_a(): visit(THEME)\nasync def test_b(): visit(SID)",
        {"passed": 1, "failed": 1},
    ),
    "a client that is included": (
        "class Client:\n    history = ()\n    def send(self): return self\n"
        "    class request: method, url = 'GET', 'https://data.example.org/'\n    headers = {'set-cookie': THEME}\n"
        "def test_a(cookiewarden_watch):\n"
        "    client = Client()\n    cookiewarden_watch.include(client)\n    client.send()\n"
        "def test_b(cookiewarden_watch): Client().send()",
        {"passed": 1, "failed": 1},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_which_tests_fail(project, case):
    tests, outcomes = CASES[case]
    assert project.test(tests, "-p", "anyio").parseoutcomes() == outcomes


@pytest.mark.parametrize(
    "tests",
    [
        MARK + "def test_shop():\n    visit(THEME)\n    assert not 'own'",
        "def test_shop(cookiewarden_watch):\n    visit(THEME)\n    assert not 'own'",
        MARK
        + "class Shop(unittest.TestCase):\n    def test_shop(self):\n        visit(THEME)\n        assert not 'own'",
    ],
)
def test_a_test_that_fails_keeps_its_failure_and_the_findings_are_a_section(project, tests):
    result = project.test(tests)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*assert not 'own'", "*- cookiewarden -*", "CW201 theme: 1 finding*"])
    result.stdout.fnmatch_lines("FAILED *test_shop - *assert not 'own'")


def test_a_check_in_the_test_tells_it_once(project):
    result = project.test("def test_shop(cookiewarden_watch):\n    visit(THEME)\n    cookiewarden_watch.check()")
    result.assert_outcomes(failed=1)
    assert str(result.stdout).count("CW201 undeclared") == 1


RERUN = """
from _pytest.runner import runtestprotocol

def pytest_runtest_protocol(item, nextitem):
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for attempt in (1, 2):
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
"""


def test_a_block_that_fails_shows_the_test_and_no_code_of_ours_or_of_the_standard_library(project):
    block = "def test_shop():\n    with watch(policy='cookies.toml'):\n        visit(THEME)"
    result = project.test(f"from cookiewarden.testing import watch\n{block}")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([">       with watch(policy='cookies.toml'):", "E * CW201 theme: 1 finding *"])
    result.stdout.no_fnmatch_line("*contextlib*")
    result.stdout.no_fnmatch_line("*__exit__*")


def test_a_test_that_runs_again_is_judged_anew(project):
    project.pytester.makeconftest(RERUN)
    tests = "attempts = [(THEME,), ()]\n" + MARK + "def test_shop(): visit(*attempts.pop(0))"
    result = project.test(tests)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines("cookies.toml, 1 test: *")


# What cannot be used


ASKING = MARK + "def test_shop(): visit()\n" + MARK + "def test_other(): visit()"


@pytest.mark.parametrize(
    ("arguments", "ini", "tests", "message"),
    [
        (["--cookiewarden-policy=nosuch.toml"], "", ASKING, "ERROR: cookiewarden: 1 problem in the policy:"),
        (
            ["-p", "xdist", "-n1", "--cookiewarden-policy=nosuch.toml"],
            "",
            ASKING,
            "ERROR: cookiewarden: 1 problem *",
        ),
        (["--cookiewarden-policy=broken.toml"], "", ASKING, "ERROR: cookiewarden: 1 problem in the policy:"),
        ([], "cookiewarden_policy = broken.toml", "", "ERROR: cookiewarden: 1 problem in the policy:"),
        (["--cookiewarden-learn=nosuch/draft.toml"], "", ASKING, "ERROR: --cookiewarden-learn: there is no folder *"),
        (["--cookiewarden-learn=cookies.toml"], "", ASKING, "ERROR: --cookiewarden-learn: *exists already; *"),
        (["--cookiewarden-learn=."], "", ASKING, "ERROR: --cookiewarden-learn: *exists already; *"),
    ],
)
def test_what_cannot_be_used_is_told_once_before_any_test(project, arguments, ini, tests, message):
    (project.path / "broken.toml").write_text("[site]\n", "utf-8")
    project.write(tests, ini)
    result = project.run(*arguments)
    assert result.ret == USAGE_ERROR
    told = f"{result.stdout}\n{result.stderr}".splitlines()
    assert len([line for line in told if line.startswith("ERROR: ")]) == 1
    (result.stderr if result.errlines else result.stdout).fnmatch_lines(message)
    result.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.parametrize(
    ("arguments", "wrong", "message"),
    [
        ([], "@pytest.mark.cookiewarden", "no policy says which cookies are declared; "),
        ([BY_POLICY], "@pytest.mark.cookiewarden('statistical')", "takes consent=[...] and policy=..."),
        ([BY_POLICY], "@pytest.mark.cookiewarden(for_='x')", "takes consent=[...] and policy=..."),
        ([BY_POLICY], "@pytest.mark.cookiewarden(consent='ads')", "ads"),
        (["--cookiewarden-learn=new.toml"], "@pytest.mark.cookiewarden(consent='ads')", "ads"),
        ([BY_POLICY], "@pytest.mark.cookiewarden(consent=5)", ""),
        ([], "@pytest.mark.cookiewarden(policy='nosuch.toml')", "1 problem in "),
        ([], "@pytest.mark.cookiewarden(policy={})", "1 problem in the policy:"),
    ],
)
def test_a_test_whose_wish_cannot_be_granted_fails_and_no_other_does(project, arguments, wrong, message):
    project.write(f"{wrong}\ndef test_wrong(): pass\ndef test_other(): pass")
    result = project.run(*arguments)
    result.assert_outcomes(errors=1, passed=1)
    [told] = [line for line in result.outlines if line.startswith("cookiewarden: ")]
    assert message in told
    result.stdout.no_fnmatch_line("*Traceback*")


def test_the_fixture_needs_a_policy(project):
    project.write("def test_shop(cookiewarden_watch): pass")
    result = project.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines("cookiewarden: no policy says *")


def test_the_key_of_the_ini_file_is_relative_to_it(project, monkeypatch):
    project.write(MARK + "def test_shop(): visit(THEME)", ini="cookiewarden_policy = cookies.toml")
    (project.path / "elsewhere").mkdir()
    monkeypatch.chdir(project.path / "elsewhere")
    project.run("-c", "../tox.ini", "..").assert_outcomes(failed=1)


# The draft


def test_the_draft_has_what_all_tests_set_and_loads_as_a_policy(project):
    project.write("def test_shop(): visit(SID, THEME)\n" + MARK + "def test_count(): visit(GA, 'theme=; Max-Age=0')")
    result = project.run("--cookiewarden-learn=draft.toml")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        ["without a policy, 2 tests: 3 that are not declared", "a draft of the cookies*draft.toml"]
    )
    text = (project.path / "draft.toml").read_text("utf-8")
    assert {row["name"] for row in tomllib.loads(text)["cookies"]} == {"sid", "theme", "_ga"}
    assert "s3cr3t" not in text
    Policy.load(project.path / "draft.toml")
    project.run("--cookiewarden-policy=draft.toml", "-k", "not count").assert_outcomes(passed=1, deselected=1)


def test_a_draft_beside_a_policy_continues_it(project):
    project.write("def test_shop(): visit(SID, THEME)")
    project.run(BY_POLICY, "--cookiewarden-learn=draft.toml").assert_outcomes(passed=1)
    text = (project.path / "draft.toml").read_text("utf-8")
    assert [row["name"] for row in tomllib.loads(text)["cookies"]] == ["theme"]
    policy = project.path / "cookies.toml"
    policy.write_text(policy.read_text("utf-8") + text, "utf-8")
    assert Policy.load(policy).decide("theme=1").declared


def test_without_anything_to_declare_no_draft_is_written(project):
    project.write("def test_shop(): visit(SID)")
    result = project.run(BY_POLICY, "--cookiewarden-learn=draft.toml")
    result.stdout.fnmatch_lines("no test set a cookie that is not declared, so *draft.toml was not written")
    assert not (project.path / "draft.toml").exists()


# Several processes


@pytest.mark.slow
def test_several_workers_make_one_report_and_one_draft_and_what_cannot_be_used_fails_its_test(project):
    tests = "@pytest.mark.parametrize('line', [SID, THEME, GA, 'lang=1'])\ndef test_shop(line): visit(line)\n"
    wrong = "\n@pytest.mark.cookiewarden(consent='ads')\ndef test_wrong(): visit('wrong=1')"
    project.write(tests + MARK + "def test_marked(): visit('other=1')" + wrong)
    result = project.run("-p", "xdist", "-n2", BY_POLICY, "--cookiewarden-learn=draft.toml", in_process=False)
    result.assert_outcomes(passed=4, failed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "cookiewarden: *ads*",
            "cookies.toml, 5 tests: 2 of 2 declared cookies were set, and 3 that are not declared",
            "a draft of the cookies that are not declared: *draft.toml",
        ]
    )
    drafted = tomllib.loads((project.path / "draft.toml").read_text("utf-8"))
    assert {row["name"] for row in drafted["cookies"]} == {"theme", "lang", "other"}
