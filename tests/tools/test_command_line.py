"""What all commands have in common: help with an example, JSON, exit codes, completion, and a quick start."""

import errno
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from cookiewarden import cli
from cookiewarden.cli import commands, main
from cookiewarden.tools.commands import output
from cookiewarden.tools.commands.exit_codes import ExitCode
from demo_runs import RUN, python, run
from waiting import SECONDS_TO_WAIT

GROUP = commands()
with click.Context(GROUP) as context:
    COMMANDS = {name: GROUP.get_command(context, name) for name in GROUP.list_commands(context)}


@pytest.fixture(params=COMMANDS)
def name(request):
    return request.param


def test_each_command_is_listed_with_one_sentence(name):
    listed = re.search(rf"^  {name}  +(\S.*)", run("--help").output, re.MULTILINE)[1]
    assert listed.endswith(".")
    assert "..." not in listed


def test_the_help_of_each_command_has_an_example_with_options_that_it_has(name):
    shown = run(name, "--help")
    assert shown.exit_code == ExitCode.IN_ORDER
    examples = re.findall(rf"^ +cookiewarden {name} (.*)$", shown.output.partition("Example")[2], re.MULTILINE)
    assert examples
    known = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    for example in examples:
        words = shlex.split(re.split(r" [>|]", example)[0])
        assert {word.partition("=")[0] for word in words if word.startswith("-") and word != "-"} <= known


def test_each_option_of_each_command_is_explained(name):
    options = [parameter for parameter in COMMANDS[name].params if isinstance(parameter, click.Option)]
    assert [option.name for option in options if not (option.help or "").endswith(".")] == []


def test_each_command_can_print_json(name):
    assert "--json" in {option for parameter in COMMANDS[name].params for option in parameter.opts}


def test_an_unknown_option_of_any_command_ends_with_exit_code_3(name):
    assert run(name, "--no-such-option").exit_code == ExitCode.ERROR


def test_the_help_names_the_exit_codes():
    shown = " ".join(run("--help").output.split())
    assert "0 in order, 1 violation, 2 could not verify, 3 wrong usage or error" in shown
    assert [code.value for code in ExitCode] == [0, 1, 2, 3]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_completion(shell):
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        env={**os.environ, "_COOKIEWARDEN_COMPLETE": f"{shell}_source"},
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_WAIT,
    )
    assert "_COOKIEWARDEN_COMPLETE" in done.stdout


@pytest.mark.parametrize(
    ("name", "option", "begun", "word"),
    [
        ("check", "profiles", "us", "us-ca"),
        ("check", "ignored", "CW10", "CW107"),
        ("init", "presets", "cl", "cloudflare"),
        ("init", "languages", "f", "fr"),
        ("render", "lang", "", "nl"),
        ("explain", "consent", "", "statistical"),
        ("explain", "consent", "a", "all"),
        ("explain", "profile", "f", "fr"),
    ],
)
def test_the_values_of_an_option_are_completed(name, option, begun, word):
    command = COMMANDS[name]
    parameter = next(one for one in command.params if one.name == option)
    completed = [item.value for item in parameter.shell_complete(click.Context(command), begun)]
    assert word in completed
    assert all(value.startswith(begun) for value in completed)


def test_a_completion_that_does_not_exist_is_an_error_that_names_those_that_do():
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        env={**os.environ, "_COOKIEWARDEN_COMPLETE": "foo"},
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_WAIT,
    )
    assert done.returncode == ExitCode.ERROR
    assert done.stderr.startswith("Error: _COOKIEWARDEN_COMPLETE must be one of bash_source, ")


def test_a_command_loads_no_module_of_another():
    code = f"import sys\ntry:\n  {RUN}\nexcept SystemExit: print(*sys.modules)"
    loaded = python(code, "draft", "--help").stdout.splitlines()[-1].split()
    found = {module.rpartition(".")[2] for module in loaded if module.startswith("cookiewarden.tools.commands.")}
    assert found == {"draft", "exit_codes", "extras", "output"}


@pytest.mark.parametrize("error", [RuntimeError("a bug"), OSError("a bug")])
def test_a_bug_keeps_its_traceback_and_does_not_look_like_a_violation(monkeypatch, capsys, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(cli, "commands", lambda: fail)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == ExitCode.ERROR
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), EOFError(), click.Abort()])
def test_who_stops_a_command_gets_one_word_and_exit_code_3(monkeypatch, error):
    def stop(_context):
        raise error

    monkeypatch.setattr(COMMANDS["draft"], "invoke", stop)
    stopped = run("draft", __file__)
    assert (stopped.exit_code, stopped.output) == (ExitCode.ERROR, "\nStopped.\n")


@pytest.mark.skipif(not hasattr(signal, "SIGPIPE"), reason="the system has no broken pipes")
def test_who_stops_reading_gets_no_complaint():
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", RUN, "--help"], stdout=writing, stderr=subprocess.PIPE, timeout=SECONDS_TO_WAIT
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (ExitCode.ERROR, b"")


@pytest.mark.skipif(not hasattr(signal, "SIGPIPE"), reason="the system has no broken pipes")
@pytest.mark.parametrize("arguments", [["demo"], ["check", os.devnull], ["explain", "cookies.toml", "a=1"]])
def test_who_stops_reading_does_not_make_a_violation_of_it(tmp_path, arguments):
    (tmp_path / "cookies.toml").write_text('[site]\nname = "Exampletown"\n')
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=tmp_path,
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=SECONDS_TO_WAIT,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (ExitCode.ERROR, b"")


@pytest.fixture
def policies(tmp_path):
    old, new = tmp_path / "old.toml", tmp_path / "new.toml"
    old.write_text('[site]\nname = "Exampletown"\n')
    new.write_text('[site]\nname = "Übersicht"\n', "utf-8")
    return str(old), str(new)


def of_policies(name, policies):
    return {"check": ["check", policies[1]], "diff": ["diff", *policies], "render": ["render", policies[1]]}[name]


@pytest.mark.parametrize("name", ["check", "diff", "render"])
def test_what_a_console_cannot_print_is_escaped(policies, name):
    done = subprocess.run(
        [sys.executable, "-c", RUN, *of_policies(name, policies)],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=SECONDS_TO_WAIT,
    )
    assert (done.returncode, done.stderr) == (ExitCode.IN_ORDER, b"")


@pytest.mark.parametrize(
    ("command", "escaped"), [(["check"], rb"CW001 not-loaded: site.\xdc"), (["explain", "a=1"], rb"site \xdcbersicht;")]
)
def test_what_is_found_is_escaped_if_a_console_cannot_print_it(tmp_path, command, escaped):
    policy = tmp_path / "cookies.toml"
    key = '"Ü" = 1' if command == ["check"] else 'name = "Übersicht"'
    policy.write_text(f"[site]\n{key}\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", RUN, command[0], str(policy), *command[1:]],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=SECONDS_TO_WAIT,
    )
    assert (done.returncode, done.stderr) == (ExitCode.VIOLATION, b"")
    assert escaped in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no file that is always full")
@pytest.mark.parametrize("name", ["check", "diff", "render"])
def test_output_that_finds_no_room_is_one_message(policies, name):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", RUN, *of_policies(name, policies)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=SECONDS_TO_WAIT,
        )
    assert done.returncode == ExitCode.ERROR
    assert done.stderr.startswith("Error: the output cannot be written")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["check", "diff", "render"])
def test_a_closed_output_changes_no_exit_code(policies, name):
    code = f"import sys; sys.stdout = None; {RUN}"  # as Python has it if a shell closed the output
    done = python(code, *of_policies(name, policies))
    assert (done.returncode, done.stderr) == (ExitCode.IN_ORDER, "")


def test_a_closed_input_is_an_empty_one(policies):
    done = python(f"import sys; sys.stdin = None; {RUN}", "explain", policies[1], "-")
    assert done.returncode == ExitCode.ERROR
    assert "the standard input is empty" in done.stderr


def test_text_reaches_a_terminal_without_control_characters(capsys):
    output.print_text("a\x1b[31m\u202e\nb")
    assert capsys.readouterr().out == "a\\x1b[31m\\u202e\nb\n"


def test_a_file_that_exists_is_replaced_only_by_force(tmp_path):
    file = tmp_path / "policy.toml"
    output.write_output("one", file)
    with pytest.raises(click.ClickException, match="exists already; choose another name, or add --force"):
        output.write_output("two", file)
    assert file.read_text() == "one"
    output.write_output(b"three", file, force=True)
    assert file.read_text() == "three"
    with pytest.raises(click.ClickException, match="No such file"):
        output.write_output("four", tmp_path / "no" / "policy.toml")


def test_a_file_that_the_command_reads_is_never_replaced(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = '[site]\nname = "Exampletown"\n'
    Path("base.toml").write_text(text)
    Path("link.json").symlink_to("base.toml")
    Path("site.toml").write_text('extends = "base.toml"\n')
    Path("page.md").write_text("## Necessary cookies\n\n| Name | Purpose |\n| --- | --- |\n| sid | Signing in |\n")
    Path("seen.jsonl").write_text(
        '{"site": "town.example", "name": "_ga", "is_pattern": false, "count": 1, "first": 1.0, "last": 2.0, '
        '"lifetime": null, "attributes": ["Path=/"], "paths": ["/"], "is_foreign": false}\n'
    )
    for arguments in (
        ["check", "base.toml", "-o", "base.toml"],
        ["check", "base.toml", "-o", "link.json"],
        ["check", "site.toml", "-o", "base.toml"],
        ["render", "base.toml", "-o", "link.json"],
        ["import", "page.md", "-o", "page.md"],
        ["import", "page.md", "--extends", "base.toml", "-o", "base.toml"],
        ["audit", "seen.jsonl", "--policy", "base.toml", "-o", "base.toml"],
        ["audit", "seen.jsonl", "--policy", "base.toml", "-o", "seen.jsonl"],
    ):
        result = run(*arguments, "--force")
        assert result.exit_code == ExitCode.ERROR
        assert "the command reads this file, and so does not replace it" in result.stderr
    assert Path("base.toml").read_text() == text


def test_a_file_that_cannot_be_written_stays_as_it_was_and_nothing_stands_beside_it(tmp_path, monkeypatch):
    file = tmp_path / "policy.toml"
    file.write_text("one")

    def fail(*_):
        raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr(output.Path, "replace", fail)
    with pytest.raises(click.ClickException, match="No space left on device"):
        output.write_output("two", file, force=True)
    assert file.read_text() == "one"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_is_replaced_keeps_its_mode_and_a_link_to_it_stays_a_link(tmp_path):
    file, link = tmp_path / "policy.toml", tmp_path / "link.toml"
    file.write_text("one")
    file.chmod(0o640)
    link.symlink_to(file)
    output.write_output("two", link, force=True)
    assert (file.read_text(), file.stat().st_mode & 0o777, link.is_symlink()) == ("two", 0o640, True)


def test_a_device_is_written_to_and_not_replaced():
    output.write_output("one", Path("/dev/null"), force=True)
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("arguments", [["schema"], ["render", "cookies.toml"]])
def test_an_empty_name_for_the_output_is_an_error_that_says_so(arguments):
    result = run(*arguments, "-o", "")
    assert result.exit_code == 3
    assert "the name is empty; write a name such as cookies.toml" in result.stderr


def test_a_misspelt_command_brings_the_nearest_one_and_any_other_word_all_of_them():
    for word, remedy in (("chek", "did you mean check?"), ("xyzzy", "known here: audit, check, ")):
        result = run(word)
        assert result.exit_code == 3
        assert f'there is no command "{word}"; {remedy}' in result.stderr
