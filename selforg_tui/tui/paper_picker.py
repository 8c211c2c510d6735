"""The presets of the paper in a list; the run that is chosen fills Setup."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from selforg_tui.tui.screens.picker import Picker

if TYPE_CHECKING:
    from selforg_tui.lab.paper import Declared
    from selforg_tui.lab.presets import Member
    from selforg_tui.tui.app import LabApp

    Choice = tuple[Declared, Member, bool]

TEXT = """Runs that come nearest to the paper's tables, with the first example mission: its models, or simulated ones in their place. \
Whole presets with repeats: selforg-tui paper run NAME."""


def choices() -> list[tuple[Content, Choice]]:
    """Each preset's runs, first with the paper's models, then simulated."""
    from selforg_tui.lab import presets

    found: list[tuple[Content, Choice]] = []
    for preset in presets.presets():
        for simulated in (False, True):
            for member in presets.members(preset, simulated=simulated):
                config = member.config
                levels = "+".join(task.level for task in config.tasks)
                style = "$simulated" if simulated else "$secondary"
                line = Content.assemble(
                    (f"{preset.name:<14}", "bold"),
                    f"{config.protocol:<12}",
                    (f"{levels:<12} ", "$muted"),
                    f"{config.agents:>2} × ",
                    (config.models[0].name, style),
                )
                found.append((line, (preset, member, simulated)))
    return found


def choose(app: LabApp) -> None:
    """Show the list; what is taken is set up, and what it cannot match is said."""
    app.push_screen(Picker("Presets of the paper", TEXT, choices()), partial(_taken, app))


def _taken(app: LabApp, choice: Choice | None) -> None:
    if choice is None:
        return
    from selforg_tui.lab import presets
    from selforg_tui.tui.screens.setup import SetupScreen

    preset, member, simulated = choice
    if isinstance(app.screen, SetupScreen):
        app.call_later(app.screen.take, member.config)
    else:
        app.draft = member.config
        app.push_screen(SetupScreen())
    text = " ".join([*([presets.STAND_INS] if simulated else []), *preset.unmatched, presets.TASKS_ARE_OURS])
    app.notify(f"{text} All of it: selforg-tui paper show {preset.name}", title="What cannot be matched", timeout=12, markup=False)
