"""What a judge makes of the solution: Q, M, the five scores in bars and words, and why."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from selforg_tui.core.court import Graded, Median, judges_in_words
from selforg_tui.core.ids import JUDGE_SEAT, CallId
from selforg_tui.core.state import SessionState, TaskState
from selforg_tui.tui.run.surface.cells import Line, both_ends, flat, wrap
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.view import View, of_four

WORDS = {1: "poor", 2: "weak", 3: "good", 4: "great"}
ROOMY = 60
"""From this width on the reasons stand beside the scores."""


class Judge(Panel):
    """The verdict on the task that is looked at, or why there is none yet."""

    HELP = """Five scores from 1 to 4. Q = (accuracy + completeness + coherence + actionability) / 16; M = mission / 4. The judge sees \
mission, task and solution, and nothing of who wrote it. One verdict proves nothing: Q moves in steps of 1/16.

Of several judges the median counts, dimension by dimension; beside it stand the lowest and the highest score. Agree: the share of \
pairs of judges with the same score, and with scores at most one apart."""

    def key(self, view: View) -> Hashable:
        return (view.task.number, view.task.version, view.state.status, view.chosen == JUDGE_SEAT) if view.task else None

    def heading(self, view: View) -> str:
        name = judge_name(view)
        return f"Judge ── {name}" if name else "Judge"

    def body(self, view: View, width: int) -> Sequence[Line]:
        return verdict(view, width)


def judge_name(view: View) -> str:
    """Who judges, by the config or as it signed."""
    if view.task is not None and view.task.judged_by:
        return flat(view.task.judged_by)
    header = view.state.header
    return flat(judges_in_words(header.config)) if header is not None else ""


def quality(scores: Mapping[str, Graded] | None) -> tuple[float | None, float | None]:
    """Q and M; None without a verdict."""
    from selforg_tui.metrics.quality import m, q

    return (None, None) if scores is None else (q(scores), m(scores))


def verdict(view: View, width: int) -> list[Line]:
    """The whole of it; with reasons where there is room."""
    task = view.task
    if task is None or task.scores is None:
        lines = _none_yet(view, task, width)
    else:
        q, m = quality(task.scores)
        many = _many(task)
        gap = " " * (2 if many else 4)
        lines = [((" Q ", "title"), (of_four(q), "strong"), (f"{gap}M ", "title"), (of_four(m), "strong"), (many, "dim")), ()]
        for name, score in task.scores.items():
            lines.append(_bar(name, score, width))
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
        lines += [(), ((" j tells why", "dim"),)]
    return lines


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
    """The paper's nearest figure, once there is a Q to stand beside it; nothing where it has none."""
    from selforg_tui.lab import paper

    if view.task is None or view.task.scores is None:
        return []
    told = paper.brief(view.state, view.task.level)
    return [(), *(((f" {line}", "dim"),) for line in wrap(told, width - 2))] if told else []


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


def _bar(name: str, graded: Graded, width: int) -> Line:
    room = max(0, min(8, (width - 27) // 4 * 4)) or 4
    score = graded.score
    filled = int(room * score // 4)
    if isinstance(graded, Median):
        after = f" {graded.low}–{graded.high}" if graded.low < graded.high else " all"
    else:
        after = f" {WORDS[graded.score]}"
    return (
        (f" {name:<14}", "plain"),
        ("█" * filled, "bar"),
        ("░" * (room - filled), "rest"),
        (f" {score:g}".ljust(4) if isinstance(graded, Median) else f" {score}", "strong"),
        (after, "dim"),
    )


def _none_yet(view: View, task: TaskState | None, width: int) -> list[Line]:
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
    return lines + _last(view.state, task)


def _last(state: SessionState, task: TaskState | None) -> list[Line]:
    earlier = [one for one in state.tasks if one.scores is not None and task is not None and one.number < task.number]
    if not earlier:
        return []
    q, m = quality(earlier[-1].scores)
    return [(), ((" last task  ", "dim"), ("Q ", "title"), (of_four(q), "strong"), ("  M ", "title"), (of_four(m), "strong"))]
