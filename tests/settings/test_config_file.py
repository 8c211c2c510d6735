from __future__ import annotations

from pathlib import Path

import pytest

from selforg_tui.core.config import Limits, ModelSpec
from selforg_tui.core.errors import ConfigError
from selforg_tui.settings.config_file import Calling, Defaults, calling, defaults


def written(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text, "utf-8")
    return file


def test_no_file_gives_the_standard(tmp_path: Path) -> None:
    assert defaults(tmp_path / "none.toml", {}) == Defaults()


def test_the_file_gives_defaults_and_the_environment_goes_over_it(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        '[run]\nprotocol = "shared"\nagents = 12\nmodels = ["sim:weak=2", "sim:strong"]\njudge = "none"\ntemperature = 1\n'
        "[limits]\ncost_usd = 2\nseconds = 60\n[theme]\nname = 'of others'\n",
    )
    found = defaults(file, {"SELFORG_TUI_AGENTS": "5", "SELFORG_TUI_TOKENS": "1000", "SELFORG_TUI_SEED": " "})
    assert found == Defaults(
        "shared", 5, (ModelSpec("sim", "weak", None, 2), ModelSpec("sim", "strong")), "none", 1, limits=Limits(2, 1000, 60)
    )
    assert defaults(file, {"SELFORG_TUI_MODELS": "sim:weak sim:strong=1"}).models == (
        ModelSpec("sim", "weak"),
        ModelSpec("sim", "strong", None, 1),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[run\n", "is not TOML"),
        ("run = 3\n", r"must be a table: write \[run\]"),
        ("[run]\nagent = 3\n", "Did you mean 'agents'"),
        ("[limts]\ncost_usd = 0.2\n", r"\[limts\] in .*config.toml is not known. Did you mean \[limits\]"),
        ("cost_usd = 0.2\n", r"'cost_usd' in .*config.toml stands in no table: write \[limits\] on a line above it"),
        ("[run]\nagents = '3'\n", "'agents' in .run. of .*config.toml must be a whole number"),
        ("[run]\nagents = true\n", "whole number"),
        ("[run]\nmodels = []\n", "must be a list of models"),
        ("[run]\nmodels = 'strong'\n", "'models' in .* 'strong' is not a model"),
        ("[run]\njudge = 'strong'\n", "'judge' in .* 'strong' is not a model"),
        ("[run]\nprotocol = 7\n", "must be a text"),
        ("[run]\narrangement = 'random'\n", "'arrangement' in .* must be one of blocks, interleaved"),
        ("[run]\norder = 'random'\n", "'order' in .* must be one of fixed, shuffled"),
        ("[run]\nabstention = 'no'\n", "'abstention' in .* must be true or false"),
        ("[run]\nwarm_up = 'yes'\n", "'warm_up' in .* must be true or false"),
        ("[limits]\ncost_usd = nan\n", "must be a number"),
        ("[limits]\ntokens = 1.5\n", "whole number"),
    ],
)
def test_errors_name_the_file_and_the_key(tmp_path: Path, text: str, said: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(ConfigError, match=said) as caught:
        defaults(file, {})
    assert str(file) in str(caught.value)


def test_errors_name_the_variable(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="variable SELFORG_TUI_AGENTS must be a whole number"):
        defaults(tmp_path / "none", {"SELFORG_TUI_AGENTS": "many"})


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="is not TOML"):
        defaults(file, {})


def test_how_models_are_called(own_world: Path) -> None:
    file = own_world / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("[models]\nfirst_token_seconds = 30\nlimit_local = true\n")
    assert calling(file, {}) == Calling(first_token_seconds=30, limit_local=True)
    assert calling(file, {"SELFORG_TUI_CALL_SECONDS": "90.5", "SELFORG_TUI_LIMIT_LOCAL": "off"}) == Calling(True, 30, 90.5, False)
    assert defaults(file, {}).calling == calling(file, {})


@pytest.mark.parametrize("line", ["call_seconds = 0", "call_seconds = true", 'first_token_seconds = "long"', "limit_local = 1", "slow = 3"])
def test_a_mistake_in_how_models_are_called_is_named(own_world: Path, line: str) -> None:
    file = own_world / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"[models]\n{line}\n")
    with pytest.raises(ConfigError, match=line.split()[0]):
        calling(file, {})


def test_turns_and_staying_out(tmp_path: Path) -> None:
    file = written(tmp_path, "[run]\norder = 'shuffled'\nabstention = false\n")
    assert (defaults(file, {}).order, defaults(file, {}).abstention) == ("shuffled", False)
    found = defaults(file, {"SELFORG_TUI_ORDER": "strong-last", "SELFORG_TUI_ABSTENTION": "yes"})
    assert (found.order, found.abstention) == ("strong-last", True)


def test_writing_up(tmp_path: Path) -> None:
    file = written(tmp_path, "[run]\nwrite_up = true\nwrite_up_by = 'openai:x'\n")
    assert (defaults(file, {}).write_up, defaults(file, {}).write_up_by) == (True, ModelSpec("openai", "x"))
    assert defaults(file, {"SELFORG_TUI_WRITE_UP": "no", "SELFORG_TUI_WRITE_UP_BY": "sim:weak"}).write_up_by == ModelSpec("sim", "weak")
    assert (defaults(written(tmp_path, ""), {}).write_up, defaults(file, {"SELFORG_TUI_WRITE_UP": "no"}).write_up) == (False, False)
    with pytest.raises(ConfigError, match="variable SELFORG_TUI_WRITE_UP_BY"):
        defaults(file, {"SELFORG_TUI_WRITE_UP_BY": "nobody"})


def test_seating_and_warm_up(tmp_path: Path) -> None:
    file = written(tmp_path, "[run]\narrangement = 'by-level'\nwarm_up = true\n")
    found = defaults(file, {})
    assert (found.arrangement, found.warm_up) == ("by-level", True)
    found = defaults(file, {"SELFORG_TUI_WARM_UP": "off", "SELFORG_TUI_ARRANGEMENT": "interleaved"})
    assert (found.arrangement, found.warm_up) == ("interleaved", False)
    with pytest.raises(ConfigError, match="variable SELFORG_TUI_WARM_UP must be true or false"):
        defaults(file, {"SELFORG_TUI_WARM_UP": "perhaps"})
