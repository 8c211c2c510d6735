"""What tells one simulated model from another, read from `profiles.toml`."""

from __future__ import annotations

import difflib
import tomllib
from functools import lru_cache
from importlib.resources import files

import msgspec

from selforg_tui.core.calls import Price
from selforg_tui.core.errors import ConfigError
from selforg_tui.models.base import Facts

_USUAL_REPLY = 330
"""Tokens of a usual contribution with its JSON around it."""

Skill = float
"""From 0 to 1."""


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One simulated model. Skills are the limits that the paper names; prices are imaginary."""

    name: str
    title: str
    context: int
    """Tokens that prompt and reply may have together."""
    price_input: float
    """Imaginary US dollars per million tokens, like the two below."""
    price_output: float
    price_cached: float
    latency_s: float
    """Seconds to the first token, about."""
    tokens_per_second: float
    """Pace of the reply after its first token."""
    perception: Skill
    """Share of a task's facets that it thinks of by itself; what it reads of others opens its eyes for more."""
    reading: Skill
    """Chance to notice that a visible text treats a facet; several texts on one facet are rarely missed."""
    self_assessment: Skill
    """How well it estimates what its own contribution would still add: 1 exactly, 0 by a guess."""
    modesty: Skill
    """It stays out where it expects to add less than this (1 is a whole facet of middling importance)."""
    depth: Skill
    """Share of concrete steps among what it writes; the rest is general talk. Also: whether it links to what it depends on."""
    care: Skill
    """1 − chance of a wrong statement per facet; more of them where it works without what the facet depends on."""
    following: Skill
    """Chance to keep to a role that is given to it, and to leave to others what they announced."""
    format_discipline: Skill
    """Chance that a reply is the JSON object that was asked for."""
    verbosity: float
    """Words written over words asked for."""
    fewer: Skill
    """Where a task has few facets, one thinks of nearly all: what is overlooked shrinks with facets / `many`, as far as this goes."""
    many: int
    """Facets from which a task is too large to be held in mind at once."""
    opened: Skill
    """How much of the way to full perception is made by seeing work on something that a facet rests on, or that rests on it."""
    planning: Skill
    """Second look of somebody who plans for all: chance to think of a facet that was overlooked first."""
    taste: float
    """How far preference moves the choice of a facet: gains are multiplied by 1 ± (taste / 3 + taste × temperature × 2 / 3)."""
    neighbour: float
    """How much likelier a facet is taken along that is related to the first one."""
    habit: Skill
    """What a facet is worth to it that others took in earlier tasks, over one that nobody took."""
    deference: Skill
    """How much of a facet's worth is gone where it leaves it to others who announced it."""
    joining: float
    """Worth of joining two parts of others; of resolving a contradiction, three times that (1 is a whole facet)."""
    helped: Skill
    """How much of the way to full depth is made where the work that a facet rests on can be read."""
    convention: Skill
    """Chance to settle a facet in the way that lies nearest in this task, rather than in any other."""
    words_a_facet: int
    """Fewest words that it gives to a facet; so many facets go into one contribution at most."""
    most_words_a_facet: int
    """Most words that it gives to a facet where further ones are left; longer contributions take up more of them."""

    @property
    def price(self) -> Price:
        """Its imaginary price."""
        return Price(
            self.price_input, self.price_output, cached=self.price_cached, imaginary=True, source="imaginary, of a simulated model"
        )


@lru_cache(maxsize=1)
def _all() -> dict[str, Profile]:
    tables = tomllib.loads(files(__package__).joinpath("profiles.toml").read_text("utf-8"))
    common = tables.pop("common")
    return {name: msgspec.convert({"name": name, **common, **table}, Profile, strict=False) for name, table in tables.items()}


def names() -> tuple[str, ...]:
    """The profiles there are."""
    return tuple(_all())


def profile(name: str) -> Profile:
    """The profile of this name. Raises ConfigError, with the nearest name, where there is none."""
    found = _all().get(name)
    if found is None:
        near = difflib.get_close_matches(name, names(), n=1, cutoff=0.5)
        hint = f"Did you mean sim:{near[0]}?" if near else f"There are sim:{', sim:'.join(names())}."
        raise ConfigError(f"There is no simulated model '{name}'. {hint}")
    return found


def facts(of: Profile) -> Facts:
    """What the rest of the program may know of it before a call."""
    seconds = of.latency_s + _USUAL_REPLY * of.verbosity / of.tokens_per_second
    return Facts(of.title, of.context, of.price, simulated=True, local=True, seconds_per_call=round(seconds, 2))
