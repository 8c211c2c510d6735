"""The lines of a verdict: Q and M, the five scores in bars and words, the court, the reasons, and what lessens its worth."""

from __future__ import annotations

from rich.cells import cell_len

from selforg_tui.core.court import Graded, Median
from selforg_tui.core.ids import JUDGE_SEAT, CallId
from selforg_tui.core.state import SessionState, TaskState
from selforg_tui.sessions.verdicts import Guess
from selforg_tui.tui.named import with_keys
from selforg_tui.tui.run.judge.guess import told
from selforg_tui.tui.run.judge.quality import quality
from selforg_tui.tui.run.surface.cells import Line, both_ends, cut, flat, wrap
from selforg_tui.tui.run.surface.digits import HEIGHT, large
from selforg_tui.tui.run.view import View, of_four

WORDS = {1: "poor", 2: "weak", 3: "good", 4: "great"}
ROOMY = 50
"""From this width on the reasons stand beside the scores."""


TALL = 12
"""From so many lines on Q and M are written large."""
WIDEST = 110
"""Cells over which text is still read easily."""


def verdict(view: View, width: int, guess: Guess | None = None, height: int = 0) -> list[Line]:
    """The whole of it, Q and M in large figures from `TALL` lines on; with anchors and reasons where there is room."""
    task = view.task
    if task is None or task.scores is None:
        lines = _none_yet(view, task, width, guess)
    else:
        lines = [*_figures(task, width, height), *_guessed(task, guess, width), ()]
        for name, score in task.scores.items():
            lines += _bar(name, score, width, _anchor(view, name, score) if width >= ROOMY else "")
            if width >= ROOMY and len(task.verdicts) < 2:
                lines += _reasons(task, name, width)
        if len(task.verdicts) > 1:
            lines += [(), *_court(task, width)]
            for name in task.scores if width >= ROOMY else ():
                lines += [(), ((f" {name}", "title"),), *_reasons(task, name, width)]
    warning = caution(view)
    if warning:
        lines += [(), *(((f" {line}", "simulated" if "simulated" in warning else "warn"),) for line in wrap(warning, width - 2))]
    lines += of_paper(view, width)
    if task is not None and task.scores is not None and width < ROOMY and view.chosen != JUDGE_SEAT:
        lines += [(), ((with_keys(" ‹run.judge:j› tells why"), "dim"),)]
    return lines


def _figures(task: TaskState, width: int, height: int) -> list[Line]:
    """Q and M, large where there is room."""
    q, m = map(of_four, quality(task.scores))
    many = _many(task)
    if height < TALL:
        gap = " " * (2 if many else 4)
        return [((" Q ", "title"), (q, "strong"), (f"{gap}M ", "title"), (m, "strong"), (many, "dim"))]
    tall_q, tall_m = large(q), large(m)
    lines: list[Line] = []
    for row in range(HEIGHT):
        names = ("Q", "M") if row == HEIGHT - 1 else (" ", " ")
        line: Line = ((f" {names[0]} ", "title"), (tall_q[row], "strong"), (f"   {names[1]} ", "title"), (tall_m[row], "strong"))
        lines.append(line)
    if many:
        lines.append(((cut(f" {many.strip()}", width), "dim"),))
    return lines


def _guessed(task: TaskState, guess: Guess | None, width: int) -> list[Line]:
    text = told(guess, quality(task.scores)[0])
    return [((f" {line}", "parent"),) for line in wrap(text, width - 2)] if text else []


def _anchor(view: View, name: str, score: Graded) -> str:
    """What a score stands for, in the words that the judge was given; empty where its text has none, and between two."""
    from selforg_tui.judging.anchors import anchors
    from selforg_tui.prompts import load

    header = view.state.header
    text = (header.prompts.get("judge.txt") if header is not None else "") or load()["judge.txt"]
    words = anchors(text)[name][1]
    if score.score == int(score.score):
        return words[int(score.score)]
    low = int(score.score)
    return f"between “{words[low]}” and “{words[low + 1]}”" if words[low] else ""


def caution(view: View) -> str:
    """What lessens the verdict's worth."""
    header, task = view.state.header, view.task
    if header is None:
        return ""
    if task is not None and task.scores is not None and (task.judge_simulated or view.state.simulated.judge):
        return "A simulated judge: not evidence."
    agents = {spec.name for spec in header.config.models}
    if any(not judge.simulated and judge.name in agents for judge in header.config.judges):
        one = "The judge" if len(header.config.judges) == 1 else "One judge"
        return f"{one} is the same model as the agents: it may favour itself."
    return ""


def of_paper(view: View, width: int) -> list[Line]:
    """The paper's nearest figure, with all conditions where there is room, once there is a Q to stand beside it; else nothing."""
    from selforg_tui.lab import paper

    if view.task is None or view.task.scores is None:
        return []
    level = view.task.level
    one = next((one for one in paper.beside(view.state) if one.level == level), None)
    if one is None:
        return []
    if width < ROOMY:
        return [(), *(((f" {line}", "dim"),) for line in wrap(paper.brief(view.state, level), width - 2))]
    room = min(width, WIDEST) - 2
    texts = [f"The paper's {one.figure.title} has Q {one.figure.value:.3f}, measured so: {one.figure.setup}.", "What differs here:"]
    lines: list[Line] = [(), *(((f" {line}", "plain"),) for text in texts for line in wrap(text, room))]
    for text in one.differs:
        first, *more = wrap(text, room - 4)
        lines += [((f"   · {first}", "dim"),), *(((f"     {line}", "dim"),) for line in more)]
    note = paper.NEVER if one.simulated else "Other tasks and conditions: no score to reach."
    return [*lines, *(((f" {line}", "simulated" if one.simulated else "dim"),) for line in wrap(note, room))]


def _many(task: TaskState) -> str:
    """How many of the court the medians are of. They are of dimensions, so Q need not be the median of the judges' Q."""
    scored = sum(verdict.scores is not None for verdict in task.verdicts.values())
    return f"  medians of {scored}" if len(task.verdicts) > 1 else ""


def _reasons(task: TaskState, name: str, width: int) -> list[Line]:
    """What the judges gave as their reasons for one dimension, with each one's score where they are several."""
    lines: list[Line] = []
    for place, verdict in task.verdicts.items():
        score = verdict.scores.get(name) if verdict.scores else None
        if score is not None and score.rationale:
            who = f"{place + 1} gives {score.score}: " if len(task.verdicts) > 1 else ""
            lines += [((" " * 4 + line, "dim"),) for line in wrap(who + flat(score.rationale), width - 5)]
    return lines


def _court(task: TaskState, width: int) -> list[Line]:
    """Each judge's Q, and how far they agree."""
    from selforg_tui.metrics.agreement import agreement

    lines: list[Line] = []
    for place, verdict in task.verdicts.items():
        q, _ = quality(verdict.scores)
        name, end = f" {place + 1} {flat(verdict.model)}", f"Q {of_four(q)}" if verdict.scores else "unscored"
        lines.append(((both_ends(name, end, width - 1), "plain" if verdict.scores else "warn"),))
        if not verdict.scores and width >= ROOMY:
            lines += [((" " * 4 + line, "warn"),) for line in wrap(flat(verdict.unscored), width - 5)]
    found = agreement([[verdict.scores for verdict in task.verdicts.values() if verdict.scores]])
    if found.exact is not None and found.within_one is not None:
        lines.append(((f" agree {found.exact:.0%} · ±1 {found.within_one:.0%}", "dim"),))
    return lines


def _bar(name: str, graded: Graded, width: int, anchor: str) -> list[Line]:
    """A score in a bar and a word, and its anchor where there is one to tell."""
    room = max(0, min(8, (width - 27) // 4 * 4)) or 4
    score = graded.score
    filled = int(room * score // 4)
    if isinstance(graded, Median):
        after = f" {graded.low}–{graded.high}" if graded.low < graded.high else " all"
    else:
        after = f" {WORDS[graded.score]}"
    line: Line = (
        (f" {name:<14}", "plain"),
        ("█" * filled, "bar"),
        ("░" * (room - filled), "rest"),
        (f" {score:g}".ljust(4) if isinstance(graded, Median) else f" {score}", "strong"),
        (after, "dim"),
    )
    used = sum(cell_len(text) for text, _ in line)
    if not anchor:
        return [line]
    if used + cell_len(anchor) + 3 < width:
        return [(*line, (f"   {anchor}", "plain"))]
    return [line, *(((f"    {text}", "plain"),) for text in wrap(anchor, width - 5))]


def _none_yet(view: View, task: TaskState | None, width: int, guess: Guess | None) -> list[Line]:
    header = view.state.header
    if task is not None and task.unscored:
        text, style = f"Not judged: {flat(task.unscored)}", "warn"
    elif header is not None and header.config.judge is None:
        text, style = "Nobody judges this session.", "dim"
    elif task is not None and any(CallId.parse(name).seat == JUDGE_SEAT for name in task.calls):
        text, style = "◐ reading the solution …", "deciding"
    elif view.state.status is not None:
        text, style = "Not judged: the session ended before.", "dim"
    else:
        text, style = "judged when all have spoken", "dim"
    lines: list[Line] = [((f" {line}", style),) for line in wrap(text, width - 2)]
    if task is not None and not task.unscored and header is not None and header.config.judge is not None:
        if guess is not None:
            lines += [(), *(((f" {line}", "strong"),) for line in wrap(told(guess, None), width - 2))]
        if view.state.status is None and (guess is None or guess.replayed or view.live):  # a blind guess stays
            lines += [
                *([()] if guess is None else []),
                ((with_keys(" ‹run.guess:g› "), "title"), ("another guess" if guess is not None else "your guess of Q", "dim")),
            ]
    return lines + _last(view.state, task)


def _last(state: SessionState, task: TaskState | None) -> list[Line]:
    earlier = [one for one in state.tasks if one.scores is not None and task is not None and one.number < task.number]
    if not earlier:
        return []
    q, m = quality(earlier[-1].scores)
    return [(), ((" last task  ", "dim"), ("Q ", "title"), (of_four(q), "strong"), ("  M ", "title"), (of_four(m), "strong"))]
