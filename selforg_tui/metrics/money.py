"""Money in words, the same wherever it is told: unknown is never nothing, and imaginary money is no money."""

from __future__ import annotations

from selforg_tui.core.state import Tally

UNKNOWN = "unknown"


def dollars(usd: float | None) -> str:
    """US dollars with as many digits as matter; `unknown` where they are, with a minus before the sign where they are negative."""
    if usd is None:
        return UNKNOWN
    size = abs(usd)
    text = f"${size:,.2f}" if size >= 10 else f"${size:.4f}" if size >= 0.0001 or size == 0 else f"${size:.6f}"
    return f"-{text}" if usd < 0 else text


def at_least(known_usd: float, unpriced: int) -> str:
    """Real money of which `unpriced` calls are not known: `≥ $1.2034`; `unknown` where nothing of it is known."""
    if not unpriced:
        return dollars(known_usd)
    return f"≥ {dollars(known_usd)}" if known_usd else UNKNOWN


def of_unknown_price(unpriced: int) -> str:
    """`1 call of unknown price`, `3 calls of unknown price`."""
    return f"{unpriced:,} call{'s' * (unpriced != 1)} of unknown price"


def has_real(tally: Tally) -> bool:
    """Some call was no simulated model's, whether its cost is known or not."""
    return tally.calls > tally.imaginary


def spent(tally: Tally) -> str:
    """All of it in one line: `$1.2034`, `$0.0117 (imaginary)`, `≥ $1.2034, 3 calls of unknown price`, or two kinds together."""
    said = []
    if has_real(tally) or not tally.calls:
        sum_so_far = at_least(tally.cost_usd, tally.unpriced)
        said.append(sum_so_far + (f", {of_unknown_price(tally.unpriced)}" if tally.unpriced and sum_so_far != UNKNOWN else ""))
    if tally.imaginary:
        said.append(f"{dollars(tally.imaginary_usd)} (imaginary)")
    return " and ".join(said)


def brief(tally: Tally) -> str:
    """One figure for narrow places: real money where anything real was called, `≥` where some of it is unknown, else imaginary money.

    A dash before the first call. Who shows it says elsewhere that prices are imaginary.
    """
    if not tally.calls:
        return "–"
    if tally.all_imaginary:
        return dollars(tally.imaginary_usd)
    return at_least(tally.cost_usd, tally.unpriced)


def together(*tallies: Tally) -> Tally:
    """The sum of several."""
    total = Tally()
    for tally in tallies:
        for name in Tally.__dataclass_fields__:
            setattr(total, name, getattr(total, name) + getattr(tally, name))
    return total


def as_object(tally: Tally) -> dict[str, float | int | bool | None]:
    """For JSON: `cost_usd` is null where any real call's cost is unknown, and imaginary money only where there is no other."""
    return {
        "cost_usd": tally.known_cost,
        "imaginary": tally.all_imaginary,
        "known_usd": tally.cost_usd,
        "unpriced_calls": tally.unpriced,
        "imaginary_usd": tally.imaginary_usd,
        "saved_usd": tally.saved,
    }
