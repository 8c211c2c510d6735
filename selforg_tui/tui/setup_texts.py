"""What is typed in Setup's fields, read as what it means; each says what is wrong with a text and what to write."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from selforg_tui.core.config import LEVELS, Level, ModelSpec, RunConfig, Task
from selforg_tui.core.court import read_judges
from selforg_tui.core.errors import ConfigError
from selforg_tui.models import registry as models
from selforg_tui.protocols import registry as protocols

_LEVELLED = re.compile(r"\[(\w+)\]\s*(.*)", re.DOTALL)


def task_lines(tasks: Iterable[Task]) -> str:
    """Tasks as `read_tasks` reads them."""
    return "\n".join(f"[{task.level}] " + "\n  ".join(task.text.splitlines()) for task in tasks)


def read_tasks(text: str, level: Level, mission: str) -> tuple[Task, ...]:
    """One task a line, its level in square brackets before it; an indented line goes on with the task above.

    No task means that the mission is the task, at the level given. Raises ConfigError.
    """
    blocks: list[str] = []
    for line in text.splitlines():
        if line[:1].isspace() and line.strip() and blocks:
            blocks[-1] += "\n" + line.strip()
        elif line.strip():
            blocks.append(line.strip())
    if not blocks:
        return () if level == "L3" else (Task(mission.strip(), level),)
    found = [(_LEVELLED.fullmatch(block), block) for block in blocks]
    return tuple(Task(match[2].strip(), read_level(match[1])) if match else Task(block, level) for match, block in found)


def specs(text: str) -> tuple[ModelSpec, ...]:
    """Models by name, apart by spaces or commas. Raises ConfigError."""
    found = tuple(ModelSpec.parse(word) for word in text.replace(",", " ").split())
    if not found:
        raise ConfigError("No model is chosen: name one, for example sim:strong.")
    return found


def court(text: str) -> dict[str, Any]:
    """The judges, as changes of a config. Raises ConfigError."""
    judges = read_judges(text)
    for spec in judges:
        models.facts(spec)
    return {"judge": judges[0] if judges else None, "more_judges": judges[1:]}


def parameters(config: RunConfig, name: str, text: str) -> dict[str, Any]:
    """The options of the config's protocol with this one; an empty field, or the default, is left out. Raises ConfigError."""
    protocol = protocols.find(config.protocol)
    default = next((option.default for option in protocol.options if option.name == name), None)
    if not text.strip():  # an empty field shows its default
        return config.parameters
    fitted = protocols.make(config.protocol, {name: text.strip()}).parameters[name]
    return config.parameters if fitted == default else {**config.parameters, name: fitted}


def limit(config: RunConfig, name: str, text: str, kind: Callable[[str, str], float]) -> dict[str, Any]:
    """A limit, as a change of a config; empty: none. Raises ConfigError."""
    value = kind(text, "limit") if text.strip() else None
    return {"limits": msgspec.structs.replace(config.limits, **{name: value})}


def read_level(text: str) -> Level:
    """L1 to L4. Raises ConfigError."""
    for level in LEVELS:
        if text.upper() == level:
            return level
    raise ConfigError(f"There is no level '{text}': choose {', '.join(LEVELS[:-1])} or {LEVELS[-1]}.")


def whole(text: str, what: str) -> int:
    """A whole number for a field. Raises ConfigError."""
    try:
        return int(text.replace(",", "").strip())
    except ValueError:
        raise ConfigError(f"'{text.strip()}' is not a whole number: write one, such as {_EXAMPLES[what]}.") from None


def number(text: str, what: str) -> float:
    """A finite number for a field. Raises ConfigError."""
    try:
        found = float(text.strip())
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise ConfigError(f"'{text.strip()}' is not a number: write one, such as {_EXAMPLES[what]}.")
    return found


_EXAMPLES = {"agents": "8", "temperature": "0.7", "words": "200", "seed": "1", "repeats": "10", "limit": "1000"}
