"""What tells one simulated model from another, read from `profiles.toml` or from a file of the user's own."""

from __future__ import annotations

import difflib
import tomllib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import msgspec

from selforg_tui.core.calls import Price
from selforg_tui.core.errors import ConfigError
from selforg_tui.models.base import Facts
from selforg_tui.settings.text_file import read_text

_USUAL_REPLY = 330
"""Tokens of a usual contribution with its JSON around it."""

_ENDING = ".toml"

Skill = Annotated[float, msgspec.Meta(ge=0, le=1)]
"""From 0 to 1."""
Amount = Annotated[float, msgspec.Meta(ge=0, le=1_000_000)]
Pace = Annotated[float, msgspec.Meta(gt=0, le=1_000_000)]
Whole = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One simulated model. Skills are the limits that the paper names; prices are imaginary."""

    name: str
    title: str
    context: Whole
    """Tokens that prompt and reply may have together."""
    price_input: Amount
    """Imaginary US dollars per million tokens, like the two below."""
    price_output: Amount
    price_cached: Amount
    latency_s: Amount
    """Seconds to the first token, about."""
    tokens_per_second: Pace
    """Pace of the reply after its first token."""
    perception: Skill
    """Share of a task's facets that it thinks of by itself; what it reads of others opens its eyes for more."""
    reading: Skill
    """Chance to notice that a visible text treats a facet; several texts on one facet are rarely missed."""
    self_assessment: Skill
    """How well it estimates what its own contribution would still add: 1 exactly, 0 by a guess."""
    modesty: Annotated[float, msgspec.Meta(ge=0, le=10)]
    """It stays out where it expects to add less than this (1 is a whole facet of middling importance)."""
    depth: Skill
    """Share of concrete steps among what it writes; the rest is general talk. Also: whether it links to what it depends on."""
    care: Skill
    """1 − chance of a wrong statement per facet; more of them where it works without what the facet depends on."""
    following: Skill
    """Chance to keep to a role that is given to it, and to leave to others what they announced."""
    format_discipline: Skill
    """Chance that a reply is the JSON object that was asked for."""
    obvious: Skill
    """How far its liking is everybody's: 1 where it goes for what would come to anybody's mind first."""
    verbosity: Annotated[float, msgspec.Meta(gt=0, le=5)]
    """Words written over words asked for."""
    fewer: Skill
    """Where a task has few facets, one thinks of nearly all: what is overlooked shrinks with (facets / `many`)², as far as this goes."""
    many: Whole
    """Facets from which a task is too large to be held in mind at once."""
    opened: Skill
    """How much of the way to full perception is made by seeing work on something that a facet rests on, or that rests on it."""
    planning: Skill
    """Second look of somebody who plans for all: chance to think of a facet that was overlooked first, and of what a part rests on."""
    foresight: Skill
    """How much of a facet's worth is gone for it where nothing that it rests on is there yet: first things first."""
    taste: Annotated[float, msgspec.Meta(ge=0, le=10)]
    """How far preference moves the choice of a facet: gains are multiplied by 1 ± (taste / 3 + taste × temperature × 2 / 3)."""
    neighbour: Annotated[float, msgspec.Meta(ge=0, le=10)]
    """How much likelier a facet is taken along that is related to the first one."""
    habit: Skill
    """What a facet is worth to it that others took in earlier tasks, over one that nobody took."""
    deference: Skill
    """How much of a facet's worth is gone where it leaves it to others who announced it."""
    joining: Annotated[float, msgspec.Meta(ge=0, le=10)]
    """Worth of joining two parts of others; of resolving a contradiction, three times that (1 is a whole facet)."""
    guessing: Skill
    """What is left of its depth where it has to guess at all that a facet rests on."""
    hearsay: Skill
    """What it is worth to know only how that will be settled, rather than to read the work itself."""
    assuming: Skill
    """Chance to say what it takes for granted of something that a facet rests on, where it cannot read it."""
    convention: Skill
    """Chance to settle a facet in the way that lies nearest in this task, rather than in any other."""
    words_a_facet: Whole
    """Fewest words that it gives to a facet of a simple task, more where there is more to say; so many go into one contribution at most."""
    most_words_a_facet: Whole
    """Most words that it gives to a facet where further ones are left; longer contributions take up more of them."""

    @property
    def price(self) -> Price:
        """Its imaginary price."""
        return Price(
            self.price_input, self.price_output, cached=self.price_cached, imaginary=True, source="imaginary, of a simulated model"
        )


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, Any]]:
    """Every built-in profile with all that it leaves to `common`."""
    tables = tomllib.loads(files(__package__).joinpath("profiles.toml").read_text("utf-8"))
    common = tables.pop("common")
    whole: dict[str, dict[str, Any]] = {}
    for name, table in tables.items():
        base = whole[table.pop("like")] if "like" in table else common
        whole[name] = {**base, **table}
    return whole


@lru_cache(maxsize=1)
def _all() -> dict[str, Profile]:
    return {name: msgspec.convert({"name": name, **table}, Profile, strict=False) for name, table in _tables().items()}


def names() -> tuple[str, ...]:
    """The profiles that are built in."""
    return tuple(_all())


def profile(name: str) -> Profile:
    """The built-in profile of this name. Raises ConfigError, with the nearest name, where there is none."""
    found = _all().get(name)
    if found is None:
        near = difflib.get_close_matches(name, names(), n=1, cutoff=0.5)
        hint = f"Did you mean sim:{near[0]}?" if near else f"There are sim:{', sim:'.join(names())}, or a file: sim:./mine.toml."
        raise ConfigError(f"There is no simulated model '{name}'. {hint}")
    return found


def meant(model: str) -> Profile:
    """The profile that `sim:MODEL` means: a built-in one, or one out of a file (`./mine.toml`). Raises ConfigError."""
    return from_text(read_text(model), model) if is_file(model) else profile(model)


def is_file(model: str) -> bool:
    """Whether `sim:MODEL` names a file."""
    return model.endswith(_ENDING)


def from_text(text: str, name: str) -> Profile:
    """A profile out of a file's text. What it leaves out is as in the one that it is `like` (strong). Raises ConfigError."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise ConfigError(f"The profile {name} is not TOML: {problem}. 'selforg-tui models --profile strong' prints one that is.") from None
    like = table.pop("like", "strong")
    if not isinstance(like, str):
        raise ConfigError(f"In the profile {name}, 'like' must name a simulated model, such as \"strong\".")
    base = {**_tables()[profile(like).name], "title": f"Simulated: {Path(name).stem[:40]}"}
    try:
        return msgspec.convert({**base, **table, "name": name}, Profile, strict=False)
    except msgspec.ValidationError as problem:
        raise ConfigError(f"The profile {name} cannot be used: {_plainly(str(problem))} docs/simulation.md explains each number.") from None


def template(name: str) -> str:
    """A built-in profile as the text of a file, whole, to copy and edit. Raises ConfigError."""
    rows = [f"{key} = {msgspec.json.encode(value).decode()}" for key, value in _tables()[profile(name).name].items()]
    return "\n".join([f"# sim:{name}, whole. Save it under a name that ends in {_ENDING} and run it as sim:./NAME{_ENDING}.", *rows]) + "\n"


def _plainly(problem: str) -> str:
    """The validator's words for people."""
    what, _, where = problem.partition(" - at `$.")
    key = where.rstrip("`")
    return f"'{key}': {what[:1].lower()}{what[1:]}." if key else f"{what}."


def facts(of: Profile) -> Facts:
    """What the rest of the program may know of it before a call."""
    seconds = of.latency_s + _USUAL_REPLY * of.verbosity / of.tokens_per_second
    return Facts(of.title, of.context, of.price, simulated=True, local=True, seconds_per_call=round(seconds, 2))
