"""Every letter on every screen can be read, in every theme, on every kind of terminal. A new screen or state: add it to `SCENES`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import pytest
from textual.app import App
from textual.theme import Theme

from selforg_tui.core import events as ev
from selforg_tui.core.errors import ConfigError
from selforg_tui.tui import themes
from selforg_tui.tui.app import LabApp
from selforg_tui.tui.screens.home import HomeScreen
from selforg_tui.tui.sources import LiveSource, ReplaySource
from tests.tui import contrast
from tests.tui.run.conftest import LiveStage, Stage
from tests.tui.run.made_session import made, player
from tests.tui.run.test_live import Refused
from tests.tui.run.test_shocks import struck
from tests.tui.test_looks import INFOS

ALL = themes.themes()
SIGHTS: dict[str, list[contrast.Sight]] = {theme.name: [contrast.as_is, contrast.grey, contrast.of_256] for theme in ALL}
SIGHTS["lab-sixteen"] += [contrast.of_16]
SIGHTS["lab-mono"] += [contrast.of_16, contrast.of_16_in_grey]


def cut_short(agents: int = 8) -> list[ev.AnyEvent]:
    """A run that was slowed down, came near a limit and reached it while somebody was deciding."""
    events = made(agents)
    events = events[: int(len(events) * 0.6)]
    more = (
        ev.SlowedDown(place="https://api.openai.com/v1", seconds=4, at_once=6),
        ev.LimitNear(what="money", text="$0.0412 of $0.05 are spent."),
        ev.Limit(what="money", text="The limit on money is reached."),
    )
    for event in more:
        events.append(msgspec.structs.replace(event, seq=len(events), t=events[-1].t + 0.1))
    return events


def at_the_end(events: list[ev.AnyEvent]) -> Stage:
    return Stage(ReplaySource(player(events)))


def refused() -> Stage:
    return Stage(LiveSource(Refused(ConfigError("There is no key for [openai].")), clock=lambda: 0.0))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Scene:
    """An app, and keys after each step of which it is looked at."""

    make: Callable[[], App[Any]]
    steps: tuple[str, ...]
    size: tuple[int, int] = (120, 40)


PANELS = (
    "a",
    "h",
    "escape r",
    "escape c",
    "escape j",
    "escape s",
    "escape e",
    "escape M",
    "enter",
    "escape d",
    "1",
    "2",
    "3",
    "4",
    "5",
    "x",
)
SCENES = {
    "at-work": Scene(lambda: LiveStage(tasks=2, part=0.8), ("", *PANELS, "u", "escape escape")),
    "done": Scene(lambda: LiveStage(tasks=2), ("", "down down", *PANELS, "escape tab", "tab", "shift+tab", "[")),
    "small": Scene(lambda: LiveStage(part=0.6), ("", "h", "c", "escape s", "enter", "2 / y o u", "escape x"), (80, 24)),
    "chips": Scene(lambda: LiveStage(64, part=0.7, models=("sim:strong=32", "sim:weak=32")), ("", "c", "m"), (160, 45)),
    "mosaic": Scene(lambda: LiveStage(256, part=0.5), ("", "left", "h", "z", "l"), (100, 30)),
    "shocks": Scene(lambda: LiveStage(events=struck()), ("", "up", "h")),
    "limits": Scene(lambda: LiveStage(events=cut_short()), ("", "c", "e")),
    "replay": Scene(lambda: at_the_end(made(tasks=2)), ("", "space end", "home n n n", "R")),
    "refused": Scene(refused, ("",)),
    "presented": Scene(lambda: LiveStage(tasks=2), ("f5", "pagedown", "pagedown", "pagedown", "pagedown", "pagedown")),
    "home": Scene(LabApp, ("", "tab", "down", "tab", "question_mark", "escape ctrl+p", "t h e", "escape escape f1", "escape ctrl+k")),
    "setup": Scene(
        LabApp, ("ctrl+o", "tab", "tab", "tab tab", "ctrl+n", "down", "escape ctrl+o", "escape ctrl+g", "escape f2", "escape f3")
    ),
    "themes": Scene(LabApp, ("ctrl+p", "T h e m e", "enter"), (80, 24)),
    "sessions": Scene(LabApp, ("ctrl+l", "down", "down", "tab", "ctrl+e")),
}


async def ready(pilot: Any) -> None:
    app = pilot.app
    if isinstance(app, LabApp):
        home = app.screen_stack[0]
        assert isinstance(home, HomeScreen)
        await home.furnished.wait()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
async def test_every_letter_can_be_read_in_every_theme(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LabApp, "sessions", lambda self: INFOS)
    app = scene.make()
    async with app.run_test(size=scene.size) as pilot:
        await ready(pilot)
        told = await contrast.looked_at(pilot, scene.steps, ALL, SIGHTS, ready)
    assert not told, f"{len(told)} that cannot be read:\n" + "\n".join(told)


async def test_a_grey_that_is_too_dark_is_caught() -> None:
    """The fault that this is for, planted."""
    good = themes.named("lab-dark")
    bad = replace(good, name="bad", variables={**good.variables, "agent-waiting": "#5a636e"})
    app = LiveStage(part=0.4)
    async with app.run_test(size=(120, 40)) as pilot:
        app.register_theme(bad)
        told = await contrast.looked_at(
            pilot, ("",), [good, bad], {"lab-dark": [contrast.as_is], "bad": [contrast.as_is, contrast.grey]}, ready
        )
    assert {each.partition(",")[0] for each in told} == {"bad (as_is)", "bad (grey)"}, told
    assert any("#5a636e on #10141a" in each and "waiting" in each for each in told)


@pytest.mark.parametrize("name", ["at-work", "home"])
async def test_what_a_probe_foretells_is_what_is_painted(name: str) -> None:
    """The shortcut of `looked_at`, checked: every pair of colours that is painted in a theme is one that was foretold."""
    app = SCENES[name].make()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        probe = contrast.Probe(ALL[0])
        app.register_theme(probe.theme)
        await contrast.wear(pilot, "probe")
        pairs = {probe.origin(style) for style in contrast.written(app)}
        assert len(pairs) > 5
        for theme in ALL:
            await contrast.wear(pilot, theme.name)
            foretold = [contrast.worn_by(theme, pair) for pair in pairs if pair is not None]
            for ink, ground in map(contrast.inks, contrast.written(app)):
                assert any(contrast.same(ink, each[0]) and contrast.same(ground, each[1]) for each in foretold), (theme.name, ink, ground)


@pytest.mark.parametrize("theme", ALL, ids=lambda theme: theme.name)
def test_chosen_rows_show_on_every_kind_of_terminal(theme: Theme) -> None:
    for sight in SIGHTS[theme.name]:
        if (theme.name, sight) == ("lab-sixteen", contrast.grey):
            continue  # under NO_COLOR the sixteen are lab-mono's; of more colours this one is rarely worn
        for ground in ("panel", "cursor", "changed", "mark"):
            row, around = contrast.worn_by(theme, (ground, "background"), sight)
            assert row != around, (ground, sight.__name__)


async def test_no_color_leaves_greys_that_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(LabApp, "sessions", lambda self: INFOS)
    for app in (LabApp(), LiveStage(tasks=2, part=0.8)):
        assert app.no_color
        async with app.run_test(size=(120, 40)) as pilot:
            await ready(pilot)
            await pilot.press("ctrl+p" if isinstance(app, LabApp) else "h")
            await ready(pilot)
            assert contrast.faint(app) == []
            triplets = [colour for style in contrast.written(app) for colour in contrast.inks(style)]
            assert len(set(triplets)) > 3 and all(red == green == blue for red, green, blue in triplets)
