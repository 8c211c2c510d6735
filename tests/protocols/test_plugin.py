"""Protocols of other packages: one is built as the page says, and faulty ones are named and disturb nothing."""

from __future__ import annotations

import asyncio
import json
import os
import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import OptionList, Select

from selforg_tui.core.config import RunConfig, Task
from selforg_tui.core.errors import ConfigError, StorageError
from selforg_tui.core.events import AnyEvent, SessionEnded
from selforg_tui.engine.clock import run_virtual
from selforg_tui.engine.estimate import estimate
from selforg_tui.engine.header import make_header
from selforg_tui.engine.run import run
from selforg_tui.protocols import registry
from selforg_tui.sessions.live import run_unwatched
from selforg_tui.settings import paths
from selforg_tui.settings.keys import Keys
from selforg_tui.tui.screens.setup_fields import PARAMETER
from tests.engine.scripted import Scripted
from tests.tui.in_app import in_app, settled

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "protocols.md"
BASE = """
import asyncio, sys
from selforg_tui.protocols.base import Promise, Protocol, Step

class Plain(Protocol):
    '''Agents take turns.'''
    name, title, picture = "NAME", "Plain", "01"
    async def work(self, team):
        for agent in team.agents:
            await team.contribute(agent)
    def promise(self, n):
        return Promise((Step("contribute", n, n, 1),))

"""
FAULTY = {
    "raises-on-import": ("raise OSError('no such device')", "no such device"),
    "exits-on-import": ("import sys; sys.exit('bye')", "bye"),
    "no-protocol": ("Plain = dict", "must derive from selforg_tui.protocols.base.Protocol"),
    "no-module": (None, "No module named 'no_module'"),
    "no-work": (
        "from selforg_tui.protocols.base import *\nclass Plain(Protocol): name, title, picture = 'no-work', 't', 'p'",
        "lacks promise and work",
    ),
    "no-title": (f"{BASE}Plain.title = ''", "does not say its title"),
    "other-name": (f"{BASE}Plain.name = 'sequential'", "calls itself 'sequential'"),
    "breaks-promise": (f"{BASE}Plain.promise = lambda self, n: 1 / 0", "cannot say what 8 agents will take: ZeroDivisionError"),
    "odd-promise": (f"{BASE}Plain.promise = lambda self, n: 7", "it is no Promise with steps"),
    "exits-promise": (f"{BASE}Plain.promise = lambda self, n: sys.exit('enough')", "SystemExit: enough"),
    "cannot-be-made": (
        f"{BASE}def init(self, **parameters): raise KeyError('seat')\nPlain.__init__ = init",
        "cannot be set up: KeyError: 'seat'",
    ),
}
AT_WORK = {
    "raises": ("raise ValueError('no seat 9')", "in task 1 (ValueError: no seat 9)"),
    "exits": ("sys.exit('enough')", "in task 1 (SystemExit: enough)"),
    "exits-together": ("await team.together([self.leave()])", "in task 1 (RuntimeError: it called sys.exit('enough'))"),
    "cancels": ("raise asyncio.CancelledError", "in task 1 (CancelledError)"),
    "leaves-calls": (
        "self.kept = asyncio.create_task(team.contribute(team.agents[1])); await asyncio.sleep(0)",
        "in task 1 (RuntimeError: its work was over before its calls were)",
    ),
    "asks-a-stranger": ("await team.contribute(None)", "in task 1 (AttributeError: 'NoneType' object has no attribute 'seat')"),
}


def offer(folder: Path, name: str, code: str | None, attribute: str = "Plain") -> None:
    """A package that offers this protocol, as an installer would leave it."""
    module = name.replace("-", "_")
    if code is not None:
        (folder / f"{module}.py").write_text(code.replace("NAME", name))
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: pack-{name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{registry.GROUP}]\n{name} = {module}:{attribute}\n")


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(folder)]), "COLUMNS": "200", "PYTHONDONTWRITEBYTECODE": "1"}


def selforg(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "selforg_tui", *words]
    return subprocess.run(command, env=environment(folder), cwd=folder, capture_output=True, text=True, timeout=60, encoding="utf-8")


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder where packages are found, in this process too."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def block(language: str, after: str) -> str:
    """The first fenced block of a language behind these words of the page."""
    _, _, rest = PAGE.read_text("utf-8").partition(after)
    found = re.search(rf"```{language}\n(.*?)```", rest, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def short_sight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's package, installed."""
    package, target = tmp_path_factory.mktemp("package"), tmp_path_factory.mktemp("target")
    (package / "pyproject.toml").write_text(block("toml", "`pyproject.toml`"))
    (package / "short_sight.py").write_text(block("python", "`short_sight.py`"), "utf-8")
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-index"]
    command = [sys.executable, "-m", "pip", "install", *quiet, "--no-deps", "--no-build-isolation", "--target", str(target), str(package)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return target


def test_the_page_builds_one_in_under_thirty_lines() -> None:
    lines = [
        line
        for language, after in (("toml", "`pyproject.toml`"), ("python", "`short_sight.py`"))
        for line in block(language, after).splitlines()
    ]
    assert len([line for line in lines if line.strip()]) < 30


def test_the_page_s_protocol_is_installed_checked_and_run_as_the_page_says(short_sight: Path) -> None:
    _, check, run_line = block("console", "Install it beside").splitlines()
    done = selforg(shlex.split(check)[1:], short_sight)
    assert (done.returncode, "short-sight conforms" in done.stdout) == (0, True), done.stdout + done.stderr
    done = selforg([*shlex.split(run_line)[1:], "--json", "--no-save"], short_sight)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["protocol"], result["status"], result["calls"]["team"]) == ("short-sight", "done", 6)
    done = selforg([*shlex.split(run_line)[1:], "-P", "window=3", "--no-save"], short_sight)
    assert (done.returncode, "give 1 or 2 or 4" in done.stderr) == (2, True), done.stderr
    listed = selforg(["protocols", "short-sight"], short_sight).stdout
    assert "Short sight (short-sight), from short-sight" in listed and "-P window=2 (1 or 2 or 4)" in listed


async def test_setup_shows_its_parameter_by_itself(short_sight: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(short_sight))
    async with in_app(config=RunConfig("Sail", protocol="short-sight", parameters={"window": 4})) as pilot:
        await pilot.press("ctrl+o")
        await settled(pilot)
        screen = pilot.app.screen
        assert screen.query_one(f"#{PARAMETER}window", Select).value == "4"
        assert "from short-sight" in str(screen.query_one("#picture").border_subtitle)
    sys.modules.pop("short_sight", None)


def test_the_page_is_up_to_date() -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "protocols_page.py"))["page"]
    text = PAGE.read_text("utf-8")
    assert made(text) == text, "run scripts/protocols_page.py"
    assert all(f"\n## {registry.find(name).title}\n" in text for name in registry.OURS)


def test_faulty_packages_are_named_and_disturb_nothing(tmp_path: Path) -> None:
    for name, (code, _) in FAULTY.items():
        offer(tmp_path, name, code)
    offer(tmp_path, "sound", BASE)
    found = {each["name"]: each for each in json.loads(selforg(["protocols", "--json"], tmp_path).stdout)["protocols"]}
    for name, (_, says) in FAULTY.items():
        assert says in found[name]["problem"] and name in found[name]["problem"], found[name]
    assert all("problem" not in found[name] for name in (*registry.OURS, "sound"))
    assert found["sound"]["from"] == "from pack-sound"
    for name in ("sound", "sequential"):
        assert selforg(["run", "Sail", "-p", name, "-n", "2", "--no-save"], tmp_path).returncode == 0
    done = selforg(["run", "Sail", "-p", "exits-on-import", "--no-save"], tmp_path)
    assert done.returncode == 2 and "The protocol 'exits-on-import' cannot be loaded" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_package_is_a_sentence_wherever_it_is_met(name: str, plugins: Path) -> None:
    offer(plugins, name, FAULTY[name][0])
    with pytest.raises(ConfigError) as met:
        estimate(RunConfig("Sail", protocol=name))
    assert FAULTY[name][1] in str(met.value) and name in str(met.value)


async def test_the_app_goes_on_with_a_faulty_one_in_its_list(plugins: Path) -> None:
    offer(plugins, "breaks-promise", FAULTY["breaks-promise"][0])
    offer(plugins, "raises-on-import", FAULTY["raises-on-import"][0])
    async with in_app(config=RunConfig("Sail", protocol=list(registry.OURS)[-1])) as pilot:
        for words in ("Agents take turns", "no such device"):
            await pilot.press("ctrl+t")
            await settled(pilot)
            assert words in str(pilot.app.screen.query_one("#picture").render())
        await pilot.press("ctrl+o")
        await settled(pilot)
        screen = pilot.app.screen
        assert screen.query_one("#protocol", OptionList).highlighted == len(registry.names()) - 1
        assert "no such device" in str(screen.query_one("#picture").render())
        await pilot.press("ctrl+r")
        assert pilot.app.screen is screen, "nothing starts"
        screen.query_one("#protocol").focus()
        await pilot.press("up")
        async with asyncio.timeout(10):
            while "cannot say what 8 agents will take" not in str(screen.query_one("#estimate").render()):
                await pilot.pause(0.01)


@pytest.mark.parametrize("name", AT_WORK)
def test_a_protocol_that_breaks_at_work_ends_the_session_as_failed(name: str, plugins: Path) -> None:
    code = f"{BASE}async def work(self, team):\n    await team.contribute(team.agents[0])\n    {AT_WORK[name][0]}\n"
    code += "async def leave(self): sys.exit('enough')\nPlain.work, Plain.leave = work, leave\n"
    offer(plugins, name, code)
    config = RunConfig("Sail", (Task("a"), Task("b")), protocol=name, agents=2)
    session = run_unwatched(config, keys=Keys({}), folder=paths.sessions_folder())
    state = session.state
    assert state.status == "failed"
    assert f"The protocol '{name}' broke {AT_WORK[name][1]}" in state.ended
    assert state.tasks[0].seats[1].contribution, "what was done is kept"
    assert len(state.tasks) == 1, "nothing goes on with a broken protocol"
    assert "Traceback" in paths.log_file().read_text()


def test_one_that_breaks_before_the_first_task_is_told(plugins: Path) -> None:
    offer(plugins, "early", f"{BASE}async def prepare(self, team): raise LookupError('no map')\nPlain.prepare = prepare")
    state = run_unwatched(RunConfig("Sail", protocol="early"), keys=Keys({}), folder=None).state
    assert state.status == "failed" and "broke before the first task (LookupError: no map)" in state.ended
    done = selforg(["run", "Sail", "-p", "early", "--no-save"], plugins)
    assert done.returncode == 4 and "broke before the first task" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("swallows", [False, True])
def test_a_full_disk_is_not_the_protocol_s_fault(swallows: bool, plugins: Path) -> None:
    held = "async def work(self, team):\n    try: await team.contribute(team.agents[0])\n    except Exception: pass\nPlain.work = work"
    offer(plugins, "holds", BASE + held if swallows else BASE)

    def full(event: AnyEvent) -> None:
        if event.seq > 3:
            raise StorageError("The disk is full.")

    with pytest.raises(StorageError, match="disk is full"):
        run_virtual(run(make_header(RunConfig("Sail", protocol="holds", agents=2)), full, Scripted(), watched=False))


async def test_a_stop_also_ends_the_calls_that_a_protocol_has_set_off_on_its_own(plugins: Path) -> None:
    work = "async def work(self, team): await asyncio.gather(*(asyncio.shield(team.contribute(agent)) for agent in team.agents))"
    offer(plugins, "shields", f"{BASE}{work}\nPlain.work = work")
    answers, events = Scripted(), list[AnyEvent]()
    running = asyncio.create_task(run(make_header(RunConfig("Sail", protocol="shields", agents=4)), events.append, answers, watched=False))
    while answers.under_way < 4:  # noqa: ASYNC110
        await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert answers.under_way == 0
    assert isinstance(events[-1], SessionEnded) and events[-1].status == "interrupted"
