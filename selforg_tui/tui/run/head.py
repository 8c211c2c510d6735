"""The lines above and below the panels: what is run, what just happened, and a summary for small screens."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path

from rich.cells import cell_len

from selforg_tui.core.config import RunConfig
from selforg_tui.core.seating import switches_in_words
from selforg_tui.core.shocks import in_words
from selforg_tui.core.state import SessionState
from selforg_tui.metrics.money import brief
from selforg_tui.tui.named import with_keys
from selforg_tui.tui.run.cost.meter import share
from selforg_tui.tui.run.cost.used import done_of_promised
from selforg_tui.tui.run.hierarchy.hierarchy import depth
from selforg_tui.tui.run.judge.quality import quality
from selforg_tui.tui.run.surface.cells import Line, abridged, cut, fit, flat, wrap
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.time.narration import narrated
from selforg_tui.tui.run.view import View, models_of, of_four, title_of
from selforg_tui.tui.sources import Source

ROOM = 40
"""Cells that are kept for agents and models, before the plan of shocks is told in full."""

APART = 3
"""Cells at least between a sentence and the keys beside it."""
FULL = 110
"""Cells from which the line of keys has room for its last ones; below, they are named beside the sentence."""
ALWAYS, ALL = ("‹run.back:Esc› back", "‹app.help:F1› help"), ("^p every action",)
PRESENTING = ("‹run.next-panel:PgDn› ‹run.panel-before:PgUp› panels", "‹run.back:Esc› to the desk")
LARGE = 3
"""Lines that the narration may take before a room."""


SPARED = ("cached ", "out ", "in ", "calls ", "depth ")
"""What a narrow summary leaves out, in this order: cost and verdict stay."""


class Head(Panel, can_focus=False):
    """Protocol, team, models and task; the mission; and, where they differ, the task."""

    def key(self, view: View) -> Hashable:
        state = view.state
        return (state.seq >= 0, view.task.number if view.task else 0, len(state.tasks), state.simulated, state.paced)

    def body(self, view: View, width: int) -> Sequence[Line]:
        header = view.state.header
        if header is None:
            return [((" Getting ready …", "dim"),)]
        config, task = header.config, view.task
        label = simulated(view.state)
        name = title_of(config.protocol)
        after = f" · task {task.number}/{len(config.tasks)} ({task.level})" if task is not None else ""
        after += "" if view.live else " · replay"
        after += " · times altered" if view.state.paced else ""
        after += "".join(f" · {words}" for words in switches_in_words(config))
        after += _shocks(config, width - cell_len(name + label + after) - ROOM)
        before = f" · {config.agents} agent{'s' * (config.agents != 1)} · "
        room = width - cell_len(name) - cell_len(label) - 3
        team = models_of(view.state)
        if cell_len(before + team + after) > room:
            team = models_of(view.state, short=True)
        rest = before + cut(team, max(20, room - cell_len(before + after))) + after
        lines: list[Line] = [
            ((f" {name}", "title"), (fit(rest, room), "plain"), (f" {label} ", "simulated")),
            ((" Mission  ", "dim"), (abridged(flat(config.mission), width - 11), "plain")),
        ]
        if tells_task(view.state):
            lines[self.size.height - 1 :] = [((" Task     ", "dim"), (abridged(flat(task.text), width - 11) if task else "", "plain"))]
        return lines  # where there is no line for both, the task


def _shocks(config: RunConfig, room: int) -> str:
    """The plan of shocks, as fully as there is room."""
    if not config.shocks:
        return ""
    whole = f" · shocks {flat(in_words(config.shocks))}"
    return whole if cell_len(whole) <= room else f" · {len(config.shocks)} shock{'s' * (len(config.shocks) > 1)}"


def tells_task(state: SessionState) -> bool:
    """True where the tasks are not just the mission."""
    header = state.header
    return header is not None and any(task.text != header.config.mission for task in header.config.tasks)


def simulated(state: SessionState) -> str:
    """The label, with the part that is simulated where not all is."""
    parts = state.simulated
    judged = state.header is not None and state.header.config.judge is not None
    if parts.agents and (parts.judge or not judged):
        return "SIMULATED"
    return "SIMULATED AGENTS" if parts.agents else "SIMULATED JUDGE" if parts.judge else ""


class Summary(Panel, can_focus=False):
    """Cost, depth and verdict in one line, where their panels have no room."""

    def key(self, view: View) -> Hashable:
        return (view.state.seq, view.task.number if view.task else 0)

    def body(self, view: View, width: int) -> Sequence[Line]:
        team, task = view.state.team, view.task
        about = "~" if team.uncounted else ""
        q, m = quality(task.scores if task else None)
        said = [
            ("calls ", done_of_promised(view.state)),
            ("in ", f"{about}{team.input:,}"),
            ("cached ", share(team.cached, team.input)),
            ("out ", f"{about}{team.output:,}"),
            ("cost ", brief(team)),
            ("depth ", f"{depth(task)}"),
            ("Q ", of_four(q)),
            ("M ", of_four(m)),
        ]
        gap = "   " if width >= 92 else " · " if width >= 84 else "  "
        for name in SPARED:
            if sum(cell_len(gap + one + value) for one, value in said) <= width:
                break
            said = [(one, value) for one, value in said if one != name]
        pairs = [(((gap if place else " ") + name, "dim"), (value, "strong")) for place, (name, value) in enumerate(said)]
        return [tuple(span for pair in pairs for span in pair)]


class Narration(Panel, can_focus=False):
    """What just happened; after the end, where the session is kept."""

    def __init__(self, source: Source, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.source = source
        self.asking = ""
        """A question to the user that goes before anything else."""

    def key(self, view: View) -> Hashable:
        bounds = int(view.at) if view.state.moments and view.state.status is None else 0
        number = view.task.number if view.task else 0
        return (view.state.seq, number, self.source.playing, self.source.problem, self.asking, bounds, at_hand(view, self.source))

    def body(self, view: View, width: int) -> Sequence[Line]:
        source = self.source
        if self.asking:
            return [((f" {abridged(self.asking, width - 2)}", "warn"),)]
        if source.problem and view.state.header is not None:
            return [((f" {abridged(flat(source.problem), width - 2)}", "failed"),)]
        text, style = narrated(view)
        told = wrap(text, width - 2)[:LARGE] if view.large else [abridged(text, width - 2)]
        lines: list[Line] = [((f" {line}", f"{style} strong" if view.large else style),) for line in told]
        room = width - cell_len(lines[0][0][0]) - 1
        hints = PRESENTING if view.large else (*at_hand(view, source), *(ALWAYS if width < FULL else ALL))
        hint = _that_fit(hints, room - APART)
        lines[0] = (*lines[0], (f"{hint:>{room}}", "dim"))
        if over(view, source) and self.size.height != 1:
            lines.append(((f" {kept(source.path, width - 2)}", "dim"),))
        return lines


def at_hand(view: View, source: Source) -> tuple[str, ...]:
    """Keys of time that help just now and that the line of keys does not name."""
    if source.live:
        return ("‹replay.faster:+› faster",) if source.playing and view.state.header is not None and source.hurries else ()
    if source.at >= source.seconds:
        return ("‹replay.start:Home› start",)
    return ("‹replay.faster:+› faster", "‹replay.end:End› result") if source.playing else ("‹replay.end:End› result",)


def _that_fit(hints: tuple[str, ...], room: int) -> str:
    """As many of the last of them as there is room for."""
    rest = with_keys(" · ".join(hints))
    return rest if not hints or cell_len(rest) <= room else _that_fit(hints[1:], room)


def over(view: View, source: Source) -> bool:
    """True once a live session has ended: then there is a line more to say where it is kept."""
    return source.live and view.state.status is not None and not source.playing


def kept(path: Path | None, width: int) -> str:
    """Where the session is and how to see it again, as fully as there is room."""
    if path is None:
        return "This session was not saved."
    try:
        shown = f"~/{path.relative_to(Path.home())}"
    except ValueError:
        shown = str(path)
    again = with_keys("‹run.replay:R› replays it")
    whole = f"Kept in {shown} · {again}"
    return whole if cell_len(whole) <= width else cut(f"{again} · kept as {path.stem}", width)


class Trouble(Panel):
    """Why there is nothing to see."""

    HELP = "The run could not start. The sentence says what is wrong and what to do; Esc goes back to change it."

    def __init__(self, source: Source, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.source = source

    def key(self, view: View) -> Hashable:
        return self.source.problem

    def heading(self, view: View) -> str:
        return "This run could not start"

    def body(self, view: View, width: int) -> Sequence[Line]:
        text = [((" " + line, "plain"),) for line in wrap(self.source.problem, min(width - 2, 90))]
        return [(), *text, (), ((" Nothing was spent. Esc goes back.", "dim"),)]
