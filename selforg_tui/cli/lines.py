"""A session as lines of plain text, one or a few for each thing that happens: for pipes, screen readers and live progress."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from selforg_tui.core import events as ev
from selforg_tui.core.court import Graded, judges_in_words, place_of
from selforg_tui.core.ids import JUDGE_SEAT, WRITER_SEAT, CallId, label
from selforg_tui.core.seating import switches_in_words, team_in_words
from selforg_tui.core.shocks import in_words
from selforg_tui.core.state import SessionState
from selforg_tui.core.text import first_sentence, one_line
from selforg_tui.metrics import quality

LONG_WAIT = 0.1
"""Seconds of waiting for a turn that are worth telling."""
_MOST_LABELS = 12


def lines(event: ev.AnyEvent, state: SessionState) -> Iterator[str]:
    """What to print of an event that `state` already has taken into account."""
    for text in _told(event, state):
        yield f"{clock(event.t)}  {text}"


def clock(seconds: float) -> str:
    """`01:05`, with hours where there are any."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def title(state: SessionState) -> str:
    """Who does it, in one line, with SIMULATED where any of it is."""
    from selforg_tui.protocols import registry

    config = state.started.config
    protocol = registry.find(config.protocol).title if config.protocol in registry.OURS else config.protocol
    judge = f"judge{'s' * (len(config.judges) > 1)} {judges_in_words(config)}" if config.judge else "no judge"
    agents = f"{config.agents} agent{'s' if config.agents > 1 else ''}"
    parts = [protocol, agents, team_in_words(config), *switches_in_words(config), judge, f"seed {config.seed}"]
    if config.shocks:
        parts.append(f"shocks {in_words(config.shocks)}")
    return one_line(" · ".join(parts + ([mark] if (mark := simulated(state)) else [])), 400)


def simulated(state: SessionState) -> str:
    """`SIMULATED` and which part, or nothing."""
    found = state.simulated
    if not found.agents and not found.judge:
        return ""
    if found.agents and (found.judge or state.started.config.judge is None):
        return "SIMULATED"
    return "SIMULATED agents" if found.agents else "SIMULATED judge"


def slowed(event: ev.SlowedDown) -> str:
    """How a provider is spared from now on."""
    return f"a pause of {event.seconds:.0f} s, then at most {event.at_once} call{'s' * (event.at_once != 1)} at once"


def verdict(scores: Mapping[str, Graded]) -> str:
    """`Q 0.812 · M 0.75 · accuracy 3, …`."""
    each = ", ".join(f"{name} {score.score:g}" for name, score in scores.items())
    q, m = quality.q(scores), quality.m(scores)
    return f"Q {q or 0:.3f} · M {m or 0:.2f} · {each}"


def _told(event: ev.AnyEvent, state: SessionState) -> Iterator[str]:
    match event:
        case ev.SessionStarted():
            yield title(state)
            yield f"Mission: {one_line(event.header.config.mission, 400)}"
        case ev.TaskStarted():
            yield f"Task {event.task} of {len(state.started.config.tasks)} ({event.level}): {one_line(event.text, 400)}"
        case ev.CallStarted():
            yield _asked(event)
        case ev.CallFinished(finish="length") if state.calls[event.call].purpose != "warm-up":
            yield f"{_who(event.call)}: the reply was cut off at its greatest length"
        case ev.CallFailed(kind="refused"):
            yield f"{_who(event.call)}: the model refused to answer, which is no abstention: {one_line(event.text, 300)}"
        case ev.CallFailed():
            again = f" Next try after {event.retry_in:.1f} s." if event.retry_in is not None else ""
            yield f"{_who(event.call)}: no usable reply: {one_line(event.text, 300)}{again}"
        case ev.Unread():
            again = " It is asked for once more." if event.repairing else ""
            yield f"{_who(event.call)}: the reply could not be read: {one_line(event.text, 300)}.{again}"
        case ev.Planned():
            for assignment in event.assignments:
                yield f"{label(event.seat)} hands {label(assignment.seat)} the role {one_line(assignment.role)}"
        case ev.Intended():
            yield f"{label(event.seat)} means to " + (
                f"be {_role(event.role)}: {one_line(event.text, 200)}" if event.participate else "stay out"
            )
        case ev.Signalled():
            yield f"{label(event.seat)} tends to be {_role(event.role)}, {event.intensity:.0%}"
        case ev.Rated():
            rated = ", ".join(f"{label(int(seat))}: {rating}" for seat, rating in event.ratings.items())
            yield f"{label(event.seat)} rates, of 10: {one_line(rated, 300)}"
        case ev.Decided():
            yield f"{label(event.seat)} in, as {_role(event.role)}: {first_sentence(event.contribution)}"
        case ev.Shocked():
            yield f"SHOCK{'' if event.planned else ' by hand'}: {one_line(event.text, 400)}"
        case ev.Abstained():
            how = "stays out" if event.kind == "voluntary" else "is left out"
            yield f"{label(event.seat)} {how}" + (f": {one_line(event.reason, 200)}" if event.reason else "")
        case ev.SeatFailed():
            who = label(event.seat) if event.seat != WRITER_SEAT else "The write-up"
            if event.seat == JUDGE_SEAT:
                who = f"Judge {place_of(event.step) + 1}" if len(state.started.config.judges) > 1 else "The judge"
            yield f"{who} FAILED: {one_line(event.reason, 300)}"
        case ev.Edge(kind="depends"):
            yield f"{label(event.child)} builds on {label(event.parent)}" + (f": {one_line(event.used, 200)}" if event.used else "")
        case ev.Edge(kind="clone"):
            yield f"{label(event.child)} varies what {label(event.parent)} did"
        case ev.Limit():
            yield f"Limit on {event.what} reached: {one_line(event.text, 300)}"
        case ev.LimitNear():
            yield f"Limit on {event.what} near: {one_line(event.text, 300)} Agents that are still to be asked are told to wrap up."
        case ev.SlowedDown():
            yield f"{one_line(event.place)} takes no more for now: {slowed(event)}"
        case ev.Warned():
            yield f"Note: {one_line(event.text, 400)}"
        case ev.Scored():
            mark = " (SIMULATED)" if state.calls[event.call].simulated else ""
            yield f"{_judge(event.judge, state)} {one_line(event.model)}{mark}: {verdict(event.scores)}"
        case ev.Unscored(judge=int()):
            yield f"{_judge(event.judge or 0, state)} gave no verdict: {one_line(event.reason, 300)}"
        case ev.TaskEnded() if state.task_of(event.task).scores and len(state.started.config.judges) > 1:
            yield f"The court, by medians: {verdict(state.task_of(event.task).scores or {})}"
        case ev.Unscored():
            yield f"Task {event.task} is unjudged: {one_line(event.reason, 300)}"
        case ev.WrittenUp():
            yield f"Written up by {one_line(event.model)}, not judged: {first_sentence(event.text)}"
        case ev.Unwritten():
            yield f"Task {event.task} is not written up: {one_line(event.reason, 300)}"
        case ev.SessionEnded():
            yield f"Ended: {event.status.replace('_', ' ')}." + (f" {one_line(event.text, 300)}" if event.text else "")


def _asked(event: ev.CallStarted) -> str:
    seen = ", ".join(event.sees) if len(event.sees) <= _MOST_LABELS else f"{len(event.sees)} things of others"
    again = {
        "first": "",
        "repair": ", asked once more for readable JSON",
        "retry": ", tried again",
        "warm-up": "",
    }[event.purpose]
    again += f", after {event.waited:.1f} s of waiting for its turn" if event.waited >= LONG_WAIT else ""
    if event.purpose == "warm-up":
        return f"A short call to {one_line(event.model)} goes ahead, so that those after it find their beginning in the cache{again}"
    sees = f", sees {one_line(seen)}" if seen else ""
    if CallId.parse(event.call).seat == WRITER_SEAT:
        return f"{_who(event.call)}: {one_line(event.model)} turns the solution into one text{again}"
    if CallId.parse(event.call).seat == JUDGE_SEAT:
        return f"{_who(event.call)} {one_line(event.model)} reads the solution{again}"
    step = {
        "plan": "draws up a plan",
        "intend": "is asked what it means to do",
        "signal": "is asked which role it tends to",
        "rate": "is asked to rate",
    }.get(event.kind, "is asked")
    return f"{_who(event.call)} {step}{sees}{again}"


def _who(call: str) -> str:
    found = CallId.parse(call)
    if found.seat == WRITER_SEAT:
        return "Write-up"
    if found.seat != JUDGE_SEAT:
        return label(found.seat)
    return f"Judge {place + 1}" if (place := place_of(found.step)) else "Judge"


def _judge(place: int, state: SessionState) -> str:
    return f"Judge {place + 1}" if len(state.started.config.judges) > 1 else "Judge"


def _role(text: str) -> str:
    return one_line(text) or "(no role)"
