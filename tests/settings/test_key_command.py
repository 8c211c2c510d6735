"""Keys out of commands: real processes, and nothing of theirs is ever told but the key to whom it is for."""

from __future__ import annotations

import shlex
import sys
import threading
import time
from pathlib import Path

import pytest

from selforg_tui.core.errors import ConfigError, ModelFailure
from selforg_tui.settings.config_file import discovers, key_commands
from selforg_tui.settings.key_command import key_from, without_keys
from selforg_tui.settings.keys import COMMAND, PASTED, Keys

CANARY = "canary-0123456789-key"


def python(code: str) -> str:
    """A command that runs this code."""
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}"


def test_the_first_line_is_the_key() -> None:
    assert key_from(python(f"print(' {CANARY} '); print('login: me')"), "openai") == CANARY


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    """What a shell would take for a second command is an argument."""
    out = tmp_path / "made"
    assert key_from(f"echo one ; touch {out}", "openai") == f"one ; touch {out}"
    assert not out.exists()


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("no-such-program-anywhere", "cannot be started"),
        ("pass 'show", "cannot be read"),
        (python("import sys; print('SECRET-OUT'); print('SECRET-ERR', file=sys.stderr); sys.exit(3)"), "failed with exit code 3"),
        (python("print()"), "printed nothing in its first line"),
        (python("print('SECRET-OUT' * 2000)"), "printed more than 10,000 bytes"),
    ],
)
def test_a_failure_names_the_command_and_never_what_it_printed(command: str, sentence: str) -> None:
    with pytest.raises(ModelFailure, match=sentence) as caught:
        key_from(command, "openai")
    assert caught.value.kind == "no_key"
    assert "key command for openai" in str(caught.value)
    assert "SECRET-OUTSECRET" not in str(caught.value)
    assert "SECRET-ERR\n" not in str(caught.value)


def test_output_without_end_is_not_read_to_its_end() -> None:
    began = time.monotonic()
    with pytest.raises(ModelFailure, match="more than"):
        key_from(python("import sys\nwhile True: sys.stdout.write('x' * 10000)"), "openai", patience=20)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "code",
    [
        "import time; time.sleep(60)",
        "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(8)']); print('key')",
    ],
    ids=["it hangs", "its child keeps the pipe"],
)
def test_a_command_that_does_not_end_is_ended(code: str) -> None:
    began = time.monotonic()
    with pytest.raises(ModelFailure, match=r"did not end within 0\.5 s"):
        key_from(python(code), "openai", patience=0.5)
    assert time.monotonic() - began < 5


def test_the_command_is_given_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "SOME_TOKEN", "some_secret", "DEPLOY_KEY", "GIGA_AUTH"):
        monkeypatch.setenv(name, CANARY)
    monkeypatch.setenv("KEYBOARD", "de")
    keys = Keys(commands={"openai": python("import os; print('|'.join(f'{k}={v}' for k, v in os.environ.items()))")})
    printed = keys.fetch((), "openai", hidden=("GIGA_AUTH",))
    assert printed is not None
    assert CANARY not in printed
    assert "KEYBOARD=de" in printed
    assert without_keys({"A_KEY": "1", "PATH": "2", "MONKEY": "3"}) == {"PATH": "2", "MONKEY": "3"}


def test_pasted_goes_before_environment_and_that_before_the_command(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    keys = Keys({"A_KEY": "from-environment"}, {"openai": python(f"open({str(ran)!r}, 'a').write('x'); print('{CANARY}')")})
    assert keys.source(("A_KEY",), "openai") == "A_KEY"
    assert keys.fetch(("A_KEY",), "openai") == "from-environment"
    keys.paste("openai", "pasted-key-1234")
    assert keys.source(("A_KEY",), "openai") == PASTED
    assert keys.fetch(("A_KEY",), "openai") == "pasted-key-1234"
    keys.paste("openai", "")
    assert keys.source((), "openai") == COMMAND
    assert keys.find((), "openai") is None
    assert not ran.exists()  # nobody has needed it so far
    assert keys.fetch((), "openai") == keys.fetch((), "openai") == CANARY
    assert keys.fetch((), "anthropic") is None
    assert ran.read_text() == "x"
    assert CANARY in keys.values()
    assert CANARY not in repr(keys)


def test_those_who_need_it_at_the_same_time_run_it_once(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    keys = Keys({}, {"openai": python(f"open({str(ran)!r}, 'a').write('x'); print('{CANARY}')")})
    threads = [threading.Thread(target=keys.fetch, args=((), "openai")) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ran.read_text() == "x"


def test_a_command_that_failed_is_tried_again(tmp_path: Path) -> None:
    file = tmp_path / "key"
    keys = Keys({}, {"openai": f"cat {file}"})
    with pytest.raises(ModelFailure):
        keys.fetch((), "openai")
    file.write_text(CANARY)
    assert keys.fetch((), "openai") == CANARY


def test_commands_stand_in_the_config_file(own_world: Path) -> None:
    file = own_world / "config" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(f'[keys]\nopenai = "echo {CANARY}"\n[models]\ndiscover = false\n')
    assert Keys().fetch((), "openai") == CANARY
    assert Keys({}).fetch((), "openai") is None
    assert not discovers(environment={})
    assert discovers(environment={"SELFORG_TUI_DISCOVER": "1"})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[keys]\nopenai = 3", "must be a command"),
        ("keys = 3", "must be a table"),
        ("[models]\ndiscover = 'no'", "must be true or false"),
        ("[models]\ndiscovery = true", "Did you mean 'discover'"),
    ],
)
def test_mistakes_in_these_tables_are_told(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=sentence):
        key_commands(file)
        discovers(file, {})


def test_the_variable_must_be_yes_or_no() -> None:
    assert not discovers(environment={"SELFORG_TUI_DISCOVER": "off"})
    with pytest.raises(ConfigError, match="SELFORG_TUI_DISCOVER"):
        discovers(environment={"SELFORG_TUI_DISCOVER": "maybe"})
