"""What a session came to, as plain text: solutions, scores, what it took."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from selforg_tui.cli.lines import clock, simulated, title, verdict
from selforg_tui.core.ids import label
from selforg_tui.core.state import SessionState, Tally, TaskState
from selforg_tui.core.text import clean, one_line
from selforg_tui.metrics import effort, structure


def report(state: SessionState, path: Path | None) -> Iterator[str]:
    """The whole session; `path` is where it is kept, None where it is not."""
    yield title(state)
    yield f"Mission: {one_line(state.started.config.mission, 400)}"
    for task in state.tasks:
        yield ""
        yield from _task(state, task)
    yield ""
    yield _whole(state)
    for warning in state.warnings:
        yield f"Note: {one_line(warning, 400)}"
    yield f"Saved as {path}" if path else "Not saved."


def problems(state: SessionState) -> Iterator[str]:
    """Why the session did not come to a whole result; nothing where it did."""
    if state.status in (None, "done", "interrupted"):
        return
    reasons = [seat.reason for task in state.tasks for seat in task.seats.values() if seat.status == "failed" and seat.reason]
    first = f" {one_line(reasons[0], 300)}" if reasons else ""
    yield one_line(state.ended, 300) + (first if state.status != "limit" else "")


def money(usd: float | None, imaginary: bool) -> str:
    """`$0.0117`; says where the price is unknown or imaginary."""
    if usd is None:
        return "cost unknown"
    return f"${usd:.4f}" + (" (imaginary)" if imaginary else "")


def imaginary_prices(state: SessionState) -> bool:
    """True where any price is that of a simulated model."""
    return any(price is not None and price.imaginary for price in state.started.prices.values())


def _task(state: SessionState, task: TaskState) -> Iterator[str]:
    number = f"Task {task.number} ({task.level}): " if len(state.started.config.tasks) > 1 else f"Task ({task.level}): "
    yield number + one_line(task.text, 400)
    yield ""
    yield clean(task.solution) or "(no solution)"
    yield ""
    if task.scores:
        mark = " (SIMULATED)" if task.judge_simulated else ""
        yield f"Judge {one_line(task.judged_by)}{mark}: {verdict(task.scores)}"
    else:
        yield f"Unjudged: {one_line(task.unscored or 'the run ended before.', 300)}"
    yield _team(task)
    yield from _failures(task)
    tally = effort.tally(effort.by_team(state.calls[name] for name in task.calls))
    ended = task.ended if task.ended is not None else state.t
    yield f"Took {clock(ended - task.started)}, {_tokens(tally)}, {money(tally.known_cost, imaginary_prices(state))}"


def _team(task: TaskState) -> str:
    statuses = [seat.status for seat in task.seats.values()]
    words = {
        "in": "took part",
        "out": "stayed out",
        "left out": "left out",
        "failed": "failed",
        "waiting": "not asked",
        "deciding": "cut off",
    }
    counts = [f"{statuses.count(status)} {word}" for status, word in words.items() if status in statuses]
    roles = len(set(structure.roles(task)))
    return f"Team: {', '.join(counts)} · {roles} role{'s' if roles != 1 else ''} · hierarchy depth {structure.hierarchy_depth(task)}"


def _failures(task: TaskState) -> Iterator[str]:
    seats: dict[str, list[str]] = {}
    for seat in task.seats.values():
        if seat.status == "failed":
            seats.setdefault(one_line(seat.reason, 300), []).append(label(seat.seat))
    for reason, labels in seats.items():
        yield f"  {', '.join(labels)} FAILED: {reason}"


def _tokens(tally: Tally) -> str:
    cached = f" ({tally.cached * 100 // tally.input} % cached)" if tally.input and tally.cached else ""
    return f"{tally.input:,} tokens in{cached}, {tally.output:,} out" + (" (partly estimated)" if tally.uncounted else "")


def _whole(state: SessionState) -> str:
    status = (state.status or "interrupted").replace("_", " ")
    text = f"Session {state.started.id}: {status}."
    if state.ended:
        text += f" {one_line(state.ended, 300)}"
    imaginary = imaginary_prices(state)
    text += f" Team {money(state.team.known_cost, imaginary)}"
    if state.judging.calls:
        text += f", judging {money(state.judging.known_cost, imaginary)}"
    mark = simulated(state)
    return f"{text}. {mark}: a model of the mechanism, no evidence." if mark else f"{text}."
