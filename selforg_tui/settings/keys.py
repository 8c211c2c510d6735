"""Keys to providers: pasted for this session, from the environment, or from a command of the user's. They are never written anywhere."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping, Sequence

from selforg_tui.core.errors import ConfigError

_EVERY: set[str] = set()
"""What any Keys of this process found or was given: never shown, only looked for."""
_PRINTED: dict[str, str] = {}
"""What commands printed, by command: each is run once per process."""
_RUNNING = threading.Lock()

PASTED, COMMAND = "pasted", "key command"
"""Where a key may come from, besides an environment variable."""

_TOKENS: set[str] = set()
"""What providers gave in exchange for a key, and what stands in URLs; as secret as a key."""


class Keys:
    """Looks keys up: a pasted one goes before one from the environment, that before a command's. Nothing that prints it shows a key.

    `commands` are those of the user's config file where none are given; with an environment of one's own there are none.
    """

    def __init__(self, environment: Mapping[str, str] | None = None, commands: Mapping[str, str] | None = None) -> None:
        self._environment: Mapping[str, str] = os.environ if environment is None else environment
        self._commands = {} if commands is None and environment is not None else commands
        self._pasted: dict[str, str] = {}
        self._seen: set[str] = set()

    def find(self, names: Sequence[str], provider: str = "") -> str | None:
        """The provider's pasted key, else the first of these environment variables that is set. Runs no command, and never waits."""
        for key in (self._pasted.get(provider), *(self._environment.get(name) for name in names)):
            if key and key.strip():
                self._see(key.strip())
                return key.strip()
        return None

    def source(self, names: Sequence[str], provider: str) -> str | None:
        """Where a key would come from: PASTED, the environment variable's name, or COMMAND (which is not run); None where from nowhere."""
        if self._pasted.get(provider):
            return PASTED
        if self.find(names, provider):
            return next(name for name in names if (self._environment.get(name) or "").strip())
        return COMMAND if self.command(provider) else None

    def fetch(self, names: Sequence[str], provider: str, hidden: Iterable[str] = ()) -> str | None:
        """As `find`, else what the provider's command prints. It may take as long as the command: not for a loop that others wait for.

        `hidden` are variables that the command is not given. Raises ModelFailure where the command fails; it is then tried again next time.
        """
        if (found := self.find(names, provider)) is not None:
            return found
        command = self.command(provider)
        if command is None:
            return None
        with _RUNNING:
            if command not in _PRINTED:
                from selforg_tui.settings.key_command import key_from

                _PRINTED[command] = key_from(command, provider, {*names, *hidden})
            self._see(_PRINTED[command])
            return _PRINTED[command]

    def command(self, provider: str) -> str | None:
        """The command for this provider's key; None where there is none, or the config file cannot be read, which is said elsewhere."""
        if self._commands is None:
            from selforg_tui.settings.config_file import key_commands

            try:
                self._commands = key_commands()
            except ConfigError:
                self._commands = {}
        return self._commands.get(provider)

    def paste(self, provider: str, key: str) -> None:
        """Use this key for the provider until the program ends; an empty one takes it back."""
        self._pasted[provider] = key.strip()
        if key.strip():
            self._see(key.strip())

    def values(self) -> frozenset[str]:
        """Every key that was found or pasted so far, and every token got for one, for redaction and nothing else."""
        return frozenset(self._seen | _TOKENS)

    def setting(self, names: Sequence[str]) -> str:
        """The first of these environment variables that is set, empty if none is; for what is no secret."""
        return next((value.strip() for name in names if (value := self._environment.get(name)) and value.strip()), "")

    def _see(self, key: str) -> None:
        self._seen.add(key)
        _EVERY.add(key)

    def __repr__(self) -> str:
        return f"Keys({len(self._seen)} known)"


def forget_commands() -> None:
    """Run each command anew where it is needed next."""
    _PRINTED.clear()


def every_key() -> frozenset[str]:
    """Every key and token that this process has seen, for what is written about its faults."""
    return frozenset(_EVERY | _TOKENS)


def keep_secret(token: str) -> None:
    """A token that a provider gave for a key, or one in a URL: from now on it is taken out of whatever is written."""
    _TOKENS.add(token)
