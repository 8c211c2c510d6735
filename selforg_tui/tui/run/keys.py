"""The keys of the Run screen. The palette, the help and the footer read them here; each can be given another key by its id."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from selforg_tui.tui.run.agent.sides import SIDES

HURRIED = "For a replay, and for simulated models at work"
MARKS = "First to stay out, first to build on another, shock, failure, limit, verdict, task"

PANELS: list[BindingType] = [
    Binding("a", "show('story')", "Agents", id="run.agents", tooltip="The team, and the chosen agent in full"),
    Binding("h", "show('hierarchy')", "Hierarchy", id="run.hierarchy", tooltip="Who built on whom; again: on the whole screen"),
    Binding("r", "show('roles')", "Roles", id="run.roles", tooltip="Who was what, over all tasks"),
    Binding("c", "show('cost')", "Cost", id="run.cost", tooltip="Tokens, money, calls; again: on the whole screen"),
    Binding("m", "by_model", "Cost by model", id="run.by-model", show=False, tooltip="What each model gave and took; again: the meter"),
    Binding("j", "show('judge')", "Judge", id="run.judge", tooltip="The verdict and its reasons"),
    Binding("s", "show('solution')", "Solution", id="run.solution", tooltip="What the team has written, and who wrote which part"),
    Binding("e", "show('events')", "Events", id="run.events", tooltip="Everything that happened, in order"),
    Binding("M", "show('measures')", "Measures", id="run.measures", show=False, tooltip="Every measure, and what it is"),
    Binding("d,enter", "show('detail')", "Detail", id="run.detail", show=False, tooltip="The chosen agent on the whole screen"),
    *(
        Binding(f"{place}", f"flip('{side}')", side.capitalize(), id=f"run.{side}", show=False, tooltip=about)
        for place, (side, about) in enumerate(SIDES.items(), 1)
    ),
    Binding("x", "flip('x-ray')", "X-ray", id="run.see", tooltip="What the protocol lets the chosen agent see, and what it hides"),
    Binding("u", "under", "X-ray under …", id="run.under", show=False, tooltip="What it would have seen under the next protocol"),
]
"""What is looked at."""

WAYS: list[BindingType] = [
    Binding("f", "follow", "Follow who acts", id="run.follow", show=False, tooltip="Let the cursor go with whoever decides"),
    Binding("left_square_bracket", "other_task(-1)", "Earlier task", id="run.earlier", key_display="[", show=False),
    Binding("right_square_bracket", "other_task(1)", "Later task", id="run.later", key_display="]", show=False),
    Binding("y", "copy", "Copy", id="run.copy", show=False, tooltip="Copy the side of the chosen agent that is in view"),
    Binding("exclamation_mark", "shock", "Shock", id="run.shock", key_display="!", show=False, tooltip="Let something happen to the team"),
    Binding("v", "verdicts", "Judge again", id="run.verdicts", show=False, tooltip="Other judges, the same again, or yourself"),
    Binding("g", "guess", "Your guess", id="run.guess", show=False, tooltip="Guess Q before the judge has spoken"),
    Binding("f5", "present", "Present", id="run.present", tooltip="Show it to a room: one panel at a time, large; again: back"),
    Binding("pagedown", "leaf(1)", "Next panel", id="run.next-panel", show=False, priority=True),
    Binding("pageup", "leaf(-1)", "Panel before", id="run.panel-before", show=False, priority=True),
    Binding("R", "replay", "Replay", id="run.replay", tooltip="Play the session that has just ended"),
    Binding("ctrl+c", "stop", "Stop", id="run.stop", tooltip="End the run here; what was done is kept"),
    Binding("ctrl+c", "screen.copy_text", "Copy selected text", show=False),
    Binding("escape", "back", "Back", id="run.back"),
]
"""What is done."""

TRANSPORT: list[BindingType] = [
    Binding("space", "play", "Play/pause", id="replay.toggle", key_display="space"),
    Binding("left", "seek(-1)", "A little earlier", id="replay.back", show=False),
    Binding("right", "seek(1)", "A little later", id="replay.forward", show=False),
    Binding("shift+left", "seek(-10)", "Much earlier", id="replay.far-back", show=False),
    Binding("shift+right", "seek(10)", "Much later", id="replay.far-forward", show=False),
    Binding("home", "seek(-1000000)", "To the start", id="replay.start", show=False),
    Binding("end", "seek(1000000)", "To the end", id="replay.end", show=False),
    Binding("n", "step(1)", "Next event", id="replay.next", show=False),
    Binding("p", "step(-1)", "Previous event", id="replay.previous", show=False),
    Binding("N", "mark(1)", "Next mark", id="replay.next-mark", show=False, tooltip=MARKS),
    Binding("P", "mark(-1)", "Previous mark", id="replay.previous-mark", show=False, tooltip=MARKS),
    Binding("plus,equals_sign", "speed(1)", "Faster", id="replay.faster", key_display="+", show=False, tooltip=HURRIED),
    Binding("minus", "speed(-1)", "Slower", id="replay.slower", key_display="-", show=False, tooltip=HURRIED),
]
"""How time goes."""

DEAREST = (
    "help", "stop",
    "show('story')", "replay", "play", "back", "show('hierarchy')", "show('solution')", "show('cost')", "show('roles')", "show('judge')",
    "flip('x-ray')", "present",
)  # fmt: skip
"""What the footer shows where it has no room for all: the first longest."""
