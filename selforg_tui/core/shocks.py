"""Shocks as people write them, one a line: `2: remove-hub`, `2/5: remove-random`, `3: swap-model sim:weak`, `2: notice Costs must fall`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from selforg_tui.core.config import MOST_TEXT, SHOCKS, ModelSpec, RunConfig, Shock, ShockKind
from selforg_tui.core.errors import ConfigError

_FORM = re.compile(r"\s*(?P<task>\d{1,4})(?:/(?P<after>\d{1,6}))?(?:@(?P<asked>\d{1,6}))?\s*:\s*(?P<kind>[\w-]+)\s*(?P<rest>.*)", re.DOTALL)
_EXAMPLE = "2: remove-hub, 2/5: remove-random, 3: swap-model sim:weak or 2: notice Costs must fall by a third"


def parse(text: str) -> Shock:
    """Read `TASK[/CONTRIBUTIONS][@QUESTIONS]: KIND [MODEL or TEXT]`. Raises ConfigError."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise ConfigError(f"'{text.strip()[:200]}' is not a shock: write the task, a colon and what happens, such as {_EXAMPLE}.")
    kind: ShockKind | None = next((known for known in SHOCKS if known == match["kind"].lower()), None)
    if kind is None:
        raise ConfigError(f"There is no shock '{match['kind'][:60]}': choose {', '.join(SHOCKS[:-1])} or {SHOCKS[-1]}.")
    task, after, asked, rest = int(match["task"]), int(match["after"] or 0), int(match["asked"] or 0), match["rest"].strip()
    if kind == "swap-model":
        if not rest:
            raise ConfigError("A swap needs the model that takes over: write, for example, 3: swap-model sim:weak.")
        shock = Shock(kind, task, after, ModelSpec.parse(rest), asked=asked)
    elif kind == "notice":
        shock = Shock(kind, task, after, text=rest, asked=asked)
    elif rest:
        raise ConfigError(f"'{kind}' stands alone: leave '{rest[:60]}' out.")
    else:
        shock = Shock(kind, task, after, asked=asked)
    check(shock)
    return shock


def parse_lines(text: str) -> tuple[Shock, ...]:
    """One shock a line. Raises ConfigError."""
    return tuple(parse(line) for line in text.splitlines() if line.strip())


def check(shock: Shock, tasks: int | None = None) -> None:
    """Raises ConfigError for a shock that makes no sense in a session of so many tasks."""
    if shock.task < 1 or shock.after < 0 or shock.asked < 0:
        raise ConfigError("A shock happens in a task, which count from 1: write, for example, 2: remove-hub.")
    if tasks is not None and shock.task > tasks:
        raise ConfigError(
            f"A shock is planned for task {shock.task}, but there {'is one task' if tasks == 1 else f'are {tasks} tasks'}: "
            "add tasks, or let it happen earlier."
        )
    if shock.kind == "swap-model":
        if shock.model is None:
            raise ConfigError("A swap needs the model that takes over: write, for example, 3: swap-model sim:weak.")
        if shock.model.seats is not None:
            raise ConfigError(f"A swap changes a quarter of the agents: leave ={shock.model.seats} out behind {shock.model.name}.")
    if shock.kind == "notice":
        if not shock.text.strip():
            raise ConfigError("A notice needs its text: write, for example, 2: notice Costs must fall by a third.")
        if re.search("[\ud800-\udfff]", shock.text):
            raise ConfigError("The notice is not valid text. If it is from a file, save that as UTF-8.")
        if len(shock.text) > MOST_TEXT:
            raise ConfigError(f"The notice has {len(shock.text):,} characters; at most {MOST_TEXT:,} are taken. Is it the right file?")


def written(shock: Shock) -> str:
    """On one line, as `parse` reads it: for nobody else's eyes, as a model's URL stands in it whole."""
    return _line(shock, shock.model.written if shock.model else "")


def in_words(shocks: Iterable[Shock]) -> str:
    """Shocks for a title, as they are written; a model's URL is shown without what it hides. Empty where there is none."""
    return "; ".join(_line(shock, shock.model.name if shock.model else "") for shock in shocks)


class Happened(Protocol):
    """What a log tells of a shock (`events.Shocked`)."""

    @property
    def task(self) -> int: ...
    @property
    def kind(self) -> ShockKind: ...
    @property
    def model(self) -> str: ...
    @property
    def after(self) -> int: ...
    @property
    def asked(self) -> int: ...
    @property
    def notice(self) -> str: ...
    @property
    def planned(self) -> bool: ...


def with_those_by_hand(config: RunConfig, happened: Iterable[Happened]) -> tuple[Shock, ...]:
    """The shocks of a session's plan and those that somebody set off by hand, to have all of them again at the same places."""
    return (*config.shocks, *_by_hand(happened))


def _by_hand(happened: Iterable[Happened]) -> Iterator[Shock]:
    for one in happened:
        if not one.planned:
            model = ModelSpec.parse(one.model) if one.model else None
            yield Shock(one.kind, one.task, one.after, model, one.notice, one.asked)


def _line(shock: Shock, model: str) -> str:
    place = f"{shock.task}" + (f"/{shock.after}" if shock.after else "") + (f"@{shock.asked}" if shock.asked else "")
    return " ".join(filter(None, (f"{place}: {shock.kind}", model, " ".join(shock.text.split()))))
