"""The paper's figures: all out of the data, beside one's own with what differs."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

import selforg_tui.lab
from selforg_tui.core.config import ModelSpec, RunConfig, Task, checked
from selforg_tui.core.errors import ConfigError
from selforg_tui.core.state import SessionState
from selforg_tui.lab import paper, presets, together
from selforg_tui.models import registry
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings.keys import Keys

FOLDER = Path(selforg_tui.lab.__path__[0])


def ran(config: RunConfig) -> SessionState:
    return run_unwatched(config, keys=Keys({}), folder=None).state


def numbers(thing: Any) -> set[float]:
    """Every number of a nested value that is not a whole one below 300."""
    if isinstance(thing, dict):
        return set().union(*map(numbers, thing.values()), set())
    if isinstance(thing, list):
        return set().union(*map(numbers, thing), set())
    return {float(thing)} if isinstance(thing, float) and not isinstance(thing, bool) else set()


def test_no_figure_of_the_paper_stands_in_code() -> None:
    known = {f"{value:.3f}" for value in numbers(paper.reference()) if 0.25 < value < 1 and f"{value:.3f}"[-2:] != "00"}
    assert "0.875" in known
    code = [*FOLDER.glob("*.py"), *FOLDER.parent.glob("cli/*.py"), *FOLDER.parent.glob("tui/**/*.py")]
    for file in code:
        found = {f"{float(text):.3f}" for text in re.findall(r"\b0?\.\d{3}\b", file.read_text("utf-8"))}
        assert not found & known, file


def test_every_figure_is_a_cell_of_its_table() -> None:
    conditions = paper.conditions()
    assert len(paper.figures()) == sum(
        row[column.column] is not None for column in conditions.figures for row in paper.reference()[column.table]["rows"]
    )
    for column in conditions.figures:
        setup = paper.reference()[column.table][column.setup]
        told = re.findall(r"N=(\d+)(?:/(\d+))?", setup)
        assert not column.agents or column.agents == tuple(int(number) for number in told[0] if number), column
        if column.judge:
            assert f"judge {column.judge}" in setup or column.judge in paper.reference()["sampling"]["judges"].values()


def test_its_models_are_in_the_catalogue_as_the_paper_s() -> None:
    known = {one.spec for one in registry.catalogue(Keys({}), prices=False) if one.paper}
    named = {model["name"] for model in paper.reference()["models"]}
    assert set(paper.conditions().models) == named
    assert {paper.stand(name).name for name in named} <= known
    assert all(paper.stand(name, simulated=True).simulated for name in named)


@pytest.mark.parametrize("simulated", [False, True])
@pytest.mark.parametrize("preset", presets.presets(), ids=lambda preset: preset.name)
def test_presets_are_runs_that_can_be_checked_and_priced(preset: paper.Declared, simulated: bool) -> None:
    members = presets.members(preset, simulated=simulated, missions=2, repeat=2)
    assert len(members) == len(preset.models) * len(preset.protocols) * 4
    assert len({(member.model, member.protocol, member.mission, member.config.seed) for member in members}) == len(members)
    for member in members:
        assert checked(member.config) == member.config
        assert member.config.agents == preset.agents
        assert member.config.temperature == paper.reference()["sampling"]["agent_temperature"]
        assert {task.level for task in member.config.tasks} >= set(preset.levels)
        assert all(spec.simulated == simulated for spec in member.config.specs())
    found = together.price([(member.config, 1) for member in members])
    assert found.imaginary == simulated
    assert found.judge_calls == sum(len(member.config.tasks) for member in members)
    assert set(preset.tables) <= {figure.title for figure in paper.figures()}
    assert any("not public" in text for text in presets.unmatched(preset, simulated=simulated))


def test_shared_is_counted_from_its_second_task_on() -> None:
    preset = presets.find("table-3-pilot")
    member = next(one for one in presets.members(preset, simulated=True) if one.protocol == "shared")
    state = ran(msgspec.structs.replace(member.config, agents=2))
    assert [task.level for task in state.tasks] == ["L2", "L3", "L4"]
    cells = {(cell.protocol, cell.level): cell for cell in presets.cells(preset, [(member, state)])}
    assert set(cells) == {(protocol, level) for protocol in preset.protocols for level in ("L3", "L4")}
    assert (cells["shared", "L3"].n, cells["sequential", "L3"].n) == (1, 0)
    assert cells["sequential", "L3"].mean is None
    rows = {row["protocol"]: row["q_pilot"] for row in paper.reference()["table_3_protocols"]["rows"]}
    assert {protocol: cells[protocol, "L3"].paper for protocol in preset.protocols} == rows


def test_beside_a_run_stands_the_nearest_figure_with_what_differs() -> None:
    config = RunConfig("Bees", tasks=(Task("Hives", "L3"), Task("Swarms", "L4")), agents=4)
    found = paper.beside(ran(config))
    assert [(one.level, one.tasks, one.simulated) for one in found] == [("L3", 1, True), ("L4", 1, True)]
    claude = paper.reference()["table_8_closed_vs_open"]["rows"][0]
    assert [one.figure.value for one in found] == [claude["q_l3"], claude["q_l4"]]
    assert found[0].differs[:3] == (
        "model Claude Sonnet 4.6, here sim:strong",
        "judge GPT-5.4, here sim:judge",
        "N = 16, here 4",
    )
    shuffled = msgspec.structs.replace(config, order="shuffled", abstention=False)
    added = [text for text in paper.beside(ran(shuffled))[0].differs if text not in found[0].differs]
    assert added == ["turns in a fixed order, here shuffled", "agents may stay out, here not"]
    assert paper.lines(ran(config))[-1] == paper.NEVER
    assert "SIMULATED" in paper.brief(ran(config), "L4")
    assert paper.brief(ran(config), "L1") == ""


def test_of_several_models_the_same_one_is_nearest_and_is_not_told_to_differ() -> None:
    state = ran(RunConfig("Bees", agents=16))
    assert state.header is not None
    config = msgspec.structs.replace(state.header.config, models=(paper.stand("GLM-5"),), judge=paper.stand("GPT-5.4"))
    state.header = msgspec.structs.replace(state.header, config=config)
    (one,) = paper.beside(state)
    assert one.figure.model == "GLM-5"
    assert [text.split()[0] for text in one.differs] == ["a"]


@pytest.mark.parametrize(("protocol", "judge"), [("solo", "sim:judge"), ("sequential", None)])
def test_without_a_figure_or_a_q_nothing_is_compared(protocol: str, judge: str | None) -> None:
    state = ran(RunConfig("Bees", protocol=protocol, agents=2, judge=ModelSpec.parse(judge) if judge else None))
    assert paper.beside(state) == []
    assert paper.lines(state) == []


def test_a_wrong_name_is_told_kindly() -> None:
    with pytest.raises(ConfigError, match="did you mean 'table-4'"):
        presets.find("tabel-4")
    with pytest.raises(ConfigError, match="choose from 1 to"):
        presets.members(presets.find("table-4"), missions=99)
    with pytest.raises(ConfigError, match="choose 1 or more"):
        presets.members(presets.find("table-4"), repeat=0)


def test_the_data_says_where_it_is_from() -> None:
    raw = json.loads((FOLDER / "paper.json").read_text("utf-8"))
    assert "2603.28990" in raw["source"]
    assert "never a target" in raw["caveat"]


async def test_a_session_can_end_before_its_first_task(own_world: Path) -> None:
    config = RunConfig("Bees", protocol="fixed-roles", agents=3)
    session = await asyncio.to_thread(run_unwatched, config, keys=Keys({}), folder=None, only_prepare=True)
    assert (session.state.tasks, len(session.state.calls), session.state.status) == ([], 1, "done")
