"""An experiment: groups of runs that differ in what is compared, each repeated with the same seeds, kept in a folder of their own.

The folder's name follows from what is to be run, so that the same command finds what was done of it before.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from selforg_tui import __version__, prompts
from selforg_tui.core.config import RunConfig
from selforg_tui.core.errors import ConfigError, StorageError
from selforg_tui.core.ids import digest
from selforg_tui.core.text import one_line
from selforg_tui.lab.repeats import configs
from selforg_tui.settings import paths
from selforg_tui.settings.redact import MARK, redact

FORMAT = "selforg-experiment"
VERSION = 1
FILE = "experiment.json"
ASIDE = "set-aside"
"""Folder of runs that did not come to their end: they count for money, and for nothing else."""
MOST_BYTES = 50_000_000
MOST_RUNS = 100_000


class Group(msgspec.Struct, frozen=True):
    """Runs that are alike but for their seeds. `config` has the first seed."""

    name: str
    config: RunConfig


class Experiment(msgspec.Struct, frozen=True):
    """What is run, and where it is kept. Run k of every group has the k-th seed: these belong together."""

    id: str
    groups: tuple[Group, ...]
    repeats: int
    score_from: int = 1
    """The first task, counting from 1, whose scores count."""
    app_version: str = __version__
    created: str = ""
    format: str = FORMAT
    version: int = VERSION

    @property
    def folder(self) -> Path:
        """Where its sessions are."""
        return paths.experiments_folder() / self.id

    def jobs(self, folder: Path | None = None) -> Iterator[Job]:
        """Every run, seed by seed, so that what is there at any time is balanced between groups."""
        for seeds in zip(*(configs(group.config, self.repeats) for group in self.groups), strict=True):
            for place, config in enumerate(seeds):
                name = f"{place + 1:02d}-{_slug(self.groups[place].name)}-{config.seed}.jsonl"
                yield Job(self.groups[place].name, config, str((folder or self.folder) / name), self.score_from)


class Job(msgspec.Struct, frozen=True):
    """One run of an experiment, and the file it goes to."""

    group: str
    config: RunConfig
    path: str
    score_from: int = 1

    @property
    def simulated(self) -> bool:
        """No model of it is a real one."""
        return all(spec.simulated for spec in self.config.specs())


def experiment(groups: tuple[Group, ...], repeats: int, *, score_from: int = 1, anew: bool = False, keys: frozenset[str]) -> Experiment:
    """What these groups make, each `repeats` times. `anew`: beside an earlier one of the same groups, not its continuation.

    Raises ConfigError.
    """
    if not groups:
        raise ConfigError("An experiment needs a group of runs.")
    if repeats < 1:
        raise ConfigError(f"A run cannot be repeated {repeats} times: choose 1 or more.")
    if repeats * len(groups) > MOST_RUNS:
        raise ConfigError(f"{repeats * len(groups):,} runs are too many for one experiment: at most {MOST_RUNS:,}.")
    twice = [group.name for place, group in enumerate(groups) if group.name in [other.name for other in groups[:place]]]
    if twice:
        raise ConfigError(f"Two groups are called '{one_line(twice[0])}': give each a name of its own, or leave one of them out.")
    for group in groups:
        if not 1 <= score_from <= max(1, len(group.config.tasks)):
            raise ConfigError(f"There is no task {score_from} to score from: '{one_line(group.name)}' has {len(group.config.tasks)}.")
    texts = prompts.load(paths.prompts_folder())
    what = redact(msgspec.json.encode((groups, score_from)).decode(), keys)
    now = datetime.now(UTC)
    mark = digest(what, __version__, *(part for item in sorted(texts.items()) for part in item), *([now.isoformat()] if anew else []))
    name = f"{_slug(groups[0].config.mission)[:24].strip('-')}-{mark[:8]}"
    return Experiment(name, groups, repeats, score_from, created=now.isoformat(timespec="seconds"))


def save(what: Experiment, keys: frozenset[str]) -> None:
    """Write what the experiment is beside its sessions, without keys. Raises StorageError."""
    text = _redacted(what, keys)
    draft = what.folder / f"{FILE}.{os.getpid()}"
    try:
        what.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft.touch(mode=0o600)
        draft.write_bytes(text)
        draft.replace(what.folder / FILE)
    except OSError as problem:
        raise StorageError(f"The experiment cannot be stored in {what.folder} ({problem.strerror or problem}).") from problem


def load(name: str) -> Experiment:
    """The experiment whose id this is, or begins with it; `last` is the one begun last. Raises StorageError, ConfigError."""
    found = [each for each in listed() if each.id == name] or [each for each in listed() if name and each.id.startswith(name)]
    if name == "last":
        found = listed()[:1]
    if len(found) > 1:
        raise ConfigError(f"{len(found)} experiments begin with '{one_line(name)}': write more of the name.")
    if not found:
        raise ConfigError(f"There is no experiment '{one_line(name)}' in {paths.experiments_folder()}.")
    return found[0]


def listed() -> list[Experiment]:
    """All that can be read, the one begun last first."""
    found = []
    with contextlib.suppress(OSError):
        for file in paths.experiments_folder().glob(f"*/{FILE}"):
            with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError, ConfigError):
                if file.stat().st_size <= MOST_BYTES:
                    what = msgspec.json.decode(file.read_bytes(), type=Experiment)
                    if what.format == FORMAT and what.version <= VERSION and what.id == file.parent.name:
                        found.append(what)
    return sorted(found, key=lambda each: (each.created, each.id), reverse=True)


def check_whole(what: Experiment) -> None:
    """Raises ConfigError where an address is not whole, because the file does not keep what is a key in it."""
    for group in what.groups:
        if any(spec.base_url and MARK in spec.base_url for spec in group.config.specs()):
            raise ConfigError("A model's address had a key in it, which is not kept: run the command again instead of --resume.")


def _redacted(what: Experiment, keys: frozenset[str]) -> bytes:
    def walked(value: object) -> object:
        if isinstance(value, str):
            return redact(value, keys)
        if isinstance(value, dict):
            return {name: walked(each) for name, each in value.items()}
        return [walked(each) for each in value] if isinstance(value, list | tuple) else value

    return msgspec.json.format(msgspec.json.encode(walked(msgspec.to_builtins(what))))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40] or "group"
