"""The facts of an agent's calls: tokens, money, times, what was visible and what was used."""

from __future__ import annotations

from selforg_tui.core.calls import Structure
from selforg_tui.core.state import CallState
from selforg_tui.metrics import effort
from selforg_tui.metrics.model_table import OUTCOMES
from selforg_tui.metrics.money import dollars
from selforg_tui.tui.run.agent.words import NOT_ASKED, built_on, call_line, problem_of, said
from selforg_tui.tui.run.surface.cells import Line
from selforg_tui.tui.run.view import View

FORMS: dict[Structure, str] = {
    "schema": "held to a JSON schema by the provider",
    "json": "held to JSON by the provider",
    "text": "asked for in words only",
}
"""What held a reply to its form."""


def facts(view: View, width: int) -> list[Line]:
    """Calls, tokens, times, what was visible and what was used."""
    seat, lines = view.seat, list[Line]()
    for call in view.calls(view.chosen):
        lines += [call_line(call), *_call_facts(call, width), ()]
    if seat is not None:
        lines += built_on(view, seat, width)
        if seat.dropped:
            lines += said("ignored", f"{seat.dropped} dependence on something it could not see", width)
    return lines or [NOT_ASKED]


def _call_facts(call: CallState, width: int) -> list[Line]:
    told = [("model", call.model + (f" (answered by {call.answered_by})" if call.answered_by not in ("", call.model) else ""))]
    told.append(("simulated", "yes: a simulated model, not evidence")) if call.simulated else None
    told += _taken(call)
    if call.seconds is not None:
        told.append(("time", f"{call.seconds:.2f} s" + (f", first token after {call.first:.2f} s" if call.first is not None else "")))
    if call.waited >= 0.01:
        told.append(("waited", f"{call.waited:.2f} s before it went out, for its turn at the provider"))
    told.append(("saw", " ".join(call.sees) or "nothing of the others"))
    if call.shortened:
        told.append(("shortened", " ".join(call.shortened) + ": cut to role and first sentence so that the prompt fits"))
    if call.status == "done":
        told.append(("form", FORMS[call.structure]))
    ended = effort.outcome(call)
    if ended:
        told.append(("ended", OUTCOMES.get(ended, ended) + ("; this is no abstention" if ended == "refused" else "")))
    if call.problem:
        told.append(("problem", problem_of(call)))
    if call.finish not in ("", "stop", "length"):
        told.append(("finish", call.finish))
    return [line for name, text in told for line in said(name, text, width)]


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
    told = [("tokens", tokens + counted), ("cost", dollars(call.cost_usd) + imaginary)]
    if call.saved_usd:
        saved = "saved" if call.saved_usd > 0 else "writing it cost more than reading it saved, by"
        told.append(("cache", f"{saved} {dollars(abs(call.saved_usd))}{imaginary}"))
    if price is not None:
        rows = [("in", price.input), ("cached", price.cached), ("written", price.cache_written), ("out", price.output)]
        rows.append(("reasoning", price.reasoning))
        listed = ", ".join(f"{name} ${usd:g}" for name, usd in rows if usd is not None)
        told.append(("price", f"{listed} per million tokens" + (f" ({price.source})" if price.source else "")))
    return told
