"""What models cost: what `prices.toml` says first, then the price table, which is loaded when it is first asked.

The only module that knows the table, genai-prices. Nothing is downloaded: prices are those of the installed version.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from selforg_tui.core.calls import Price, Tier
from selforg_tui.core.config import ModelSpec
from selforg_tui.models.own_prices import own_price
from selforg_tui.models.providers import is_loopback, providers

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice

_FIELDS = {
    "input": "input_mtok",
    "output": "output_mtok",
    "cached": "cache_read_mtok",
    "cache_written": "cache_write_mtok",
    "reasoning": "output_reasoning_mtok",
}
"""Ours and theirs. Writing is that of a cache kept for minutes, which is the only one used here."""


def price(spec: ModelSpec) -> Price | None:
    """The price of a model as of now: imaginary for simulated ones, the user's own or the table's for real ones, None where nobody knows.

    A server of one's own has no price unless `prices.toml` gives it one. Models that another package offers state theirs in their
    facts. Raises ConfigError for an unknown `sim:` model and for a `prices.toml` that cannot be used.
    """
    if spec.provider == "sim":
        from selforg_tui.models.simulated.profiles import meant

        return meant(spec.model).price
    known = providers().get(spec.provider)
    provider = known and known.at(spec.base_url)
    if provider is not None and provider is known:
        spec = msgspec.structs.replace(spec, base_url=None)  # its own address, spelt out
    own = own_price(spec)
    if own is not None:
        return own
    if provider is None or provider.prices is None or is_loopback(provider.base_url):
        return None
    return table_price(provider.prices, spec.model, datetime.now(UTC))


def price_source(spec: ModelSpec) -> str | None:
    """Where a model's price is from: `prices.toml`, the table with its version, the profile; None where nobody knows it."""
    found = price(spec)
    return None if found is None else found.source


def table_price(provider: str, model: str, now: datetime) -> Price | None:
    """The table's row at this moment; `provider` is the table's own name for it. None where it has none, or one we cannot apply.

    The provider is always named: without it the table guesses, and takes one model for another.
    """
    row = _row(provider, model)
    return None if row is None else of_row(row.get_prices(now))


def of_row(row: ModelPrice) -> Price | None:
    """A row of the table as a price of ours. None where tokens alone do not decide what a call costs."""
    if row.input_mtok is None or row.output_mtok is None or row.requests_kcount:
        return None
    found = {ours: value for ours, theirs in _FIELDS.items() if (value := getattr(row, theirs)) is not None}
    starts = sorted({tier.start for value in found.values() for tier in getattr(value, "tiers", ())})
    tiers = [Tier(start, **{name: _dollars(value, start) for name, value in found.items()}) for start in starts]
    tiered = Price(0, 0, source=_source(), tiers=tuple(tiers))
    return msgspec.structs.replace(tiered, **{name: _dollars(value) for name, value in found.items()})


def _dollars(value: Any, start: int = 0) -> float:
    """US dollars per million tokens, in a call just longer than `start` tokens."""
    last = getattr(value, "base", value)
    for tier in getattr(value, "tiers", ()):  # in rising order
        if tier.start <= start:
            last = tier.price
    return float(last)


@lru_cache(maxsize=256)
def _row(provider: str, model: str) -> ModelInfo | None:
    from genai_prices import data_snapshot

    try:
        return data_snapshot.get_snapshot().find_provider_model(model, None, provider, None)[1]
    except LookupError:
        return None


@lru_cache(maxsize=1)
def _source() -> str:
    from importlib.metadata import version

    return f"genai-prices {version('genai-prices')}"
