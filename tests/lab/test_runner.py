"""Experiments: what is missing is run and nothing else, on processes or here, within a total budget."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path

import msgspec
import pytest

from selforg_tui.core.config import Limits, ModelSpec, RunConfig, Task
from selforg_tui.core.errors import ConfigError
from selforg_tui.lab import runner
from selforg_tui.lab.experiment import ASIDE, FILE, Experiment, Group, experiment, load
from selforg_tui.lab.measured import Measured, ended
from selforg_tui.lab.runner import Outcome, Progress, missing, results, run
from selforg_tui.settings.keys import Keys
from selforg_tui.settings.paths import experiments_folder
from tests.models.asking import simulating

NONE = frozenset[str]()
BASE = RunConfig("Bees", agents=2, tasks=(Task("Count them", "L1"),))


def grouped(repeats: int = 3, **changes: object) -> Experiment:
    base = msgspec.structs.replace(BASE, **changes)
    groups = tuple(Group(name, msgspec.structs.replace(base, protocol=name)) for name in ("sequential", "shared"))
    return experiment(groups, repeats, keys=NONE)


def told(outcome: Outcome) -> list[tuple[str, int, float | None, int, float | None]]:
    """What must be the same however it was run."""
    return [(name, run.config.seed, run.q, run.tokens, run.words) for name, runs in outcome.runs.items() for run in runs]


def test_every_group_has_the_same_seeds_and_a_balanced_order() -> None:
    jobs = list(grouped().jobs())
    assert [(job.group, job.config.seed) for job in jobs] == [(name, seed) for seed in (1, 2, 3) for name in ("sequential", "shared")]
    assert len({job.path for job in jobs}) == 6


def test_a_run_that_is_there_is_not_made_again_and_a_torn_one_is() -> None:
    what = grouped()
    first = run(what, Keys({}))
    assert first.ending == "done" and len(first.all) == 6 and missing(what) == []
    (torn, *whole) = [Path(each.path) for each in first.all]
    lines = torn.read_bytes().splitlines(keepends=True)
    torn.write_bytes(b"".join(lines[:-1]) + lines[-1][:10])
    before = {path: path.stat().st_mtime_ns for path in whole}
    assert [job.path for job in missing(what)] == [str(torn)]
    assert results(what).ending == "stopped" and len(results(what).all) == 5
    seen: list[Progress] = []
    again = run(what, Keys({}), on_progress=seen.append)
    assert told(again) == told(first) == told(results(what))
    assert {path: path.stat().st_mtime_ns for path in whole} == before
    assert [file.name for file in (what.folder / ASIDE).iterdir()] == [f"{torn.stem}.1.jsonl"]
    assert (seen[-1].done, seen[-1].of, seen[-1].seconds_left) == (6, 6, 0)


def test_more_repeats_go_on_and_anew_does_not() -> None:
    first = run(grouped(2), Keys({}))
    more = grouped(3)
    assert len(missing(more)) == 2
    assert set(told(first)) < set(told(run(more, Keys({}))))
    apart = experiment(more.groups, 3, anew=True, keys=NONE)
    assert apart.id != more.id and len(missing(apart)) == 6


def test_what_is_run_decides_the_folder(own_world: Path) -> None:
    plain = grouped().id
    assert grouped().id == plain != grouped(words=60).id
    (own_world / "config" / "prompts").mkdir(parents=True)
    (own_world / "config" / "prompts" / "contribute.txt").write_text("Say something else.")
    assert grouped().id != plain


def test_processes_make_what_this_one_would(monkeypatch: pytest.MonkeyPatch) -> None:
    what = grouped(4)
    here = run(what, Keys({}))
    apart = experiment(what.groups, 4, anew=True, keys=NONE)
    monkeypatch.setattr(runner, "SMALL", 0)
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-real-key-12345")
    assert told(run(apart, Keys({}))) == told(here)


def test_a_worker_gets_no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import subprocess

    from selforg_tui.lab import pool

    given: list[dict[str, str]] = []
    really = subprocess.Popen

    def popen(*args: object, **more: object) -> object:
        given.append(more["env"])  # type: ignore[arg-type]
        return really(*args, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(pool.subprocess, "Popen", popen)  # type: ignore[attr-defined]
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-real-key-12345")
    monkeypatch.setattr(runner, "SMALL", 0)
    run(grouped(1), Keys())
    assert given and all("not-a-real-key-12345" not in environment.values() for environment in given)


def test_stopping_keeps_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    for small in (10**6, 0):
        monkeypatch.setattr(runner, "SMALL", small)
        what = experiment(grouped().groups, 30, anew=True, keys=NONE)
        stop = threading.Event()

        def enough(progress: Progress, stop: threading.Event = stop) -> None:
            if progress.done == 4:
                stop.set()

        found = run(what, Keys({}), stop=stop, on_progress=enough)
        assert found.ending == "stopped" and 4 <= len(found.all) < 60
        assert all(ended(Path(each.path)) for each in found.all)


def test_two_at_once_are_refused() -> None:
    what = grouped()
    problems: list[str] = []

    def again(progress: Progress) -> None:
        with pytest.raises(ConfigError, match="by another process"):
            run(what, Keys({}))
        problems.append("refused")

    run(what, Keys({}), on_progress=again)
    assert len(problems) == 6


def test_a_problem_in_a_process_is_told_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "SMALL", 0)
    what = grouped(2)
    broken = msgspec.structs.replace(what, groups=(*what.groups, Group("none", msgspec.structs.replace(BASE, protocol="none"))))
    with pytest.raises(ConfigError, match="no protocol 'none'"):
        run(broken, Keys({}))


def test_keys_in_addresses_are_not_kept_and_such_an_experiment_wants_its_command() -> None:
    secret = ModelSpec("openai", "m", "http://me:hunter2hunter2@127.0.0.1:9/v1")
    what = experiment((Group("a", msgspec.structs.replace(BASE, models=(secret,))),), 1, keys=frozenset({"hunter2hunter2"}))
    from selforg_tui.lab.experiment import save

    save(what, frozenset({"hunter2hunter2"}))
    text = (what.folder / FILE).read_text()
    assert "hunter2" not in text and json.loads(text)["id"] == what.id
    assert (what.folder / FILE).stat().st_mode & 0o777 == 0o600


def test_an_experiment_is_found_by_its_id_or_its_beginning() -> None:
    what = grouped()
    run(what, Keys({}))
    assert load(what.id) == load(what.id[:5]) == load("last") == what
    (experiments_folder() / what.id / FILE).write_text("{")
    with pytest.raises(ConfigError, match="There is no experiment"):
        load(what.id)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"repeats": 0}, "choose 1 or more"),
        ({"repeats": 10**6}, "too many"),
        ({"score_from": 2}, "no task 2"),
        ({"groups": (Group("a", BASE), Group("a", BASE))}, "Two groups are called 'a'"),
        ({"groups": ()}, "needs a group"),
    ],
)
def test_nonsense_is_refused(change: dict[str, object], said: str) -> None:
    given: dict[str, object] = {"groups": (Group("a", BASE),), "repeats": 1, "keys": NONE, **change}
    with pytest.raises(ConfigError, match=said):
        experiment(**given)  # type: ignore[arg-type]


PRICES = """
["openai:sim-*@http://127.0.0.1:*"]
input = 300.0
output = 1500.0
"""


def real(url: str, repeats: int = 6, **changes: object) -> Experiment:
    model = ModelSpec("openai", "sim-strong", f"{url}/v1")
    config = msgspec.structs.replace(BASE, models=(model,), judge=None, **changes)
    return experiment((Group("one", config), Group("two", msgspec.structs.replace(config, protocol="shared"))), repeats, keys=NONE)


async def test_real_runs_stop_at_the_total_and_go_on_with_a_higher_one(own_world: Path) -> None:
    (own_world / "config").mkdir(parents=True)
    (own_world / "config" / "prices.toml").write_text(PRICES)
    async with simulating() as (_, url):
        what = real(url)
        each = (await asyncio.to_thread(run, real(url, 1), Keys({}))).all[0].real_usd
        found = await asyncio.to_thread(run, what, Keys({}), total_usd=5.5 * each)
        assert found.ending == "budget" and 2 <= len(found.all) < 12
        spent = sum(each.real_usd for each in found.all)
        aside = what.folder / ASIDE
        assert 0 < spent <= 5.5 * each
        assert all(run.status == "done" for run in found.all), "a run that the total cut off does not count"
        kept = {run.path: run.session for run in found.all}
        more = await asyncio.to_thread(run, what, Keys({}), total_usd=1000.0)
        assert more.ending == "done" and len(more.all) == 12
        assert kept.items() <= {run.path: run.session for run in more.all}.items()
        assert not aside.exists() or len(list(aside.iterdir())) <= 2


async def test_a_limit_of_ones_own_is_a_result_and_the_totals_is_none(own_world: Path) -> None:
    async with simulating() as (_, url):
        what = real(url, 1, limits=Limits(tokens=1500))
        found = await asyncio.to_thread(run, what, Keys({}))
        assert {run.status for run in found.all} == {"limit"} and len(found.all) == 2 and found.ending == "done"


async def test_who_never_answers_is_not_asked_again_and_again() -> None:
    async with simulating() as (_, url):
        what = real(url, 4)
        gone = Group("gone", msgspec.structs.replace(what.groups[0].config, models=(ModelSpec("openai", "no-such", f"{url}/v1"),)))
        what = experiment((*what.groups, gone), 4, keys=NONE)
        found = await asyncio.to_thread(run, what, Keys({}))
        assert {name: len(runs) for name, runs in found.runs.items()} == {"one": 4, "two": 4, "gone": 0}
        assert list(found.silent) == ["gone"]
        assert len(missing(what)) == 4, "they are run when somebody goes on"
        assert len(list((what.folder / ASIDE).iterdir())) == 1


async def test_a_real_run_is_cut_off_when_stopped_and_its_money_still_counts(own_world: Path) -> None:
    (own_world / "config").mkdir(parents=True)
    (own_world / "config" / "prices.toml").write_text(PRICES)
    stop = threading.Event()
    async with simulating(latency=0.05) as (_, url):
        what = real(url, 2)

        def after_one(progress: Progress) -> None:
            stop.set()

        found: Outcome = await asyncio.to_thread(run, what, Keys({}), stop=stop, on_progress=after_one)
        assert found.ending == "stopped" and len(found.all) == 1
        runs: list[Measured] = (await asyncio.to_thread(run, what, Keys({}))).all
        assert len(runs) == 4
