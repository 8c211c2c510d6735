"""Models, servers and disks that fail: told in a sentence, with the documented exit code and what was done kept."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Start, environment
from tests.cli.test_wrong_use import refused

FULL_DISK = (
    "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))"
)
KEY = "sk-not-a-real-key-12345"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The URL of a `sim-server`, as the command itself tells it."""
    command = [sys.executable, "-m", "selforg_tui", "sim-server", "--port", "0", "--journal", "journal.jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment(), cwd=tmp_path) as process:
        assert process.stdout is not None
        try:
            told = [process.stdout.readline() for _ in range(5)]
            assert "SIMULATED" in told[0]
            yield re.findall(r"http://127\.0\.0\.1:\d+", told[0])[0]
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 130
        finally:
            process.kill()


@pytest.fixture
def slow_server(tmp_path: Path) -> Iterator[str]:
    """Like `server`, but no reply comes within the time of a test."""
    command = [sys.executable, "-m", "selforg_tui", "sim-server", "--port", "0", "--latency", "600"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment(), cwd=tmp_path) as process:
        assert process.stdout is not None
        try:
            yield re.findall(r"http://127\.0\.0\.1:\d+", process.stdout.readline())[0]
        finally:
            process.kill()


@pytest.fixture
def refusing() -> Iterator[str]:
    """A server that knows no key."""

    class Refuse(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            body = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}", "type": "invalid_request_error"}}).encode()
            self.send_response(401)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refuse) as listening:
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join()


def closed_port() -> int:
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def test_no_key(start: Start) -> None:
    refused(start("run", "Bees", "-m", "openai:gpt-4o"), 4, "OPENAI_API_KEY")
    refused(start("run", "Bees", "-m", "anthropic:claude-sonnet-4-6", "--json"), 4, "ANTHROPIC_API_KEY")


@pytest.mark.parametrize(
    ("model", "said"), [("sim:stronk", "no simulated model 'stronk'"), ("opnai:gpt-4o", "did you mean 'openai:gpt-4o'")]
)
def test_unknown_models(start: Start, model: str, said: str) -> None:
    refused(start("run", "Bees", "-m", model), 2, said)


def test_wrong_key(start: Start, refusing: str, own_world: Path) -> None:
    done = start("run", "Bees", "-n", "2", "-m", f"openai:some-model@{refusing}/v1", "--json", OPENAI_API_KEY=KEY)
    assert done.returncode == 4, done.stderr
    found = json.loads(done.stdout)
    assert (found["status"], found["tasks"][0]["failed"]) == ("failed", 2)
    assert re.search("no solution, because models failed.* key", done.stderr)
    everything = done.stdout + done.stderr + "".join(file.read_text() for file in own_world.rglob("*") if file.is_file())
    assert KEY not in everything
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("form", [["--plain"], ["--json"]], ids=lambda form: form[0])
def test_no_server_at_the_url(start: Start, form: list[str]) -> None:
    done = start("run", "Bees", "-n", "2", "-m", f"openai:some-model@http://127.0.0.1:{closed_port()}/v1", *form)
    assert done.returncode == 4
    assert re.search("no solution, because models failed.*127.0.0.1", done.stderr)
    assert "Traceback" not in done.stderr
    assert "FAILED" in done.stdout or form == ["--json"]


@pytest.mark.parametrize("wire", ["openai", "anthropic"])
def test_the_server_answers_both_wires_and_says_simulated(start: Start, server: str, wire: str, tmp_path: Path) -> None:
    url = f"{server}/v1" if wire == "openai" else server
    done = start("run", "Bees", "-n", "3", "-m", f"{wire}:sim-strong@{url}", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["status"], found["judge"]) == ("done", f"{wire}:sim-strong@{url}")
    assert found["simulated"] == {"agents": True, "judge": True}
    assert "judges, so that nothing is sent elsewhere" in done.stderr
    assert len((tmp_path / "journal.jsonl").read_text().splitlines()) >= 4


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits on the size of files")
def test_a_full_disk(start: Start, own_world: Path) -> None:
    done = start("run", "Bees", "-n", "8", before=FULL_DISK)
    assert done.returncode == 5
    assert re.search(r"can no longer be stored in .*Free some space", done.stderr)
    assert "Traceback" not in done.stderr
    listed = start("sessions", "list")
    assert "interrupted" in listed.stdout
    assert start("sessions", "show", "last").returncode == 0


def test_a_data_folder_that_cannot_be_written(start: Start, own_world: Path) -> None:
    own_world.mkdir()
    (own_world / "data").write_text("a file where the folder should be")
    refused(
        start("run", "Bees"),
        5,
        "cannot be stored in .*Make the folder writable, set SELFORG_TUI_HOME to another one, or run with --no-save",
    )
    assert start("run", "Bees", "-n", "2", "--no-save").returncode == 0
    refused(start("sessions", "list"), 5, "cannot be listed")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_stopped_or_killed_is_kept(start: Start, slow_server: str, own_world: Path, how: signal.Signals) -> None:
    command = [sys.executable, "-m", "selforg_tui", "run", "Bees", "-n", "2", "--plain", "-m", f"openai:sim-strong@{slow_server}/v1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()) as process:
        assert process.stdout is not None and process.stderr is not None
        try:
            assert any("01 is asked" in line for line in iter(process.stdout.readline, ""))
            assert " running " in start("sessions", "list").stdout
            process.send_signal(how)
            rest, problem = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == (130 if how is signal.SIGINT else -signal.SIGKILL)
    assert "Traceback" not in problem
    if how is signal.SIGINT:
        assert "what was done is kept" in problem
        assert "Ended: interrupted." in rest
    assert " interrupted " in start("sessions", "list").stdout
    again = start("replay", "last", "--plain")
    assert again.returncode == 0
    assert "01 is asked" in again.stdout


def test_a_session_of_a_stranger_cannot_paint_on_the_terminal(start: Start, tmp_path: Path) -> None:
    start("run", "Bees", "-n", "2", "--out", "kept.jsonl")
    kept = (tmp_path / "kept.jsonl").read_text()
    evil = "\\u001b[2J\\u001b]0;title\\u0007\\u009b31m\\u202e[bold]"
    fields = r'"(role|reason|contribution|solution|mission|text|model|rationale)":"'
    (tmp_path / "evil.jsonl").write_text(re.sub(fields, lambda match: match[0] + evil, kept))
    for words in (["replay", "evil.jsonl", "--plain"], ["sessions", "show", "evil.jsonl"], ["sessions", "show", "evil.jsonl", "--json"]):
        done = start(*words)
        assert done.returncode == 0, done.stderr
        assert not set(done.stdout + done.stderr) & set("\x1b\x07\x9b\u202e")
        assert "\\u001b" not in done.stdout
        assert "[bold]" in done.stdout


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
def test_somebody_at_a_terminal_sees_it_go_on_without_moving_the_cursor(tmp_path: Path) -> None:
    primary, secondary = os.openpty()
    command = [sys.executable, "-m", "selforg_tui", "run", "Bees", "-n", "2", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=secondary, text=True, env=environment()) as process:
        os.close(secondary)
        out = process.communicate(timeout=60)[0]
    seen = os.read(primary, 100_000).decode()
    os.close(primary)
    assert json.loads(out)["status"] == "done"
    assert "01 in, as" in seen
    assert "\x1b" not in seen


def test_a_dear_run_is_not_started_where_nobody_can_be_asked(start: Start, own_world: Path) -> None:
    done = start("run", "Keep bees", "-n", "256", "-m", "anthropic:claude-opus-4-8", "-j", "none", ANTHROPIC_API_KEY=KEY)
    assert done.returncode == 2
    assert "may cost $" in done.stderr and "--yes" in done.stderr and "--max-cost" in done.stderr
    assert not (own_world / "data" / "sessions").exists()
