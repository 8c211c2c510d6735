"""What models cost. The table of prices is loaded when a real model's price is first asked for."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from selforg_tui.core.calls import Price
from selforg_tui.core.config import ModelSpec
from selforg_tui.models.providers import is_loopback, providers


def price(spec: ModelSpec) -> Price | None:
    """The price of a model: imaginary for simulated ones, from the price table for real ones, None where nobody knows.

    Models that another package offers state their own price, in their facts. Raises ConfigError for an unknown `sim:` model.
    """
    if spec.provider == "sim":
        from selforg_tui.models.simulated.profiles import meant

        return meant(spec.model).price
    provider = providers().get(spec.provider)
    provider = provider and provider.at(spec.base_url)
    if provider is None or provider.prices is None or is_loopback(provider.base_url):
        return None
    return _listed(provider.prices, spec.model)


@lru_cache(maxsize=256)
def _listed(provider: str, model: str) -> Price | None:
    """The table's row as of now. Of prices that rise with the prompt's length the first, which is that of usual prompts."""
    from datetime import UTC, datetime
    from importlib.metadata import version

    from genai_prices import data_snapshot

    try:
        _, row = data_snapshot.get_snapshot().find_provider_model(model, None, provider, None)
    except LookupError:
        return None
    found = row.get_prices(datetime.now(UTC))
    given, made = _dollars(found.input_mtok), _dollars(found.output_mtok)
    if given is None or made is None:
        return None
    read, written = _dollars(found.cache_read_mtok), _dollars(found.cache_write_mtok)
    return Price(given, made, read, written, source=f"genai-prices {version('genai-prices')}")


def _dollars(value: Any) -> float | None:
    return None if value is None else float(getattr(value, "base", value))
