"""A command of the user's own that prints a key, such as `pass show openai`: run without a shell, and never quoted further."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import threading
from collections.abc import Iterable, Mapping

from selforg_tui.core.errors import ModelFailure
from selforg_tui.core.text import one_line
from selforg_tui.settings.redact import redact

PATIENCE = 20.0
"""Seconds that a command may take; a person may have to unlock a store meanwhile."""
LINGER = 2.0
"""Seconds from the end of what it prints to its own end."""
MOST_OUTPUT = 10_000
"""Bytes that are read of what it prints."""
_SECRET = re.compile(r"(?:^|_)(?:KEY|TOKEN|SECRET)$", re.IGNORECASE)
"""Variables with such names may hold a key to something."""


def key_from(command: str, provider: str, hidden: Iterable[str] = (), *, patience: float = PATIENCE) -> str:
    """The first line that the command prints. It is given no variable that may hold a key, nor those in `hidden`.

    Blocks for as long as the command takes. Raises ModelFailure, which names the command and never what it printed.
    """
    try:
        words = _words(command)
    except ValueError as problem:
        raise _failure(command, provider, f"cannot be read ({problem})") from None
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=without_keys(os.environ, hidden),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as problem:
        raise _failure(command, provider, f"cannot be started ({problem.strerror or type(problem).__name__})") from None
    printed = _read(process, patience)
    if printed is None:
        raise _failure(command, provider, f"did not end within {patience:g} s")
    if len(printed) > MOST_OUTPUT:
        raise _failure(command, provider, f"printed more than {MOST_OUTPUT:,} bytes")
    if process.returncode:
        raise _failure(command, provider, f"failed with exit code {process.returncode}")
    key = next(iter(printed.decode("utf-8", "replace").splitlines()), "").strip()
    if not key:
        raise _failure(command, provider, "printed nothing in its first line")
    return key


def without_keys(environment: Mapping[str, str], hidden: Iterable[str] = ()) -> dict[str, str]:
    """The environment without variables whose names say that they hold a key, and without those named."""
    hidden = frozenset(hidden)
    return {name: value for name, value in environment.items() if name not in hidden and not _SECRET.search(name)}


def _words(command: str) -> list[str]:
    """The command's words; on Windows a backslash stands for itself."""
    if os.name != "nt":
        words = shlex.split(command)
    else:
        words = [word[1:-1] if len(word) > 1 and word[0] == word[-1] == '"' else word for word in shlex.split(command, posix=False)]
    if not words:
        raise ValueError("it has no words")
    return words


def _read(process: subprocess.Popen[bytes], patience: float) -> bytes | None:
    """What the process prints, one byte more than is taken at most; None where it does not end in time.

    Read in a thread that nobody waits for: a grandchild may keep the pipe open after its parent was ended.
    """
    found: list[bytes] = []
    output = process.stdout
    assert output is not None

    def read() -> None:
        with output:
            found.append(output.read(MOST_OUTPUT + 1))

    reader = threading.Thread(target=read, daemon=True, name="key-command")
    reader.start()
    reader.join(patience)
    printed = found[0] if found else None
    if printed is not None and len(printed) <= MOST_OUTPUT:
        try:
            process.wait(LINGER)
            return printed
        except subprocess.TimeoutExpired:
            printed = None
    process.kill()
    process.wait()
    return printed


def _failure(command: str, provider: str, what: str) -> ModelFailure:
    return ModelFailure(
        "no_key",
        f"The key command for {provider} ({one_line(redact(command), 80)}) {what}. "
        "Try it in a terminal, mend it under [keys] in config.toml, or paste a key in Setup (Ctrl+G).",
    )
