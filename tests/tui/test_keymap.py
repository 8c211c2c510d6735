"""Keys of one's own."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from selforg_tui.settings.config_file import keymap
from selforg_tui.settings.paths import config_file
from selforg_tui.tui.keymap import actions, checked
from tests.tui.in_app import in_app, settled


def test_every_id_is_that_of_one_action_and_every_action_says_what_it_does() -> None:
    ids = [action.id for action in actions()]
    assert len(ids) == len(set(ids))
    assert {"run.hierarchy", "replay.toggle", "app.help", "home.run"} <= set(ids)
    assert all(action.what for action in actions())


@pytest.mark.parametrize(
    ("wished", "good", "told"),
    [
        ({"run.hierarchy": "t"}, {"run.hierarchy": "t"}, ""),
        ({"run.cost": "ctrl+k,?"}, {"run.cost": "ctrl+k,?"}, ""),
        ({"run.hirarchy": "t", "run.roles": "u"}, {"run.roles": "u"}, "did you mean 'run.hierarchy'?"),
        ({"run.hierarchy": 3}, {}, "'run.hierarchy' has no key '3'"),
        ({"run.hierarchy": "hyper+t"}, {}, "has no key"),
        ({"run.hierarchy": "c"}, {}, "'run.hierarchy' and 'run.cost' would both have the key c"),
        ({"run.hierarchy": "c", "run.cost": "h"}, {"run.hierarchy": "c", "run.cost": "h"}, ""),
    ],
)
def test_what_can_be_used_is_used_and_what_is_wrong_is_told_at_once(wished: dict[str, object], good: dict[str, str], told: str) -> None:
    found, message = checked(wished)
    assert found == good
    assert told in message
    assert bool(message) == bool(told)


def test_ids_can_be_written_with_and_without_quotes(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[keymap]\n"run.hierarchy" = "t"\nrun.cost = "k"\n')
    assert keymap(file) == {"run.hierarchy": "t", "run.cost": "k"}


async def test_the_app_takes_the_keys_and_shows_them() -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text('[keymap]\nhome.setup = "f8"\nhome.setp = "f7"\n')
    async with in_app() as pilot:
        assert ["did you mean 'home.setup'?" in notice.message for notice in pilot.app._notifications] == [True]
        await pilot.press("f8")
        await settled(pilot)
        assert type(pilot.app.screen).__name__ == "SetupScreen"


def test_the_page_of_keys_is_up_to_date() -> None:
    script = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "keys_page.py"))
    assert script["PAGE"].read_text("utf-8") == script["page"](), "run: python scripts/keys_page.py"
