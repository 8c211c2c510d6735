"""Keys to providers: from the environment, or pasted for this session. They are never written anywhere."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

_EVERY: set[str] = set()
"""What any Keys of this process found or was given: never shown, only looked for."""

_TOKENS: set[str] = set()
"""What providers gave in exchange for a key, and what stands in URLs; as secret as a key."""


class Keys:
    """Looks keys up; a pasted key goes before one from the environment. Nothing that prints it shows a key."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment: Mapping[str, str] = os.environ if environment is None else environment
        self._pasted: dict[str, str] = {}
        self._seen: set[str] = set()

    def find(self, names: Sequence[str], provider: str = "") -> str | None:
        """The provider's pasted key, else the first of these environment variables that is set."""
        for key in (self._pasted.get(provider), *(self._environment.get(name) for name in names)):
            if key and key.strip():
                self._see(key.strip())
                return key.strip()
        return None

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


def every_key() -> frozenset[str]:
    """Every key and token that this process has seen, for what is written about its faults."""
    return frozenset(_EVERY | _TOKENS)


def keep_secret(token: str) -> None:
    """A token that a provider gave for a key, or one in a URL: from now on it is taken out of whatever is written."""
    _TOKENS.add(token)
