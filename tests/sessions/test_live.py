from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from selforg_tui.core import events as ev
from selforg_tui.core.config import ModelSpec, RunConfig, Task
from selforg_tui.core.errors import ConfigError, ModelFailure, StorageError
from selforg_tui.core.fold import fold
from selforg_tui.core.state import SessionState
from selforg_tui.metrics.summary import summary
from selforg_tui.models.base import Pace
from selforg_tui.sessions.live import LiveSession, run_unwatched
from selforg_tui.sessions.log import being_written
from selforg_tui.sessions.reader import read
from selforg_tui.settings.keys import Keys

REPOSITORY = Path(__file__).parents[2]
CONFIG = RunConfig("Move a hospital group to zero trust without stopping care", (Task("Plan it", "L3"), Task("Check it", "L2")), agents=4)
WATCHED = """
import asyncio, sys
from pathlib import Path
from selforg_tui.core import events as ev
from selforg_tui.core.config import RunConfig
from selforg_tui.models.base import Pace
from selforg_tui.sessions.live import LiveSession
from selforg_tui.settings.keys import Keys

def show(event, state):
    if isinstance(event, ev.CallFinished):
        print(event.call, state.calls[event.call].status, flush=True)

config = RunConfig("Save the bees", protocol=sys.argv[2], agents=12)
asyncio.run(LiveSession(config, keys=Keys({}), folder=Path(sys.argv[1]), pace=Pace(0.02), on_event=show).run())
"""


def live(folder: Path | None, config: RunConfig = CONFIG, **more: object) -> LiveSession:
    return LiveSession(config, keys=Keys({}), folder=folder, pace=Pace(0), **more)  # type: ignore[arg-type]


async def test_the_file_holds_what_the_state_shows(tmp_path: Path) -> None:
    session = live(tmp_path)
    status = await session.run()
    assert session.path == tmp_path / f"{session.id}.jsonl"
    recording = read(session.path)
    assert (status, recording.torn, recording.skipped, recording.interrupted) == (session.state.status, False, 0, False)
    assert recording.header == session.header
    assert recording.state() == session.state
    assert [event.seq for event in recording.events] == list(range(len(recording.events)))
    times = [event.t for event in recording.events]
    assert times == sorted(times) and times[0] >= 0
    assert all(task.solution and task.scores for task in session.state.tasks)


async def test_each_event_is_on_disk_before_it_is_shown(tmp_path: Path) -> None:
    missing: list[ev.AnyEvent] = []

    def look(event: ev.AnyEvent, state: SessionState) -> None:
        assert state.seq == event.seq
        assert session.path is not None
        if not isinstance(event, ev.CallDelta) and not session.path.read_bytes().endswith(ev.encode(event)):
            missing.append(event)

    session = live(tmp_path, RunConfig("Save the bees", agents=2), on_event=look)
    await session.run()
    assert session.state.status == "done" and not missing


async def test_it_runs_without_being_kept() -> None:
    session = live(None)
    assert await session.run() == "done"
    assert session.path is None


async def test_a_file_of_ones_own_choice(tmp_path: Path) -> None:
    session = live(tmp_path / "unused", out=tmp_path / "mine.jsonl")
    await session.run()
    assert session.path == tmp_path / "mine.jsonl"
    assert read(session.path).state() == session.state
    assert not (tmp_path / "unused").exists()


@pytest.mark.parametrize("protocol", ["sequential", "shared", "broadcast"])
async def test_stopping_keeps_what_was_done_and_ends_the_session(tmp_path: Path, protocol: str) -> None:
    def stop(event: ev.AnyEvent, state: SessionState) -> None:
        if isinstance(event, ev.CallFinished) and len([call for call in state.calls.values() if call.status == "done"]) == 2:
            session.stop()

    config = RunConfig("Save the bees", protocol=protocol, agents=4)
    session = LiveSession(config, keys=Keys({}), folder=tmp_path, pace=Pace(0.001), on_event=stop)
    assert await session.run() == "interrupted"
    session.stop()
    assert session.path is not None
    recording = read(session.path)
    assert recording.events[-1] == ev.SessionEnded(
        seq=len(recording.events) - 1, t=recording.seconds, status="interrupted", text="The run was stopped; what was done is kept."
    )
    assert recording.state() == session.state
    assert sum(call.status == "done" for call in session.state.calls.values()) >= 2
    assert not being_written(session.path)


async def test_cancelling_from_outside_goes_on_and_ends_the_session_too(tmp_path: Path) -> None:
    begun = asyncio.Event()
    session = LiveSession(CONFIG, keys=Keys({}), folder=tmp_path, on_event=lambda event, state: begun.set() if state.calls else None)
    work = asyncio.ensure_future(session.run())
    await begun.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert session.path is not None
    assert read(session.path).state().status == "interrupted"


def test_unwatched_simulated_runs_take_virtual_time_and_repeat(tmp_path: Path) -> None:
    found = []
    for folder in ("a", "b"):
        session = run_unwatched(CONFIG, keys=Keys({}), folder=tmp_path / folder)
        assert session.path is not None
        recording = read(session.path)
        assert recording.state() == session.state and session.state.status == "done"
        assert session.state.t > 1
        assert not any(isinstance(event, ev.CallDelta) for event in recording.events)
        found.append({**summary(recording.state()), "session": ""})
    assert found[0] == found[1]


def test_another_seed_gives_another_session() -> None:
    one, two = (run_unwatched(RunConfig("Save the bees", agents=3, seed=seed), keys=Keys({}), folder=None).state for seed in (1, 2))
    assert one.t != two.t


def test_what_cannot_be_run_or_kept_is_said_before_it_starts(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        live(tmp_path, RunConfig(""))
    with pytest.raises(ConfigError):
        live(tmp_path, RunConfig("m", protocol="none"))
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be stored"):
        run_unwatched(CONFIG, keys=Keys({}), folder=tmp_path / "file")
    with pytest.raises(ModelFailure) as raised:
        run_unwatched(RunConfig("m", models=(ModelSpec("openai", "gpt-5"),), judge=None), keys=Keys({}), folder=tmp_path / "s")
    assert raised.value.kind == "no_key"
    assert not (tmp_path / "s").exists()


async def test_a_disk_that_fills_up_ends_the_run_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(event: ev.AnyEvent, state: SessionState) -> None:
        if isinstance(event, ev.CallStarted):
            monkeypatch.setattr(os, "write", full)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    session = live(tmp_path, RunConfig("m", protocol="shared", agents=4), on_event=fill)
    with pytest.raises(StorageError, match="No space left"):
        await session.run()
    monkeypatch.undo()
    assert session.path is not None
    assert read(session.path).state() == session.state


@pytest.mark.parametrize(("protocol", "calls"), [("sequential", 1), ("sequential", 7), ("broadcast", 3), ("shared", 5)])
def test_a_killed_run_keeps_every_call_that_was_shown(tmp_path: Path, protocol: str, calls: int) -> None:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-c", WATCHED, str(tmp_path / "s"), protocol]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        shown = [process.stdout.readline() for _ in range(calls)]
        [path] = (tmp_path / "s").iterdir()
        assert being_written(path)
        process.send_signal(signal.SIGKILL)
        shown += process.stdout.readlines()
    assert process.returncode == -signal.SIGKILL
    recording = read(path)
    assert recording.interrupted and not being_written(path)
    held = recording.state()
    assert summary(held)["status"] == "interrupted"
    assert len(shown) >= calls
    for line in shown:
        name, status = line.split()
        assert status == "done" and held.calls[name].status == "done" and held.calls[name].text
    assert fold(recording.events) == held


def test_a_simulated_model_of_ones_own_is_written_down_with_the_session(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('like = "weak"\nformat_discipline = 1.0\n')
    config = RunConfig("Save the bees", agents=2, models=(ModelSpec("sim", str(file)),))
    session = run_unwatched(config, keys=Keys({}), folder=tmp_path)
    assert session.header.profiles == {f"sim:{file}": file.read_text().strip()}
    assert session.path is not None
    assert read(session.path).header.profiles == session.header.profiles
    assert session.state.status == "done"
    with pytest.raises(ConfigError, match="cannot be read"):
        LiveSession(RunConfig("Save the bees", models=(ModelSpec("sim", "./none.toml"),)), keys=Keys({}), folder=None)


def test_a_hurried_session_says_so_once(tmp_path: Path) -> None:
    session = live(tmp_path)
    asyncio.run(session.run())
    assert sum("not theirs" in text for text in session.state.warnings) == 1


async def test_a_key_command_does_not_stop_the_loop(tmp_path: Path) -> None:
    """While it runs, everything else goes on; and the session can be stopped."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    config = RunConfig("Save the bees", agents=1, models=(ModelSpec("openai", "gpt-4o"),), judge=None)
    session = LiveSession(config, keys=Keys({}, {"openai": f"cat {pipe}"}), folder=None)
    running = asyncio.create_task(session.run())
    async with asyncio.timeout(20):
        with await asyncio.to_thread(pipe.open, "w") as into:  # opens once the command reads
            session.stop()
            into.write("sk-some-key-0123\n")
        assert await running == "interrupted"


async def test_a_key_command_that_fails_ends_the_run_with_a_sentence() -> None:
    config = RunConfig("Save the bees", agents=1, models=(ModelSpec("openai", "gpt-4o"),), judge=None)
    with pytest.raises(ModelFailure, match=r"key command for openai .false. failed with exit code 1"):
        await LiveSession(config, keys=Keys({}, {"openai": "false"}), folder=None).run()
