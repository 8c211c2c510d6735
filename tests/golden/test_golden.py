"""The same result on every machine and Python."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.golden.result import DIGESTS, digests


def test_results_are_those_written_down() -> None:
    assert digests() == json.loads(DIGESTS.read_text())


def test_results_do_not_depend_on_the_order_of_hashes() -> None:
    code = "import json; from tests.golden.result import digests; print(json.dumps(digests()))"
    shown = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": "4711"}, capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(shown) == json.loads(DIGESTS.read_text())
