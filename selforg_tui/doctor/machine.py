"""What a run needs of this machine: Python, a terminal, folders to write to, files that can be read."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from selforg_tui import prompts
from selforg_tui.core.config import ModelSpec
from selforg_tui.core.court import read_judges
from selforg_tui.core.errors import ConfigError
from selforg_tui.doctor.findings import Finding
from selforg_tui.settings import config_file, paths

SMALL, ROOMY = (60, 16), (80, 24)
"""Columns and rows: below the first no screen is drawn, from the second on nothing is left out that matters."""


def machine(environment: Mapping[str, str] | None = None, size: tuple[int, int] | None = None) -> tuple[Finding, ...]:
    """All of it, in the order in which one would mend it. Takes up to half a second; nothing is sent anywhere."""
    environment = os.environ if environment is None else environment
    return (
        _python(),
        _colours(environment),
        _size(shutil.get_terminal_size() if size is None else size),
        _letters(),
        *(_folder(name, folder) for name, folder in _folders()),
        *(_file(name, check, fine) for name, check, fine in _files()),
        _tokenizer(),
    )


def _python() -> Finding:
    return Finding("python", "Python", "fine", f"{platform.python_version()} on {platform.system()} {platform.release()}".strip())


def _colours(environment: Mapping[str, str]) -> Finding:
    term = environment.get("TERM", "")
    if environment.get("NO_COLOR"):
        return Finding("terminal", "colours", "note", "NO_COLOR is set: the app says everything in words and marks.")
    if term == "dumb":
        return Finding(
            "terminal", "colours", "note", "This terminal calls itself dumb: the app cannot draw in it.", "Use another, or 'run --plain'."
        )
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit") or os.name == "nt":
        return Finding("terminal", "colours", "fine", "all of them")
    if "256color" in term:
        return Finding(
            "terminal",
            "colours",
            "fine",
            "256; the themes are drawn a little coarser",
            "Set COLORTERM=truecolor if this terminal can do more.",
        )
    return Finding(
        "terminal",
        "colours",
        "note",
        f"few are known of this terminal (TERM={term or 'not set'}).",
        "Set TERM=xterm-256color if it can do more.",
    )


def _size(size: tuple[int, int]) -> Finding:
    columns, rows = size
    text = f"{columns} × {rows}"
    if columns < SMALL[0] or rows < SMALL[1]:
        return Finding(
            "terminal", "size", "trouble", f"{text} is too small to draw in.", f"Make the window {ROOMY[0]} × {ROOMY[1]} or larger."
        )
    if columns < ROOMY[0] or rows < ROOMY[1]:
        return Finding(
            "terminal", "size", "note", f"{text} is narrow: not everything is shown.", f"{ROOMY[0]} × {ROOMY[1]} or larger shows more."
        )
    return Finding("terminal", "size", "fine", text)


def _letters() -> Finding:
    encoding = (getattr(sys.__stdout__, "encoding", None) or "unknown").lower()
    if encoding.replace("-", "") == "utf8":
        return Finding("terminal", "letters", "fine", "UTF-8")
    return Finding("terminal", "letters", "note", f"{encoding} cannot show all letters.", "Set LC_ALL=C.UTF-8, or PYTHONUTF8=1.")


def _folders() -> tuple[tuple[str, Path], ...]:
    return ("settings", paths.config_folder()), ("sessions", paths.sessions_folder()), ("cache", paths.cache_folder())


def _folder(name: str, folder: Path) -> Finding:
    """Whether files can be made there, or where it will be made."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        if not there.is_dir():
            raise NotADirectoryError(0, "a file is in its way")
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as problem:
        return Finding(
            "folders",
            name,
            "trouble",
            f"{folder} cannot be written to ({problem.strerror or problem}).",
            f"Free it, or set {paths.HOME} to another folder.",
        )
    return Finding("folders", name, "fine", str(folder) if there == folder else f"{folder} (made when it is needed)")


def _files() -> tuple[tuple[str, Callable[[], object], str], ...]:
    from selforg_tui.models import prices, providers

    return (
        ("config.toml", _config, "no mistakes" if paths.config_file().is_file() else "none: the program's own defaults hold"),
        ("providers", providers.providers, "no mistakes" if paths.providers_file().is_file() else "the program's own"),
        (
            "prices",
            lambda: prices.price(ModelSpec("openai", "gpt-4o")),
            "no mistakes" if paths.prices_file().is_file() else "those of the table",
        ),
        (
            "prompts",
            lambda: prompts.load(paths.prompts_folder()),
            "no mistakes" if paths.prompts_folder().is_dir() else "the program's own",
        ),
    )


def _tokenizer() -> Finding:
    from selforg_tui.models import tokenizer

    if tokenizer.load("o200k_base"):
        return Finding("files", "tokenizer", "fine", "its vocabulary is there")
    text = "its vocabulary is not there: until a provider reports, tokens are estimated."
    return Finding("files", "tokenizer", "note", text, "Install selforg-tui anew, or see whether the cache folder can be written to.")


def _config() -> None:
    from selforg_tui.models.providers import providers
    from selforg_tui.models.registry import facts

    found = config_file.defaults()
    for spec in (*found.models, *read_judges(found.judge or "none")):
        facts(spec)
    config_file.discovers()
    config_file.discovers(environment={})  # the file may be wrong where a variable hides it
    for name in config_file.key_commands():
        if name not in providers():
            known = ", ".join(providers())
            raise ConfigError(
                f"'{name}' in [keys] of {paths.config_file()} is no provider, so its command is never run: name one of {known}."
            )


def _file(name: str, check: Callable[[], object], fine: str) -> Finding:
    try:
        check()
    except ConfigError as problem:
        return Finding("files", name, "trouble", str(problem))
    return Finding("files", name, "fine", fine)
