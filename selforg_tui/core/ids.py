"""Names that stay the same from run to run: of calls, of texts, of sessions."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

import msgspec

JUDGE_SEAT = 0
"""The seat number under which a judge's calls are filed; agents' seats count from 1."""
WRITER_SEAT = -1
"""The one under which the calls of a write-up are filed."""


class CallId(msgspec.Struct, frozen=True, order=True):
    """The identity of one model call, the same in every run of the same config.

    `task` counts from 1; 0 stands for what happens once, before the first task. `step` is a stable word
    (`plan`, `intend`, `contribute`, `judge`). `attempt` counts from 1; retries and repairs are later attempts.
    """

    task: int
    step: str
    seat: int
    attempt: int = 1

    def __str__(self) -> str:
        return f"{self.task}/{self.step}/{self.seat}/{self.attempt}"

    @classmethod
    def parse(cls, text: str) -> CallId:
        """Read what `str` wrote. Raises ValueError for anything else."""
        task, step, seat, attempt = text.split("/")
        return cls(int(task), step, int(seat), int(attempt))


def digest(*parts: str) -> str:
    """16 hexadecimal digits that stand for these texts, in this order."""
    hasher = hashlib.blake2b(digest_size=8)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        hasher.update(len(data).to_bytes(8, "big"))
        hasher.update(data)
    return hasher.hexdigest()


def new_session_id(now: datetime) -> str:
    """A name for a session that sorts by time and is safe as a file name."""
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def new_nonce() -> str:
    """Eight letters that nobody who wrote a mission beforehand can guess; letters only, so its length in tokens is even."""
    return "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(8))


def label(seat: int) -> str:
    """How a seat is written wherever people or models read it: `04`."""
    return f"{seat:02d}"
