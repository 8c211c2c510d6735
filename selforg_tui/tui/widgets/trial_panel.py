"""A trial of chosen against fixed roles: pairs as dots, the interval on a line, the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.visual import VisualType
from textual.widget import Widget

from selforg_tui.core.text import one_line
from selforg_tui.tui.widgets.interval_line import interval_line

if TYPE_CHECKING:
    from selforg_tui.lab.threshold import Step, Trial
    from selforg_tui.lab.verdict import Side, Verdict

DOTS = {"none": "○", "one": "◐", "both": "●", "lost": "✗", "running": "◌"}
LEGEND = "● pair done  ◐ one side  ◌ at work  ✗ without Q  ○ to come"
HEADINGS = {"helps": ("AUTONOMY HELPS", "$success"), "hurts": ("AUTONOMY HURTS", "$warning"), "undecided": ("UNDECIDED", "$muted")}
BEFORE = """The same tasks are run with roles that the agents choose (Sequential) and with fixed roles, drawn up once a mission. Turns, \
seeds and judge are the same, so the pairs differ in nothing else. Below the threshold of capability a fixed role gives better results."""


class TrialPanel(Widget):
    """What was done so far; nothing of it is kept here but the last look."""

    DEFAULT_CSS = "TrialPanel { height: auto; }"

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._trial: Trial | None = None
        self._step: Step | None = None
        self._verdict: Verdict | None = None

    def show(self, trial: Trial, step: Step | None, verdict: Verdict) -> None:
        """The trial, what is at work in it, and what the pairs so far say."""
        self._trial, self._step, self._verdict = trial, step, verdict
        self.refresh(layout=True)

    def render(self) -> VisualType:
        if self._trial is None or self._verdict is None:
            return Content.styled(BEFORE, "$muted")
        return Content("\n").join(look(self._trial, self._step, self._verdict, max(30, self.size.width)))


def look(trial: Trial, step: Step | None, verdict: Verdict, width: int) -> list[Content]:
    """All lines."""
    lines = [Content.styled("SIMULATED: a model of the mechanism, no evidence.", "$simulated")] if verdict.simulated else []
    lines += dots(trial, step, width)
    line = interval_line(verdict.difference, verdict.interval, min(width, 72), "fixed roles better", "chosen roles better")
    lines += [Content(""), line, Content("")]
    word, style = HEADINGS[verdict.decision]
    if step is None:
        stopped = "" if verdict.complete else f"  not complete: {verdict.pairs + verdict.lost} of {verdict.planned} pairs"
        lines.append(Content.assemble((word, f"bold {style}"), (stopped, "$warning")))
    else:
        lines.append(Content.assemble(("so far  ", "$muted"), (word, style)))
    lines += [Content(verdict.text), Content("")]
    lines += [side(name, found) for name, found in verdict.sides.items()]
    lines += [Content.styled(f"▲ {text}", "$muted") for text in verdict.notes]
    return lines


def dots(trial: Trial, step: Step | None, width: int) -> list[Content]:
    """A row for each mission, a dot for each pair; counts where the dots have no room."""
    found = {(each.mission, each.seed, each.arm): each for each in trial.outcomes}
    rows, design = [], trial.design
    wide = min(24, max(len(example.name) for example in trial.missions)) + 2
    for place, example in enumerate(trial.missions):
        states = []
        for repeat in range(design.repeats):
            sides = [found.get((example.name, design.seed + repeat, arm)) for arm in ("chosen", "fixed")]
            if step is not None and step.kind != "roles" and (step.mission, step.repeat) == (place, repeat):
                states.append("running")
            elif all(one is not None for one in sides):
                states.append("lost" if any(one is not None and one.q is None for one in sides) else "both")
            else:
                states.append("one" if any(one is not None for one in sides) else "none")
        told = "".join(DOTS[state] for state in states)
        if len(told) > width - wide - 16:
            told = f"{states.count('both') + states.count('lost')} of {design.repeats}"
        drawing = "  drawing up roles …" if step is not None and step.kind == "roles" and step.mission == place else ""
        rows.append(Content.assemble(f"{one_line(example.name, 24):<{wide}}", (told, "$primary"), (drawing, "$muted")))
    return [*rows, Content.styled(LEGEND, "$muted")]


def side(name: str, found: Side) -> Content:
    """One arm in a line."""
    q = "–" if found.q is None else f"{found.q:.3f}"
    words = "–" if found.words is None else f"{found.words:,.0f}"
    bad = [
        f"{count} {what}"
        for count, what in ((found.failed, "failed seats"), (found.unread, "unread replies"), (found.unscored, "unjudged"))
        if count
    ]
    return Content.assemble(
        (f"{name + ' roles':<14}", "$muted"),
        ("Q ", "$muted"),
        (q, "bold"),
        f"  {words} words  {found.runs} runs",
        (f"  {', '.join(bad)}" if bad else "", "$warning"),
    )
