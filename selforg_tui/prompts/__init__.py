"""The texts that models are given: one file per kind of step, the same under every protocol.

A folder of one's own may hold files of the same names; those are used instead, and a session records what it used.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from string import Template

from selforg_tui.core.errors import ConfigError

NAMES = (
    "rules.txt", "may_stay_out.txt", "nobody_stays_out.txt", "contribute.txt", "intend.txt", "plan.txt", "signal.txt", "rate.txt",
    "repair.txt", "wrap_up.txt", "judge.txt", "write_up.txt", "levels.toml",
)  # fmt: skip
MOST_CHARACTERS = 20_000


def load(folder: Path | None = None) -> dict[str, str]:
    """The texts by file name, each from `folder` where it has one. Raises ConfigError for one that cannot be used."""
    texts = {}
    for name in NAMES:
        own = folder / name if folder else None
        try:
            text = own.read_text("utf-8") if own and own.is_file() else files(__package__).joinpath(name).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as problem:
            raise ConfigError(f"The prompt file {own} cannot be read ({problem}). Repair it, or remove it to use ours.") from None
        if len(text) > MOST_CHARACTERS:
            raise ConfigError(f"The prompt file {own} has more than {MOST_CHARACTERS:,} characters. Shorten it, or remove it to use ours.")
        texts[name] = text.strip()
    levels(texts)
    return texts


def levels(texts: dict[str, str]) -> dict[str, str]:
    """The plain description of each level. Raises ConfigError."""
    try:
        found = tomllib.loads(texts["levels.toml"])
    except tomllib.TOMLDecodeError as problem:
        raise ConfigError(f"The prompt file levels.toml is not TOML ({problem}). Repair it, or remove it to use ours.") from None
    missing = [level for level in ("L1", "L2", "L3", "L4") if not isinstance(found.get(level), str)]
    if missing:
        raise ConfigError(f"The prompt file levels.toml says nothing about {', '.join(missing)}. Add it, or remove the file to use ours.")
    return {level: str(text) for level, text in found.items()}


def rules(texts: dict[str, str], *, abstention: bool = True) -> str:
    """The rules, saying at `$staying_out` that agents may stay out, or that nobody does; the latter also where they have no such place."""
    text, said = texts["rules.txt"], texts.get("may_stay_out.txt" if abstention else "nobody_stays_out.txt", "")
    if "$staying_out" in text:
        return fill(text, staying_out=said)
    return text if abstention else f"{text}\n{said}"


def fill(text: str, **values: object) -> str:
    """The text with its `$names` filled in; names that nobody fills stay as they are."""
    return Template(text).safe_substitute({name: str(value) for name, value in values.items()})
