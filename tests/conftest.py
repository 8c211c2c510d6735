"""Every test has its own folders, no keys, and a terminal that does not move by itself."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from selforg_tui.models import discovery, reach
from selforg_tui.models.structure import forget
from selforg_tui.settings import keys
from selforg_tui.settings.paths import HOME
from selforg_tui.tui import named
from tests.independent import aimock

settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def own_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders of its own, and an environment without keys, colours or locale of the machine. Gives the home folder."""
    home = tmp_path / "home"
    for name in list(os.environ):
        if (
            name.endswith(("_API_KEY", "_AUTH_TOKEN", "_BASE_URL"))
            or name.startswith("GIGACHAT_")
            or name in ("NO_COLOR", "FORCE_COLOR", "TEXTUAL", "COLUMNS", "LINES", "SELFORG_TUI_THEME")
        ):
            monkeypatch.delenv(name)
    forget()
    for known in ("_EVERY", "_TOKENS"):  # keys that other tests have used
        monkeypatch.setattr(f"selforg_tui.settings.keys.{known}", set())
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)  # else each process that a test starts compiles all of us anew
    monkeypatch.setenv(HOME, str(home))
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("SELFORG_TUI_DISCOVER", "0")
    discovery.forget()
    reach.forget()
    named.give({})
    keys.forget_commands()
    return home


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No name of another machine resolves, whatever the machine of the tests is connected to."""
    really = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name in (None, "localhost", "::1") or name.startswith("127."):
            return really(host, *args, **kwargs)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two more than there are processors: many tests wait for a clock, a server, a terminal, or for an app to come to rest."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without tmux or aimock their tests are skipped; where skipping is forbidden they run, and fail."""
    if os.environ.get("SELFORG_TUI_NO_SKIP"):
        return
    for marker, there in (("tmux", shutil.which("tmux")), ("independent", aimock.command())):
        for item in items:
            if there is None and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=f"{'aimock' if marker == 'independent' else marker} is not installed"))
