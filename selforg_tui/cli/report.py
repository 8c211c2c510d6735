"""What a session came to, as plain text: solutions, scores, what it took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from selforg_tui.cli.lines import clock, simulated, title, verdict
from selforg_tui.cli.output import table
from selforg_tui.core.ids import label
from selforg_tui.core.state import CallState, SessionState, Tally, TaskState
from selforg_tui.core.text import clean, one_line
from selforg_tui.metrics import agreement, by_model, effort, money, resilience, roles, structure
from selforg_tui.metrics.model_table import HEADINGS, ended_badly, rows_of


def report(state: SessionState, path: Path | None) -> Iterator[str]:
    """The whole session; `path` is where it is kept, None where it is not."""
    yield title(state)
    yield f"Mission: {one_line(state.started.config.mission, 400)}"
    for task in state.tasks:
        yield ""
        yield from _task(state, task)
    yield ""
    yield from _shocks(state)
    yield from _models(state)
    yield from _paper(state)
    yield _whole(state)
    told = agreed(agreement.agreement([[one.scores for one in task.verdicts.values() if one.scores] for task in state.tasks]))
    if told and len(state.tasks) > 1:
        yield f"The judges over all tasks: {told}."
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


def cost(tally: Tally) -> str:
    """`$0.0117`; says where the price is unknown, in part or at all, or imaginary."""
    text = money.spent(tally)
    return "cost unknown" if text == money.UNKNOWN else text


def imaginary_prices(state: SessionState) -> bool:
    """True where all money of the session so far is that of simulated models."""
    return money.together(state.team, state.judging, state.writing).all_imaginary


def _task(state: SessionState, task: TaskState) -> Iterator[str]:
    number = f"Task {task.number} ({task.level}): " if len(state.started.config.tasks) > 1 else f"Task ({task.level}): "
    yield number + one_line(task.text, 400)
    yield ""
    yield clean(task.solution) or "(no solution)"
    yield ""
    mark = " (SIMULATED)" if task.judge_simulated else ""
    if len(task.verdicts) > 1:
        yield from _court(task)
    if task.scores:
        who = f"Judge {one_line(task.judged_by)}" if len(task.verdicts) < 2 else "The court, by medians"
        yield f"{who}{mark}: {verdict(task.scores)}"
    else:
        yield f"Unjudged: {one_line(task.unscored or 'the run ended before.', 300)}"
    yield from _write_up(task)
    yield _team(task)
    yield from _failures(task)
    tally = effort.tally(effort.by_team(state.calls[name] for name in task.calls))
    ended = task.ended if task.ended is not None else state.t
    yield from _outcomes(state.calls[name] for name in task.calls)
    yield f"Took {clock(ended - task.started)}, {_tokens(tally)}, {cost(tally)}"


def _write_up(task: TaskState) -> Iterator[str]:
    if task.write_up:
        yield from ("", f"Write-up by {one_line(task.written_by)}, made of the solution and not judged:", "", clean(task.write_up), "")
    elif task.unwritten:
        yield f"No write-up: {one_line(task.unwritten, 300)}"


def _court(task: TaskState) -> Iterator[str]:
    """A line for each judge, and how far they agree."""
    for place, one in task.verdicts.items():
        said = verdict(one.scores) if one.scores else f"unscored: {one_line(one.unscored, 300)}"
        yield f"Judge {place + 1} {one_line(one.model)}{' (SIMULATED)' if one.simulated else ''}: {said}"
    told = agreed(agreement.agreement([[one.scores for one in task.verdicts.values() if one.scores]]))
    if told:
        yield f"The judges: {told}"


def agreed(found: agreement.Agreement) -> str:
    """`the same score in 60 % of pairs, at most one apart in 100 %`; empty where nobody could agree with anybody."""
    if found.exact is None or found.within_one is None:
        return ""
    text = f"the same score in {found.exact:.0%} of pairs, at most one apart in {found.within_one:.0%}"
    return text + (f"; Krippendorff's alpha (ordinal) {found.alpha:.2f} over {found.items} items" if found.alpha is not None else "")


def _team(task: TaskState) -> str:
    statuses = [seat.status for seat in task.seats.values()]
    words = {
        "in": "took part",
        "out": "stayed out",
        "left out": "left out",
        "failed": "failed",
        "waiting": "not asked",
        "deciding": "cut off",
        "removed": "removed by a shock",
    }
    counts = [f"{statuses.count(status)} {word}" for status, word in words.items() if status in statuses]
    unique = roles.unique_roles(roles.roles(task))
    return f"Team: {', '.join(counts)} · {unique} role{'s' if unique != 1 else ''} · hierarchy depth {structure.hierarchy_depth(task)}"


def _failures(task: TaskState) -> Iterator[str]:
    seats: dict[str, list[str]] = {}
    for seat in task.seats.values():
        if seat.status == "failed":
            seats.setdefault(one_line(seat.reason, 300), []).append(label(seat.seat))
    for reason, labels in seats.items():
        yield f"  {', '.join(labels)} FAILED: {reason}"


def costlier_cache(tally: Tally) -> str:
    """Of a cache that has not paid yet."""
    return f"writing the cache cost {money.dollars(-tally.saved)} more than reading it saved"


def _outcomes(calls: Iterable[CallState]) -> Iterator[str]:
    found = ended_badly(effort.outcomes(calls))
    if found:
        yield f"Calls that did not end well: {', '.join(found)}"


def _shocks(state: SessionState) -> Iterator[str]:
    """Each shock, and what became of Q after it."""
    recovered = {id(each.shock): each for each in resilience.recoveries(state)}
    for shock in state.shocks:
        place = f"task {shock.task}" + (f", after {shock.after} contribution{'s' * (shock.after != 1)}" if shock.after else "")
        yield f"Shock{'' if shock.planned else ' by hand'} ({place}): {one_line(shock.text, 400)}"
        found = recovered.get(id(shock))
        if found is None:
            continue
        after = " → ".join("unjudged" if q is None else f"{q:.3f}" for _, q in found.after)
        before = "unknown" if found.before is None else f"{found.before:.3f}"
        index = "undefined" if found.index is None else f"{found.index:.3f}"
        yield f"  Q {before} before, then {after or 'nothing'} · resilience index {index} · {got_over(found)}"
    if state.shocks:
        yield ""


def got_over(found: resilience.Recovery) -> str:
    """How long a team took to get over a shock, in words."""
    if found.index is None:
        return "recovery undefined"
    if found.tasks is None:
        return "Q not back within 5 % so far"
    return f"Q back within 5 % after {found.tasks} task{'s' * (found.tasks != 1)}"


def _models(state: SessionState) -> Iterator[str]:
    """A table by model, where the team has more than one."""
    rows = by_model.by_model(state)
    if sum(not row.judge and not row.writer for row in rows) < 2:
        return
    level = state.started.config.arrangement == "by-level"
    yield "By model" + ("" if level else " (Q belongs to whole solutions: models that work on the same task share it)")
    yield from table([HEADINGS, *rows_of(rows)])
    yield ""


def _paper(state: SessionState) -> Iterator[str]:
    """The paper's figures, with the conditions that differ; nothing where it has none."""
    from selforg_tui.lab import paper

    found = paper.lines(state)
    if found:
        yield "Beside the paper (arXiv:2603.28990; context, no score to reach)"
        yield from (f"  {line}" for line in found)
        yield ""


def _tokens(tally: Tally) -> str:
    cached = f" ({tally.cached * 100 // tally.input} % cached)" if tally.input and tally.cached else ""
    counted = f" ({tally.uncounted} of {tally.calls} calls not as the provider reported)" if tally.uncounted else ""
    return f"{tally.input:,} tokens in{cached}, {tally.output:,} out{counted}"


def _whole(state: SessionState) -> str:
    status = (state.status or "interrupted").replace("_", " ")
    text = f"Session {state.started.id}: {status}."
    if state.ended:
        text += f" {one_line(state.ended, 300)}"
    text += f" Team {cost(state.team)}"
    if state.again.calls:
        text += f" (of which {effort.again(state.calls.values())}: {cost(state.again)})"
    if state.judging.calls:
        text += f", judging {cost(state.judging)}"
    if state.writing.calls:
        text += f", write-up {cost(state.writing)}"
    if state.team.saved:
        text += f"; caching saved {money.dollars(state.team.saved)}" if state.team.saved > 0 else f"; {costlier_cache(state.team)}"
    if state.waiting >= 1:
        text += f"; agents worked {state.working:.0f} s and waited {state.waiting:.0f} s"
    mark = simulated(state)
    return f"{text}. {mark}: a model of the mechanism, no evidence." if mark else f"{text}."
