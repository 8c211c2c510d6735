"""One agent (or the judge) in full: what it contributed, the exact prompt, the raw reply, and the facts of its calls."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from textual.content import Content

from selforg_tui.core.calls import Structure
from selforg_tui.core.ids import JUDGE_SEAT, label
from selforg_tui.core.state import CallState, SeatState
from selforg_tui.metrics import effort
from selforg_tui.metrics.model_table import OUTCOMES
from selforg_tui.metrics.money import dollars
from selforg_tui.tui.run.agent.sides import SIDES
from selforg_tui.tui.run.agent.streamed import fields
from selforg_tui.tui.run.agent.x_ray import x_ray
from selforg_tui.tui.run.judge.verdict import verdict
from selforg_tui.tui.run.surface.cells import Line, flat, safe, wrap
from selforg_tui.tui.run.surface.panel import Panel
from selforg_tui.tui.run.view import View, word_of


class Detail(Panel):
    """Shows the chosen agent; `side` says from which side. New text is followed as long as the end is in view."""

    HELP = """The chosen agent in full. 1: what it contributed and on what ground · 2: the exact prompt it was sent · 3: its reply as \
it came · 4: tokens, times, what it saw and used · 5: what the protocol lets it see. f lets the cursor follow whoever acts; y copies."""
    pause = 1 / 8

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.side = "contribution"
        self._shown: Hashable = None

    def flip(self, side: str) -> None:
        """Turn to another side of the agent."""
        self.side = side
        self._key = None

    def key(self, view: View) -> Hashable:
        calls = view.calls(view.chosen)
        seat = view.seat
        task = view.task
        return (
            self.side, view.chosen, task.number if task else 0, seat.version if seat else 0, task.version if task else 0,
            calls[-1].version if calls else 0,
        )  # fmt: skip

    def heading(self, view: View) -> str:
        status = word_of(view)
        return who(view) + (f" ── {status}" if status else "")

    def body(self, view: View, width: int) -> Sequence[Line]:
        shown = {"contribution": contribution, "prompt": prompt, "reply": reply, "facts": facts, "x-ray": x_ray}[self.side]
        return shown(view, width)

    def paint(self, view: View) -> None:
        at_end = self.scroll_offset.y >= self.max_scroll_y
        what = (self.side, view.chosen, view.task.number if view.task else 0)
        same = what == self._shown
        self._shown = what
        self.border_subtitle = sides(self.side)
        super().paint(view)
        if not same:
            self.scroll_to(y=0, animate=False, immediate=True)
        elif at_end and self.side != "prompt" and _streaming(view):
            self.scroll_end(animate=False, immediate=True)


def sides(shown: str) -> Content:
    """The sides of an agent with their keys, the one that is shown in brackets."""
    parts = [(f"[{place} {name}]", "bold $primary") if name == shown else f" {place} {name} " for place, name in enumerate(SIDES, 1)]
    return Content.assemble(*parts)


def who(view: View) -> str:
    """`02 clinical continuity planner`, or `Judge`."""
    if view.chosen == JUDGE_SEAT:
        return "Judge"
    seat = view.seat
    return " ".join(filter(None, (label(view.chosen), flat(seat.role) if seat else "")))


def text_of(view: View) -> str:
    """What a person would copy of the chosen agent: its contribution, its reason, or what arrived so far."""
    seat = view.seat
    if seat is not None and seat.contribution:
        return safe(seat.contribution)
    if seat is not None and seat.reason:
        return safe(seat.reason)
    calls = view.calls(view.chosen)
    return safe(calls[-1].text) if calls else ""


def contribution(view: View, width: int) -> list[Line]:
    """What the agent gave, and on what ground."""
    if view.chosen == JUDGE_SEAT:
        return verdict(view, width)
    seat = view.seat
    if seat is None:
        return [((" Nobody is chosen.", "dim"),)]
    lines: list[Line] = []
    if seat.status == "deciding":
        return _arriving(view, seat, width)
    if seat.assignment is not None:
        lines += _said("assigned", f"{seat.assignment.role}. {seat.assignment.brief}", width)
    if seat.intention and seat.status != "in":
        lines += _said("intends", seat.intention, width)
    if seat.reason:
        lines += _said("because" if seat.status != "failed" else "problem", seat.reason, width)
    lines += _built_on(view, seat, width)
    if seat.contribution:
        lines += [(), *_paragraphs(seat.contribution, width)]
    if seat.removed:
        lines += [*([()] if lines else []), *_said("removed", _how_removed(view, seat), width, "warn")]
    if seat.status == "waiting":
        lines.append(((" It has not been asked yet.", "dim"),))
    return lines


def _how_removed(view: View, seat: SeatState) -> str:
    shock = next((shock for shock in view.state.shocks if not shock.model and seat.seat in shock.seats), None)
    return f"In task {shock.task}: {shock.text}" if shock is not None else ""


def prompt(view: View, width: int) -> list[Line]:
    """The exact text that the agent was sent, call by call."""
    lines: list[Line] = []
    for call in view.calls(view.chosen):
        lines += [_call_line(call), *_paragraphs(view.state.prompt(str(call.id)), width), ()]
    return lines or [((" It has not been asked yet.", "dim"),)]


def reply(view: View, width: int) -> list[Line]:
    """What came back, as it came."""
    lines: list[Line] = []
    for call in view.calls(view.chosen):
        lines.append(_call_line(call))
        if call.reasoning:
            lines += [((" thought aloud, no part of the answer", "parent"),), *_paragraphs(call.reasoning, width, "dim")]
            lines.append(((" answer", "parent"),))
        lines += _paragraphs(call.text or ("(nothing yet)" if call.status == "running" else "(nothing)"), width)
        if call.finish == "length":
            lines += _said("cut off", "at its greatest length", width, "failed")
        if call.problem:
            lines += _said("problem", call.problem, width)
        lines.append(())
    return lines or [((" It has not been asked yet.", "dim"),)]


def facts(view: View, width: int) -> list[Line]:
    """Calls, tokens, times, what was visible and what was used."""
    seat, lines = view.seat, list[Line]()
    for call in view.calls(view.chosen):
        lines += [_call_line(call), *_call_facts(call, width), ()]
    if seat is not None:
        lines += _built_on(view, seat, width)
        if seat.dropped:
            lines += _said("ignored", f"{seat.dropped} dependence on something it could not see", width)
    return lines or [((" It has not been asked yet.", "dim"),)]


def _call_facts(call: CallState, width: int) -> list[Line]:
    said = [("model", call.model + (f" (answered by {call.answered_by})" if call.answered_by not in ("", call.model) else ""))]
    said.append(("simulated", "yes: a simulated model, not evidence")) if call.simulated else None
    said += _taken(call)
    if call.seconds is not None:
        said.append(("time", f"{call.seconds:.2f} s" + (f", first token after {call.first:.2f} s" if call.first is not None else "")))
    if call.waited >= 0.01:
        said.append(("waited", f"{call.waited:.2f} s before it went out, for its turn at the provider"))
    said.append(("saw", " ".join(call.sees) or "nothing of the others"))
    if call.shortened:
        said.append(("shortened", " ".join(call.shortened) + ": cut to role and first sentence so that the prompt fits"))
    if call.status == "done":
        said.append(("form", FORMS[call.structure]))
    ended = effort.outcome(call)
    if ended:
        said.append(("ended", OUTCOMES.get(ended, ended) + ("; this is no abstention" if ended == "refused" else "")))
    if call.problem:
        said.append(("problem", _problem(call)))
    if call.finish not in ("", "stop", "length"):
        said.append(("finish", call.finish))
    return [line for name, text in said for line in _said(name, text, width)]


FORMS: dict[Structure, str] = {
    "schema": "held to a JSON schema by the provider",
    "json": "held to JSON by the provider",
    "text": "asked for in words only",
}
"""What held a reply to its form."""


def _taken(call: CallState) -> list[tuple[str, str]]:
    """Tokens and money of a call, and the price that they were counted at."""
    usage, price = call.usage, call.price
    if usage is None:
        return [("tokens", "none that is known of")] if call.status == "failed" else []
    about = "" if usage.source == "reported" else "~"
    written = f", {usage.cache_written:,} written to the cache" if usage.cache_written else ""
    counted = "" if usage.source == "reported" else f" (not reported by the provider: {usage.source})"
    tokens = (
        f"{about}{usage.input:,} in, {usage.cached:,} of them cached{written} · {about}{usage.output:,} out, {usage.reasoning:,} reasoning"
    )
    imaginary = " (imaginary)" if price is not None and price.imaginary else ""
    said = [("tokens", tokens + counted), ("cost", dollars(call.cost_usd) + imaginary)]
    if call.saved_usd:
        saved = "saved" if call.saved_usd > 0 else "writing it cost more than reading it saved, by"
        said.append(("cache", f"{saved} {dollars(abs(call.saved_usd))}{imaginary}"))
    if price is not None:
        rows = [("in", price.input), ("cached", price.cached), ("written", price.cache_written), ("out", price.output)]
        rows.append(("reasoning", price.reasoning))
        listed = ", ".join(f"{name} ${usd:g}" for name, usd in rows if usd is not None)
        said.append(("price", f"{listed} per million tokens" + (f" ({price.source})" if price.source else "")))
    return said


def _problem(call: CallState) -> str:
    return call.problem + (f" Next try after {call.retry_in:.1f} s." if call.retry_in is not None else "")


def _call_line(call: CallState) -> Line:
    word = {"plan": "plan", "intend": "intention", "signal": "signal", "rate": "ratings", "contribute": "decision", "judge": "verdict"}[
        call.kind
    ]
    again = {
        "first": "",
        "repair": " · asked once more, the reply could not be read",
        "retry": " · tried again",
        "warm-up": " · warm-up, fills the cache",
    }[call.purpose]
    ended = effort.outcome(call)
    bad = f"  {OUTCOMES.get(ended, ended)}" if ended else ""
    return ((f" {flat(str(call.id))}", "title"), (f"  {word}{again}", "dim"), (bad, "failed"))


def _arriving(view: View, seat: SeatState, width: int) -> list[Line]:
    call = view.state.calls[seat.calls[-1]]
    if view.trying_again(seat) is not None:
        return [((" ◐ waits before it is asked again", "warn"),), *_said("problem", _problem(call), width)]
    found = fields(call.text)
    lines: list[Line] = []
    if found.get("role"):
        lines += _said("role", found["role"], width)
    if found.get("reason"):
        lines += _said("because", found["reason"], width)
    text = found.get("contribution") or found.get("intention") or ("" if found else call.text)
    if text:
        lines += [(), *_paragraphs(text, width)]
    if lines:
        return lines
    lines = [((" ◐ thinking …", "deciding"),), *_said("sees", " ".join(call.sees) or "nothing of the others", width)]
    if call.purpose == "retry" and len(seat.calls) > 1:
        lines += _said("again", f"because the call before failed: {view.state.calls[seat.calls[-2]].problem}", width)
    return lines


def _built_on(view: View, seat: SeatState, width: int) -> list[Line]:
    task = view.task
    edges = [edge for edge in task.edges if edge.child == seat.seat and edge.kind == "depends"] if task else []
    lines: list[Line] = []
    for edge in sorted(edges, key=lambda edge: not edge.essential):
        role = flat(task.seats[edge.parent].role) if task and edge.parent in task.seats else ""
        used = f": “{edge.used}”" if edge.used else ""
        lines += _said("built on" if not lines else "", f"{label(edge.parent)} {role}{used}", width, "parent")
    return lines


def _said(name: str, text: str, width: int, style: str = "plain") -> list[Line]:
    first, *rest = wrap(flat(text), width - 12) or [""]
    return [((f" {name:<9} ", "dim"), (first, style)), *(((" " * 11, "dim"), (line, style)) for line in rest)]


def _paragraphs(text: str, width: int, style: str = "plain") -> list[Line]:
    return [((" " + line, "strong" if line.startswith("#") else style),) for line in wrap(text, width - 2)]


def _streaming(view: View) -> bool:
    calls = view.calls(view.chosen)
    return bool(calls) and calls[-1].status == "running"
