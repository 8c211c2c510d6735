"""Setup: fields, estimate, keys."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import msgspec
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Select, Static, TextArea
from textual.widgets._footer import FooterKey

from selforg_tui.core.config import ModelSpec, RunConfig, Task
from selforg_tui.missions import bank
from selforg_tui.protocols import registry
from selforg_tui.tui.screens.prompts import KeyPrompt
from selforg_tui.tui.screens.setup import SetupScreen
from selforg_tui.tui.setup_form import read
from selforg_tui.tui.widgets.footer import LastingFooter
from tests.tui.in_app import in_app, lab, recorded, settled, shown

SECRET = "sk-live-0123456789abcdef"


async def open_setup(pilot: Pilot[None]) -> SetupScreen:
    await pilot.press("ctrl+o")
    await settled(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, SetupScreen)
    return screen


def put(screen: SetupScreen, **texts: str) -> None:
    for name, text in texts.items():
        control = screen.query_one(f"#{name}")
        if isinstance(control, TextArea):
            control.text = text
        elif isinstance(control, Input | Select):
            control.value = text


async def test_the_fields_make_the_run() -> None:
    async with in_app() as pilot:
        started = recorded(pilot)
        screen = await open_setup(pilot)
        put(screen, mission="Keep bees", values="gently\nlocally", tasks="[L1] count\nsell", level="L2")
        put(screen, agents="4", models="sim:strong=3 sim:weak=1", words="90", seed="12", temperature="0.1", tokens="5000")
        await pilot.press("ctrl+r")
    assert started == [
        RunConfig(
            mission="Keep bees",
            values=("gently", "locally"),
            tasks=(Task("count", "L1"), Task("sell", "L2")),
            agents=4,
            models=(ModelSpec("sim", "strong", None, 3), ModelSpec("sim", "weak", None, 1)),
            words=90,
            seed=12,
            temperature=0.1,
            limits=msgspec.structs.replace(RunConfig("").limits, tokens=5000),
        )
    ]


async def test_by_keys_alone_to_another_protocol_and_its_option() -> None:
    async with in_app() as pilot:
        started = recorded(pilot)
        screen = await open_setup(pilot)
        await pilot.press("tab", "tab", "tab", "tab")
        assert screen.query_one("#protocol").has_focus
        await pilot.press("home", *["down"] * registry.names().index("solo"))
        await settled(pilot)
        await pilot.press("tab", "enter", "down", "enter")
        await pilot.press("ctrl+r")
        assert (started[0].protocol, started[0].parameters) == ("solo", {"budget": "team"})


async def test_where_a_protocol_comes_from_is_told() -> None:
    async with in_app(config=RunConfig("Sail", protocol="clonal", parameters={"rounds": 3})) as pilot:
        screen = await open_setup(pilot)
        listed = screen.query_one("#protocol", OptionList)
        titles = [str(listed.get_option_at_index(place).prompt) for place in range(listed.option_count)]
        assert [title for title in titles if "experimental" in title] == [
            "Stigmergic (experimental)",
            "Morphogenetic (experimental)",
            "Clonal (experimental)",
        ]
        assert str(screen.query_one("#picture").border_subtitle) == "our reading, experimental"
        assert screen.query_one("#parameter-rounds", Input).value == "3", "what it is opened with is kept"


async def test_what_is_wrong_stands_beside_its_field_and_nothing_starts() -> None:
    async with in_app() as pilot:
        started = recorded(pilot)
        screen = await open_setup(pilot)
        put(screen, agents="300")
        screen.look()
        await settled(pilot)
        assert "300 agents cannot be run" in " ".join(shown(pilot).split())
        await pilot.press("ctrl+r")
        assert started == []
        assert screen.query_one("#agents").has_focus


async def test_the_estimate_follows_the_fields() -> None:
    async with in_app() as pilot:
        screen = await open_setup(pilot)
        assert "8 + 1 to judge" in shown(pilot)
        assert "imaginary" in shown(pilot)
        put(screen, agents="64", judge="none")
        screen.look()
        await settled(pilot)
        assert "64, unjudged" in shown(pilot)


async def test_what_nobody_knows_is_called_unknown() -> None:
    async with in_app(config=RunConfig(mission="m", models=(ModelSpec("ollama", "x"),), judge=None)) as pilot:
        await open_setup(pilot)
        told = " ".join(shown(pilot).split())
        assert "money unknown" in told
        assert "time unknown" in told
        assert "window unknown" in told


async def test_a_change_of_the_fields_is_looked_at_by_itself() -> None:
    async with in_app() as pilot:
        screen = await open_setup(pilot)
        screen.query_one("#agents").focus()
        await pilot.press("6")
        while screen.reading is None or screen.reading.config.agents == 8:
            await pilot.pause()
        assert screen.reading.config.agents == 6


async def test_escape_keeps_what_was_filled_in() -> None:
    async with in_app() as pilot:
        screen = await open_setup(pilot)
        put(screen, mission="Own words", seed="5", agents="wrong")
        await pilot.press("escape")
        await settled(pilot)
        draft = lab(pilot).draft
        assert (draft.mission, draft.seed, draft.agents) == ("Own words", 5, 8)
        assert "Own words" in shown(pilot)
        assert "seed 5" in shown(pilot)


async def test_a_task_of_an_example_joins_those_of_its_mission() -> None:
    async with in_app() as pilot:
        screen = await open_setup(pilot)
        example = bank()[0]
        for place in (1, 3):
            await pilot.press("ctrl+n")
            pilot.app.screen.query_one(OptionList).highlighted = place
            await pilot.press("enter")
        assert screen.form().tasks == f"[L1] {example.tasks[0].text}\n[L3] {example.tasks[2].text}"
        await pilot.press("ctrl+n", "enter")
        assert screen.form().tasks.count("[L") == len(example.tasks)


async def test_a_mission_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mission.txt"
    file.write_text("Two\nlines", "utf-8")
    async with in_app() as pilot:
        screen = await open_setup(pilot)
        await pilot.press("ctrl+o", *"/nowhere", "enter")
        await pilot.pause()
        assert "cannot be read" in shown(pilot)
        pilot.app.screen.query_one(Input).value = str(file)
        await pilot.press("enter")
        assert screen.form().mission == "Two\nlines"


async def test_a_model_is_chosen_from_the_list() -> None:
    async with in_app() as pilot:
        screen = await open_setup(pilot)
        screen.query_one("#models").focus()
        await pilot.press("down", "down", "enter")
        assert screen.form().models.startswith("sim:")
        assert screen.form().models != "sim:strong"


async def test_a_name_is_completed_from_the_catalogue() -> None:
    async with in_app() as pilot:
        screen = await open_setup(pilot)
        put(screen, models="")
        screen.query_one("#models").focus()
        await pilot.press(*"sim:we")
        await settled(pilot)
        await pilot.press("right")
        assert screen.form().models == "sim:weak"


async def test_a_pasted_key_is_used_and_never_seen() -> None:
    async with in_app() as pilot:
        screen = await open_setup(pilot)
        put(screen, models="anthropic:claude-haiku-4-5")
        screen.look()
        await settled(pilot)
        assert "needs a key" in shown(pilot)
        await pilot.press("ctrl+r")
        assert list(lab(pilot)._notifications)
        await pilot.press("ctrl+g")
        assert [type(one) for one in pilot.app.screen_stack[-1:]] == [KeyPrompt]
        await pilot.press(*SECRET)
        await pilot.pause()
        assert SECRET not in shown(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert pilot.app.screen is screen
        assert screen.reading is not None
        assert screen.reading.problems == {}
        assert lab(pilot).keys.find((), "anthropic") == SECRET
        assert not list(lab(pilot)._notifications)  # nothing still asks for a key
        await pilot.press("escape")
        await settled(pilot)
        assert SECRET not in shown(pilot)
        assert SECRET not in repr(lab(pilot).draft)


async def test_the_first_frame_is_laid_out_for_the_size_of_the_terminal() -> None:
    """A screen that is laid out anew after its first frame jumps."""
    async with in_app((80, 24)) as pilot:
        before: list[int] = []
        screen = SetupScreen()
        refresh = screen._refresh_layout

        def watched(*args: object, **kwargs: object) -> None:
            refresh(*args, **kwargs)  # type: ignore[arg-type]
            before.extend(widget.region.width for widget in screen.query("#estimate"))

        screen._refresh_layout = watched  # type: ignore[method-assign]
        pilot.app.push_screen(screen)
        await settled(pilot)
        assert {width for width in before if width} == {80}


async def test_keys_that_are_made_anew_do_not_keep_the_old_ones() -> None:
    keys = list[weakref.ref[FooterKey]]()
    async with in_app() as pilot:
        screen = await open_setup(pilot)
        footer = screen.query_one(LastingFooter)
        for _ in range(3):
            keys += [weakref.ref(each) for each in screen.query(FooterKey)]
            footer.call_later(footer.recompose)
            await pilot.pause()
        keys += [weakref.ref(each) for each in screen.query(FooterKey)]
        await pilot.pause()
        gc.collect()
        left = [each for each in (key() for key in keys) if each is not None]
        assert left and all(each.is_attached for each in left)


async def test_a_switch_says_what_the_run_will_do() -> None:
    words = {"write_up": ("no", "one call more a task"), "warm_up": ("off", "on"), "abstention": ("nobody stays out", "each may stay out")}
    async with in_app() as pilot:
        screen = await open_setup(pilot)
        for place in (0, 1):
            put(screen, **dict.fromkeys(words, ("off", "on")[place]))
            await pilot.pause()
            config = read(screen.form(), lab(pilot).draft, lab(pilot).keys).config
            for name, said in words.items():
                shown_as = screen.query_one(f"#{name}", Select).query_one("#label", Static).content
                assert str(shown_as) == said[place] and getattr(config, name) is bool(place), name
