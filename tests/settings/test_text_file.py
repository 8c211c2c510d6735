from __future__ import annotations

import io
from pathlib import Path

import pytest

from selforg_tui.core.config import MOST_TEXT
from selforg_tui.core.errors import ConfigError
from selforg_tui.settings.text_file import MOST_BYTES, read_stream, read_text


def test_text_comes_back_without_mark_and_line_ends_of_windows(tmp_path: Path) -> None:
    file = tmp_path / "mission.txt"
    file.write_bytes("\ufeffEine Stadt\r\nschützen\r\n".encode())
    assert read_text(file) == "Eine Stadt\nschützen"


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(ConfigError, match="cannot be read") as caught:
            read_text(path)
        assert str(path) in str(caught.value)


def test_other_encodings_are_refused_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "latin.txt"
    file.write_bytes(b"Gr\xfc\xdfe")
    with pytest.raises(ConfigError, match=r"not UTF-8 .at byte 2.*Save it as UTF-8"):
        read_text(file)


@pytest.mark.parametrize("size", [MOST_TEXT + 1, MOST_BYTES + 1])
def test_no_more_is_read_than_is_taken(size: int) -> None:
    stream = io.BytesIO(b"x" * size * 2)
    with pytest.raises(ConfigError, match="too long"):
        read_stream(stream, "standard input")
    assert stream.tell() <= MOST_BYTES + 1


def test_the_longest_text_is_taken() -> None:
    assert len(read_stream(io.BytesIO(("界" * MOST_TEXT).encode()), "standard input")) == MOST_TEXT
