"""What simulated models make of notices and of agents that have left."""

from __future__ import annotations

import json

from selforg_tui.core.calls import Block, StepKind
from selforg_tui.core.config import RunConfig, Task
from selforg_tui.engine.header import make_header
from selforg_tui.engine.prompting import Prompter
from selforg_tui.models.simulated.coverage import reader_of
from selforg_tui.models.simulated.profiles import profile
from selforg_tui.models.simulated.reading import situation
from selforg_tui.models.simulated.respond import respond

NOTICE = "No child leaves the building without a guardian"
CONFIG = RunConfig("Run a school kitchen", (Task("Plan the opening week", "L2"),), ("no waste",), agents=8)
PROMPTER = Prompter(make_header(CONFIG), 8)


def prompt(*notices: str, kind: StepKind = "contribute", gone: tuple[int, ...] = ()) -> list[str]:
    """As blocks."""
    fixed: tuple[Block, ...] = PROMPTER.fixed(kind, CONFIG.tasks[0])
    return [block.text for block in (*fixed, *PROMPTER.notices(notices), PROMPTER.own(2, None, gone=gone))]


def test_a_notice_is_read_as_a_further_value() -> None:
    assert situation(prompt()).values == ("no waste",)
    for texts in (prompt(NOTICE), ["\n\n".join(prompt(NOTICE))]):
        assert situation(texts).values == ("no waste", NOTICE)


def test_a_notice_is_taken_up_in_what_they_write() -> None:
    reader = reader_of(CONFIG.mission, CONFIG.tasks[0].text, "L2", ("no waste", NOTICE))

    def taken_up(*notices: str) -> int:
        texts = [json.loads(respond(prompt(*notices), profile("strong"), seed, 0.7))["contribution"] for seed in range(40)]
        return sum(1 in reader.read(text).served for text in texts)

    assert taken_up() == 0
    assert taken_up(NOTICE) >= 8


def test_a_planner_hands_nothing_to_who_has_left() -> None:
    def named(seed: int, *gone: int) -> set[str]:
        reply = respond(prompt(kind="plan", gone=gone), profile("strong"), seed, 0.7)
        return {each["seat"] for each in json.loads(reply)["assignments"]}

    assert {"01", "04"} <= named(1)
    for seed in range(20):
        assert named(seed, 1, 4) and not named(seed, 1, 4) & {"01", "04"}
