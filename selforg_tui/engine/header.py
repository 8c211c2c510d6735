"""The header of a session: everything that the run depends on, resolved before it starts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from selforg_tui import __version__, prompts
from selforg_tui.core import events as ev
from selforg_tui.core.config import ModelSpec, RunConfig, checked
from selforg_tui.core.ids import new_nonce, new_session_id
from selforg_tui.models import registry
from selforg_tui.protocols.registry import make

JUDGING = "judge"
"""The embedded model that is made for judging."""


def standby(config: RunConfig) -> tuple[ModelSpec, ...]:
    """Models that a shock by hand may bring in while the session runs: those that contribute, or may, by its plan.

    Where these are all simulated, the other embedded ones too: they cost nothing, so that nobody need be asked.
    """
    planned = [*config.models, *(shock.model for shock in config.shocks if shock.model)]
    found = [ModelSpec(spec.provider, spec.model, spec.base_url) for spec in planned]
    if all(spec.simulated for spec in config.specs()):
        from selforg_tui.models.simulated import profiles

        found += [ModelSpec("sim", name) for name in profiles.names() if name != JUDGING]
    return tuple(dict.fromkeys(found))


def make_header(config: RunConfig, *, prompts_folder: Path | None = None) -> ev.Header:
    """A new session's header. Raises ConfigError for whatever in the config cannot be run."""
    config = checked(config)
    make(config.protocol, config.parameters)
    specs = {spec.name: spec for spec in (*config.specs(), *standby(config))}
    facts = {name: registry.facts(spec) for name, spec in specs.items()}
    now = datetime.now(UTC)
    return ev.Header(
        format=ev.FORMAT,
        version=ev.VERSION,
        id=new_session_id(now),
        app_version=__version__,
        created=now.isoformat(timespec="seconds"),
        config=config,
        nonce=new_nonce(),
        prompts=prompts.load(prompts_folder),
        prices={name: found.price for name, found in facts.items()},
        contexts={name: found.context for name, found in facts.items()},
        temperatures={name: None if found.temperature == "none" else config.temperature for name, found in facts.items()},
        simulated=ev.simulated_parts((*config.models, *(shock.model for shock in config.shocks if shock.model)), *config.judges),
        profiles={name: text for name, spec in specs.items() if (text := registry.declared(spec)) is not None},
    )
