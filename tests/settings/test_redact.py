"""Keys in pieces, in URLs and in other clothes; what merely looks like a key."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selforg_tui.core.config import ModelSpec
from selforg_tui.settings.redact import MARK, Pieces, covered, redact, secrets_in, suspicious, without

KEY = "ab/cab/c+key"
"""It begins with what it goes on with, and has characters that URLs and JSON write otherwise."""


@given(st.lists(st.sampled_from(["a", "b", "/", "ab/c", KEY, KEY[:7], KEY[5:], " ", "\n"]), max_size=12))
def test_pieces_show_no_part_of_a_key_and_lose_nothing_else(pieces: list[str]) -> None:
    take = Pieces([KEY])
    shown = ""
    for piece in [*pieces, "."]:  # the full stop begins no key, so that nothing is held back any more
        shown += take(piece)
        assert without("".join(pieces) + ".", [KEY]).startswith(shown), "no part of a key is shown that is not a part of something else"
    assert shown == without("".join(pieces) + ".", [KEY])


def test_without_a_key_nothing_is_held_back() -> None:
    take = Pieces(())
    assert [take(piece) for piece in ("sk-", "abcdefgh")] == ["sk-", "abcdefgh"]


@pytest.mark.parametrize(
    "form", [KEY, quote(KEY, safe=""), base64.b64encode(KEY.encode()).decode().rstrip("="), KEY.replace("/", "\\/")], ids=str
)
def test_a_known_key_is_known_in_all_its_clothes(form: str) -> None:
    assert redact(f"<{form}>", [KEY]) == f"<{MARK}>"
    assert suspicious(json.dumps(f"<{form}>").encode(), [KEY])


def test_what_merely_looks_like_a_key_stays_in_replies() -> None:
    reply = '{"role": "sk-0123456789", "reason": "Bearer of news?key=0123456789\\rk-12345678 http://a\\nb@c"}'
    assert without(reply, [KEY]) == reply


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("http://127.0.0.1:8089/v1", set()),
        ("http://lonely-key@host/v1", {"lonely-key"}),
        ("http://me:pass%2Fword@host/v1", {"pass%2Fword", "pass/word", base64.b64encode(b"me:pass/word").decode()}),
        ("https://host/v1?api-version=2026-10-21&api_key=secret12", {"secret12"}),
        ("https://host/v1?door=abcdefghijklmnopqrst", {"abcdefghijklmnopqrst"}),
        ("http://[broken", set()),
        ("", set()),
    ],
)
def test_what_in_a_url_is_a_key(url: str, secrets: set[str]) -> None:
    assert secrets_in(url) == secrets


@pytest.mark.parametrize(
    ("base_url", "shown"),
    [
        ("http://127.0.0.1:8089/v1", "http://127.0.0.1:8089/v1"),
        ("http://me:secret@host:1/v1", "http://host:1/v1"),
        ("http://me:se@cret@host/v1", "http://host/v1"),
        ("http://host/@v1", "http://host/@v1"),
        ("http://host/v1?key=secret", "http://host/v1?…"),
        ("http://host?key=a@b", "http://host?…"),
    ],
)
def test_a_models_name_has_no_secret_and_what_is_written_has(base_url: str, shown: str) -> None:
    spec = ModelSpec("openai", "some-model", base_url)
    assert spec.name == f"openai:some-model@{shown}"
    assert ModelSpec.parse(spec.written) == spec


def test_what_is_typed_is_covered_and_as_long_as_it_was() -> None:
    typed = "openai:a@http://me:secret@host/v1=2 openai:b@https://host/v1?key=secret sim:strong"
    assert covered(typed) == "openai:a@http://•••••••••@host/v1=2 openai:b@https://host/v1?•••••••••• sim:strong"
    assert covered("openai:a@http://host") == "openai:a@http://host"
