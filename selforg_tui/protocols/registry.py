"""Which protocols there are: ours, and those that other packages offer by an entry point."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING

from selforg_tui.core.config import Parameter
from selforg_tui.core.errors import ConfigError
from selforg_tui.protocols.base import Protocol
from selforg_tui.protocols.offered import broke, unfit

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "selforg_tui.protocols"
OURS = {
    "sequential": "sequential:Sequential",
    "coordinator": "coordinator:Coordinator",
    "broadcast": "broadcast:Broadcast",
    "shared": "shared:Shared",
    "fixed-roles": "fixed_roles:FixedRoles",
    "solo": "solo:Solo",
    "batched": "batched:Batched",
    "ripple": "ripple:Ripple",
    "stigmergic": "stigmergic:Stigmergic",
    "morphogenetic": "morphogenetic:Morphogenetic",
    "clonal": "clonal:Clonal",
}


def names() -> list[str]:
    """All protocols by name, ours first; nothing of other packages is imported."""
    return [*OURS, *(name for name in sorted(_others()) if name not in OURS)]


def find(name: str) -> type[Protocol]:
    """The protocol's class. Raises ConfigError, also where a package that offers it does not import."""
    if name in OURS:
        module, _, attribute = OURS[name].partition(":")
        found = getattr(import_module(f"selforg_tui.protocols.{module}"), attribute)
    elif name in (others := _others()):
        try:
            found = others[name].load()
        except (Exception, SystemExit) as problem:
            raise ConfigError(
                f"The protocol '{name}' cannot be loaded from {others[name].value}: {problem}. Repair or remove that package."
            ) from problem
    else:
        close = get_close_matches(name, names(), 1)
        hint = f"did you mean '{close[0]}'?" if close else f"choose one of {', '.join(names())}."
        raise ConfigError(f"There is no protocol '{name}': {hint}")
    if reason := unfit(found, name):
        raise ConfigError(f"'{name}' {reason}.")
    offered: type[Protocol] = found
    return offered


def make(name: str, parameters: dict[str, Parameter]) -> Protocol:
    """A protocol with these parameters. Raises ConfigError, also where its class breaks."""
    found = find(name)
    try:
        return found(**parameters)
    except ConfigError:
        raise
    except (Exception, SystemExit) as problem:
        raise ConfigError(broke(name, "cannot be set up", problem)) from problem


def source_of(name: str) -> str:
    """Where it comes from, in a few words: the paper, us, or the package that offers it."""
    if name in OURS:
        found = find(name)
        if found.experimental:
            return "our reading, experimental"
        return "of the paper" if found.source == "paper" else "ours"
    point = _others().get(name)
    package = point.dist.name if point is not None and point.dist is not None else "another package"
    return f"from {package}"


def _others() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points  # slow to import, and most runs use our own

    return {point.name: point for point in entry_points(group=GROUP)}
