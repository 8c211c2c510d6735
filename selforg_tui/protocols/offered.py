"""Whether what is offered as a protocol is one: other packages offer theirs, and their faults are theirs."""

from __future__ import annotations

from typing import Any

from selforg_tui.core.errors import ConfigError
from selforg_tui.core.text import one_line
from selforg_tui.protocols.base import Option, Promise, Protocol


def unfit(found: Any, name: str = "") -> str:
    """Why this is no protocol (of that name), as the end of a sentence that begins with its name; empty where it is one."""
    if not (isinstance(found, type) and issubclass(found, Protocol)):
        return "is offered as a protocol but is none: its class must derive from selforg_tui.protocols.base.Protocol"
    lacks = [what for what in ("name", "title", "picture") if not isinstance(getattr(found, what, None), str) or not getattr(found, what)]
    if lacks:
        return f"does not say its {' and '.join(lacks)}: each is a text in its class"
    undone = sorted(getattr(found, "__abstractmethods__", ()))
    if undone:
        return f"lacks {' and '.join(undone)}: its class must define them"
    if name and found.name != name:
        return f"calls itself '{found.name}': the entry point and the class must give the same name"
    if not found.definition():
        return "does not say what it is: the first paragraph of its docstring is its definition"
    if not isinstance(found.options, tuple) or not all(isinstance(option, Option) for option in found.options):
        return "has options that are no tuple of Option"
    return ""


def promised(protocol: Protocol, n: int) -> Promise:
    """What it promises for n agents. Raises ConfigError, also where the protocol breaks."""
    try:
        promise = protocol.promise(n)
        if not isinstance(promise, Promise) or not promise.steps:
            raise TypeError("it is no Promise with steps")
        return promise
    except ConfigError:
        raise
    except (Exception, SystemExit) as problem:
        raise ConfigError(broke(protocol.name, f"cannot say what {n} agents will take", problem)) from problem


def at_work(protocol: Protocol, n: int) -> int:
    """How many of n agents may be asked. Raises ConfigError, also where the protocol breaks."""
    try:
        return max(1, min(n, protocol.at_work(n)))
    except (Exception, SystemExit) as problem:
        raise ConfigError(broke(protocol.name, f"cannot say how many of {n} agents are at work", problem)) from problem


def broke(name: str, what: str, problem: BaseException) -> str:
    """The sentence for a protocol's own fault."""
    return f"The protocol '{name}' {what}: {one_line(f'{type(problem).__name__}: {problem}', 300)}. Repair it, or choose another protocol."
