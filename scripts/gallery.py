"""Make pictures of every form of the Run screen, at every size, in several themes: `python scripts/gallery.py FOLDER [THEME ...]`.
`--form NAME` (once or more) makes only these.

For looking at, all beside each other (index.html): what is ugly shows. Simulated models, a fixed seed, virtual time.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pictures import Held, stand_still

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # of this checkout, whichever is installed

SIZES = ((160, 45), (120, 40), (100, 30), (80, 24), (60, 16))
THEMES = ("lab-dark", "lab-light", "lab-projector")


class Form(NamedTuple):
    """What is looked at: how many agents, in which part of the session (1: its end), and which keys lead there."""

    name: str
    agents: int
    part: float
    keys: tuple[str, ...]
    protocol: str = "sequential"


FORMS = (
    Form("rows-at-work", 8, 0.7, ()),
    Form("rows-done", 8, 1.0, ("down", "down", "down")),
    Form("columns-at-work", 40, 0.85, ()),
    Form("chips-done", 64, 1.0, ("down",)),
    Form("mosaic-at-work", 256, 0.8, ()),
    Form("mosaic-done", 256, 1.0, ("down",)),
    Form("all-at-once", 256, 0.5, (), "shared"),
    Form("detail", 8, 1.0, ("down", "down", "enter")),
    Form("prompt", 8, 1.0, ("down", "down", "enter", "2")),
    Form("x-ray", 8, 0.7, ("x",)),
    Form("x-ray-other", 64, 0.8, ("x", "u", "u")),
    Form("hierarchy", 8, 1.0, ("h", "h")),
    Form("hierarchy-large", 256, 1.0, ("h", "h")),
    Form("roles", 8, 1.0, ("r",)),
    Form("roles-large", 64, 1.0, ("r",)),
    Form("cost", 8, 1.0, ("c", "c")),
    Form("judge", 8, 1.0, ("j", "j")),
    Form("solution", 8, 1.0, ("s", "down")),
    Form("events", 8, 1.0, ("e",)),
    Form("measures", 8, 1.0, ("M",)),
    Form("presented", 8, 1.0, ("f5",)),
    Form("presented-hierarchy", 8, 1.0, ("f5", "pagedown")),
    Form("presented-judge", 8, 1.0, ("f5", "j")),
    Form("help", 8, 1.0, ("f1",)),
)


def main() -> None:
    asked = argparse.ArgumentParser(description="Pictures of every form of the Run screen, at every size.")
    asked.add_argument("folder", type=Path)
    asked.add_argument("themes", nargs="*", metavar="theme", default=THEMES, help=f"default: {' '.join(THEMES)}")
    asked.add_argument("--form", action="append", choices=[form.name for form in FORMS], help="only this form; may be repeated")
    given = asked.parse_args()
    folder, themes = given.folder, given.themes
    forms = [form for form in FORMS if not given.form or form.name in given.form]
    folder.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="selforg-gallery-"))
    try:
        stand_still(str(home))
        sessions = {key: record(*key) for key in {(form.agents, form.protocol) for form in forms}}
        asyncio.run(all_of_them(folder, forms, tuple(themes), sessions))
    finally:
        shutil.rmtree(home)


def record(agents: int, protocol: str) -> Path:
    """A session of three tasks."""
    from selforg_tui.core.config import RunConfig
    from selforg_tui.engine.clock import run_virtual
    from selforg_tui.missions import bank
    from selforg_tui.sessions.live import LiveSession
    from selforg_tui.settings.keys import Keys
    from selforg_tui.settings.paths import sessions_folder

    first = bank()[0]
    tasks = first.tasks[:3] if agents < 100 else first.tasks[:1]
    config = RunConfig(mission=first.mission, values=first.values, tasks=tasks, protocol=protocol, agents=agents)
    session = LiveSession(config, keys=Keys(), folder=sessions_folder())
    run_virtual(session.run())
    assert session.path is not None
    return session.path


async def all_of_them(folder: Path, forms: Sequence[Form], themes: tuple[str, ...], sessions: dict[tuple[int, str], Path]) -> None:
    """One app a form and size; its theme is changed between pictures."""
    names: list[str] = []
    for form in forms:
        for size in SIZES:
            names += await pictures(folder, form, size, themes, sessions[form.agents, form.protocol])
            print(f"{form.name} {size[0]}×{size[1]}", flush=True)
    shown = "\n".join(f'<figure><img src="{name}" loading="lazy"><figcaption>{name}</figcaption></figure>' for name in names)
    (folder / "index.html").write_text(f"<!doctype html><meta charset=utf-8><title>Gallery</title>\n{shown}\n", encoding="utf-8")


async def pictures(folder: Path, form: Form, size: tuple[int, int], themes: tuple[str, ...], session: Path) -> list[str]:
    """The form at this size in each theme. Gives the names of the files."""
    from selforg_tui.core.events import CallStarted
    from selforg_tui.sessions.reader import read
    from selforg_tui.tui.app import LabApp
    from selforg_tui.tui.picture import self_contained
    from selforg_tui.tui.run.arrangement import columns_for
    from selforg_tui.tui.screens.run import RunScreen
    from selforg_tui.tui.sources import LiveSource

    calls = [event.call for event in read(session).events if isinstance(event, CallStarted)]
    held = Held(session, calls[int(form.part * len(calls))] if form.part < 1 else "")
    source: Any = LiveSource(held, clock=lambda: held.state.t)  # type: ignore[arg-type]
    names: list[str] = []
    twice = len(form.keys) == 2 and form.keys[0] == form.keys[1]
    """To the front, then alone; where only one panel has room, the second time would lead away from it."""
    app = LabApp()
    async with app.run_test(size=size) as pilot:
        app.furnish()
        app.push_screen(RunScreen(source, clock=lambda: 0.0))
        await pilot.pause()
        await pilot.press(*(form.keys[:1] if twice and columns_for(*size) == 1 else form.keys))
        for theme in themes:
            app.theme = theme
            for _ in range(3):
                await pilot.pause()
            names.append(f"{form.name}-{size[0]}x{size[1]}-{theme}.svg")
            (folder / names[-1]).write_text(self_contained(app.export_screenshot(title="selforg-tui")), encoding="utf-8")
        app.workers.cancel_all()
    return names


if __name__ == "__main__":
    main()
