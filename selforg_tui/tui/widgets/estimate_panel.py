"""What a run will take, as far as it is known before it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.visual import VisualType
from textual.widgets import Static

from selforg_tui.core.text import one_line

if TYPE_CHECKING:
    from selforg_tui.engine.estimate import Estimate
    from selforg_tui.protocols.base import Promise, Step

UNKNOWN = "unknown"
HARD_SPACE = "\u00a0"
"""Keeps a value on the line of its name."""


class EstimatePanel(Static):
    """A table where it is narrow and high, a strip of two lines where it is wide and low."""

    HELP = """What this run will take, from how the protocol asks whom and how long a contribution is. Ranges go from agents that stay out \
and a full cache to agents that all write and no cache.

Simulated models have imaginary prices; unknown is unknown, not nothing."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self.border_title = "Estimate"
        self._estimate: Estimate | None = None
        self._instead = ""
        self._steps: list[Content] = []

    def show(self, estimate: Estimate | None, promise: Promise | None = None, instead: str = "") -> None:
        """Show this estimate, with what the protocol promises for each task, or a sentence in its place."""
        self._estimate, self._instead = estimate, instead
        self._steps = [told(step, "once, before any task") for step in promise.once] if promise else []
        self._steps += [told(step, "each task") for step in promise.steps] if promise else []
        self.refresh()

    def render(self) -> VisualType:
        found = self._estimate
        if found is None:
            return Content.styled(self._instead, "$muted")
        rows = rows_of(found)
        warnings = [Content.styled(f"▲ {text}", "$warning") for text in found.warnings]
        if self.size.height < 8:
            together = [(name.replace(" ", HARD_SPACE), value.replace(" ", HARD_SPACE)) for name, value in rows]
            strip = Content(" · ").join(Content.assemble((f"{name}{HARD_SPACE}", "$muted"), value) for name, value in together)
            return Content("\n").join([strip, *warnings])
        wide = max(len(name) for name, _ in rows) + 2
        table = [Content.assemble((f"{name:<{wide}}", "$muted"), value) for name, value in rows]
        return Content("\n\n").join([Content("\n").join(table), *by_model(found), *unpriced(found), *self._steps, *warnings])


def told(step: Step, when: str) -> Content:
    """One kind of step of a protocol: how many calls, in how many rounds, seeing what."""
    calls = f"{step.calls:,} × {step.kind}"
    rounds = "all at once" if step.rounds == 1 and step.calls > 1 else "one after another" if step.rounds > 1 else "one call"
    return Content.assemble((calls, "bold"), f"  {when}, {rounds}\n", (f"sees {step.sees}", "$muted"))


def by_model(found: Estimate) -> list[Content]:
    """What each model takes, where there is more than one to contribute."""
    if sum(share.contributes for share in found.shares) < 2:
        return []
    return [
        Content.assemble(
            (one_line(share.model, 60), "bold"),
            " judges" if share.judging else " writes up" if share.writing else "",
            f"\n{share.calls:,} calls, {_range(*share.tokens_in)} in, {_range(*share.tokens_out)} out\n",
            UNKNOWN if share.cost_usd is None else f"{_dollars(share.cost_usd)}{' imaginary' if share.imaginary else ''}",
        )
        for share in found.shares
    ]


def unpriced(found: Estimate) -> list[Content]:
    """What to do where no price is known."""
    if not found.unpriced:
        return []
    of = ", ".join(one_line(name, 60) for name in found.unpriced)
    return [Content.styled(f"No price is known of {of}. State one in prices.toml, 0 if it costs nothing.", "$muted")]


def rows_of(found: Estimate) -> list[tuple[str, str]]:
    """Name and value of each thing that is estimated."""
    judging = f" + {found.judge_calls} to judge" if found.judge_calls else ", unjudged"
    writing = found.write_up_calls
    return [
        ("calls", f"{found.calls:,}{judging}"),
        *([("write-up", f"{writing} call{'s' * (writing > 1)}")] if writing else []),
        ("tokens in", _range(*found.tokens_in)),
        ("out", _range(*found.tokens_out)),
        ("money", money(found)),
        ("time", UNKNOWN if found.seconds is None else f"about {_time(found.seconds)}"),
        ("context", context(found)),
    ]


def money(found: Estimate) -> str:
    """US dollars as a range; whose price is imaginary or unknown is said."""
    if found.cost_usd is None:
        return UNKNOWN
    more = f" + {UNKNOWN} for {', '.join(found.unpriced)}" if found.unpriced else ""
    return f"{_dollars(found.cost_usd)}{' imaginary' if found.imaginary else ''}{more}"


def _dollars(usd: tuple[float, float]) -> str:
    low, high = (f"{value:.4f}" if value < 0.1 else f"{value:,.2f}" for value in usd)
    return f"${low}" if low == high else f"${low}–{high}"


def context(found: Estimate) -> str:
    """The longest prompt against the smallest window."""
    longest = _short(found.longest_prompt)
    if found.context is None:
        return f"{longest}, window {UNKNOWN}"
    return f"{longest} of {_short(found.context)}, {'fits' if found.fits else 'does not fit'}"


def _range(low: int, high: int) -> str:
    return _short(low) if low == high else f"{_short(low)}–{_short(high)}"


def _short(tokens: int) -> str:
    if tokens < 10_000:
        return f"{tokens:,}"
    return f"{tokens / 1000:,.0f}k" if tokens < 1_000_000 else f"{tokens / 1e6:.1f}M"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
