"""What simulated models know of the world: a file per domain, with the facets that tasks of the domain have."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

import msgspec

GENERAL = "general"
"""The domain that every undertaking belongs to."""


class Facet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that a task of a domain may need, and what can be said about it."""

    id: str
    phase: int
    """1 what others rest on, 2 what is built, 3 what runs."""
    weight: int
    """How much it usually matters, 1 to 3."""
    topics: list[str]
    """Noun phrases for it that mean the same; the first stands in plans and verdicts."""
    crafts: list[str]
    """Words that stand before "planner" in a role for it."""
    roles: list[str]
    words: str
    """Words by which people speak of it."""
    choices: list[str]
    """Two ways to settle it that do not go together."""
    steps: list[str]
    checks: list[str]
    """Clauses that say how one sees that it is done."""
    risks: list[str]
    slip: str
    """A wrong statement about it that somebody careless might make."""
    needs: list[str] = []
    """Facets of the domain that it rests on."""
    conflict: bool = False
    """Stakeholders are in conflict over it: only on level 4."""
    sides: list[str] = []
    """What the two parties to a conflict want, as clauses."""

    @property
    def topic(self) -> str:
        """Its usual name."""
        return self.topics[0]


class Domain(msgspec.Struct, frozen=True):
    """A field of knowledge."""

    name: str
    title: str
    words: str
    """Words that give it away in a mission or task."""
    people: list[str]
    """Who does the work there, each with its article."""
    abroad: str = ""
    """Words of other languages that give it away."""
    facet: list[Facet] = []


@lru_cache(maxsize=1)
def domains() -> dict[str, Domain]:
    """All domains by name."""
    found = {}
    for file in sorted(files(__package__).iterdir(), key=lambda file: file.name):
        name, _, ending = file.name.rpartition(".")
        if ending == "toml":
            found[name] = msgspec.convert({"name": name, **tomllib.loads(file.read_text("utf-8"))}, Domain)
    return found
