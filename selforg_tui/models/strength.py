"""Which of several models is taken as the stronger: nobody can know, so prices or the user say it, and it is told."""

from __future__ import annotations

from selforg_tui.core.config import Arrangement, ModelSpec, Order
from selforg_tui.core.seating import EASY, HARD, brief_names
from selforg_tui.models import registry

STRONGEST_FIRST: tuple[Arrangement, ...] = ("strong-first", "strong-last", "by-level")
STRONGEST_FIRST_IN_TURNS: tuple[Order, ...] = ("strong-first", "strong-last")
"""Arrangements, and orders of turns, for which it matters which model is the stronger."""


def matters(arrangement: Arrangement, order: Order = "fixed") -> bool:
    """Whether it matters which model is the stronger."""
    return arrangement in STRONGEST_FIRST or order in STRONGEST_FIRST_IN_TURNS


def by_strength(models: tuple[ModelSpec, ...]) -> tuple[tuple[ModelSpec, ...], str]:
    """The models, strongest first, and a sentence for people on what was taken as stronger and why.

    The dearer output is taken as the stronger model's, where all prices are known and are all real or all imaginary; else the
    order in which the models were named counts, as it does between equal prices. Raises ConfigError for a model that cannot be.
    """
    ordered, why = _ranked(models)
    return ordered, f"{_order(ordered)}, {why}." if why else ""


def _ranked(models: tuple[ModelSpec, ...]) -> tuple[tuple[ModelSpec, ...], str]:
    """The models, strongest first, and why; nothing where there is only one."""
    if len({spec.name for spec in models}) < 2:
        return models, ""
    called = brief_names(spec.name for spec in models)
    prices = [registry.facts(spec).price for spec in models]
    known = [price for price in prices if price is not None]
    if len(known) < len(models):
        missing = _listed([called[spec.name] for spec, price in zip(models, prices, strict=True) if price is None])
        return models, f"in the order in which they were named, since the price of {missing} is not known"
    if len({price.imaginary for price in known}) > 1:
        return models, "in the order in which they were named, since imaginary prices say nothing beside real ones"
    dearest_first = sorted(zip(known, models, strict=True), key=lambda pair: -pair[0].output)
    ordered = tuple(spec for _, spec in dearest_first)
    if len({price.output for price in known}) == 1:
        return ordered, "in the order in which they were named, since their output costs the same"
    kind = "imaginary dollars" if known[0].imaginary else "US dollars"
    costs = ", ".join(f"{price.output:g}" for price, _ in dearest_first)
    return ordered, f"since its output is dearer ({costs} {kind} per million tokens)"


def seated(models: tuple[ModelSpec, ...], arrangement: Arrangement, order: Order = "fixed") -> tuple[tuple[ModelSpec, ...], str]:
    """The models in the order in which a config with this arrangement and order of turns names them, and a sentence where anything
    was taken for granted. Raises ConfigError.
    """
    if not matters(arrangement, order):
        return models, ""
    ordered, why = _ranked(models)
    if arrangement == "by-level" and why and len(ordered) == 2:
        called = brief_names(spec.name for spec in ordered)
        hard, easy = (called[spec.name] for spec in ordered)
        return ordered, f"{HARD} go to {hard}, {EASY} to {easy}: the former is taken as stronger, {why}."
    return by_strength(models)


def _order(models: tuple[ModelSpec, ...]) -> str:
    first, *others = brief_names(spec.name for spec in models).values()
    return f"{first} is taken as stronger than {_listed(others)}" if len(others) == 1 else _ranks([first, *others])


def _ranks(names: list[str]) -> str:
    return f"{names[0]} is taken as the strongest, then {_listed(names[1:])}"


def _listed(names: list[str]) -> str:
    names = list(dict.fromkeys(names))
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
