"""Sentences name the keys that the user has."""

from __future__ import annotations

from pathlib import Path

import selforg_tui.tui
from selforg_tui.tui import named
from selforg_tui.tui.help import help_of
from selforg_tui.tui.keymap import actions
from selforg_tui.tui.named import PLACE, with_keys
from selforg_tui.tui.run.agent.sides import SIDES
from selforg_tui.tui.run.surface.lines import Lines
from tests.tui.run.conftest import LiveStage

SHOWN = {"escape": "Esc", "enter": "Enter", "f1": "F1", "slash": "/", "plus": "+", "home": "Home", "end": "End", "pagedown": "PgDn",
         "pageup": "PgUp", "left_square_bracket": "[", "right_square_bracket": "]"}  # fmt: skip
"""How sentences call keys that have no letter."""


def named_in_sentences() -> dict[str, str]:
    found = {name: str(place) for place, name in enumerate((f"run.{side}" for side in SIDES), 1) if name != "run.x-ray"}
    for path in Path(selforg_tui.tui.__file__).parent.rglob("*.py"):
        text = path.read_text("utf-8").replace("{{", "{").replace("}}", "}")
        found |= {match[1]: match[2] for match in PLACE.finditer(text) if path.name != "named.py"}
    return found


def test_every_key_that_a_sentence_names_is_the_one_that_its_action_has() -> None:
    known = {action.id: {SHOWN.get(key, key) for keys in action.keys for key in keys.split(",")} for action in actions()}
    told = named_in_sentences()
    assert len(told) > 25
    assert not {name: key for name, key in told.items() if key not in known.get(name, ())}


def test_keys_of_ones_own_are_told() -> None:
    named.give({"run.filter": "F8,?", "run.back": "ctrl+x", "run.copy": "question_mark"})
    assert with_keys("‹run.filter:/› filter · ‹run.back:Esc› back · ‹run.copy:y› · ‹run.by-model:m›") == "F8 filter · ^x back · ? · m"
    named.give({})
    assert with_keys("‹run.filter:/› filter") == "/ filter" and with_keys("{0: a}{x:y}") == "{0: a}{x:y}"


async def test_hints_of_the_screen_name_keys_of_ones_own() -> None:
    named.give(dict.fromkeys(named_in_sentences(), "ctrl+k"))
    app = LiveStage(8)
    async with app.run_test(size=(120, 40)) as pilot:
        for shown, said in (
            ("m", "^k by model"),
            ("h", "^k: ─"),
            ("s", "^k search"),
            ("M", "^k explains"),
            ("e", "^k chooses"),
            ("a", "^k in full"),
        ):
            await pilot.press(shown)
            await pilot.pause()
            about = help_of(app.screen)
            on_screen = [panel for panel in app.run_screen.query(Lines) if panel.region.area]
            hints = [str(panel.border_subtitle or "") for panel in on_screen]
            lines = ["".join(text for text, _ in line) for panel in on_screen for line in panel.lines]
            assert any(said in hint for hint in hints), (shown, hints)
            assert not PLACE.search("\n".join([*hints, *lines, about.text, about.more])), "a place that was left open"
