"""How servers on a machine say how large the window of a model is: each kind of server in its own way.

Shapes as documented: vLLM and llama.cpp in their list of models, llama.cpp's `/props`, LM Studio's REST API v0, Ollama's `/api/ps` and
`/api/show`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

MOST_SHOWN = 24
"""Models of one server that are asked about one by one."""
MOST_CONTEXT = 100_000_000
MOST_ITEMS = 1000

Ask = Callable[..., Any]
"""Asks the server for a path (from its root, not below /v1), with a body or none; gives the JSON, None where there was none."""
Window = tuple[int | None, str]
"""Tokens, and what is to be known of that number."""
Found = Iterator[tuple[str, Window | None]]
"""A model's window by its name; None where it is no model that answers."""


def window_of(listed: dict[str, Any]) -> Window:
    """What a list of models says of a window: vLLM `max_model_len`, llama.cpp `meta.n_ctx` or `meta.n_ctx_train`, others these names."""
    meta = listed.get("meta")
    if isinstance(meta, dict) and (found := _tokens(meta.get("n_ctx"))):
        return found, ""
    for name in ("max_model_len", "context_length", "context_window"):
        if found := _tokens(listed.get(name)):
            return found, ""
    if isinstance(meta, dict) and (found := _tokens(meta.get("n_ctx_train"))):
        return found, "the window it was trained with; its server may have set a smaller one"
    return None, ""


def _ollama(ask: Ask, names: list[str]) -> Found:
    """A loaded model's window is in force (/api/ps). Else what its file sets, or the largest it may have (/api/show)."""
    loaded = {each.get("model"): _tokens(each.get("context_length")) for each in items(ask("/api/ps"), "models")}
    for name in names[:MOST_SHOWN]:
        if window := loaded.get(name):
            yield name, (window, "as it is loaded now")
            continue
        shown = ask("/api/show", {"model": name})
        if not isinstance(shown, dict):
            continue
        able = shown.get("capabilities")
        if isinstance(able, list) and able and "completion" not in able:
            yield name, None
            continue
        set_in_file = re.search(r"^num_ctx\s+(\d{1,9})\s*$", str(shown.get("parameters") or "")[:10_000], re.MULTILINE)
        info = shown.get("model_info")
        largest = next((value for key, value in info.items() if key.endswith(".context_length")), None) if isinstance(info, dict) else None
        if set_in_file and (window := _tokens(int(set_in_file[1]))):
            yield name, (window, "as its model file sets it")
        elif window := _tokens(largest):
            yield name, (window, "the largest it may have; Ollama may load it with less, and cuts longer prompts silently")


def _lmstudio(ask: Ask, names: list[str]) -> Found:
    """/api/v0/models says how a model is loaded, or how large its window may be."""
    for each in items(ask("/api/v0/models"), "data"):
        name = each.get("id")
        if not isinstance(name, str):
            continue
        if each.get("type") == "embeddings":
            yield name, None
        elif window := _tokens(each.get("loaded_context_length")):
            yield name, (window, "as it is loaded now")
        elif window := _tokens(each.get("max_context_length")):
            yield name, (window, "the largest it may have; LM Studio may load it with less")


def _llamacpp(ask: Ask, names: list[str]) -> Found:
    """/props says which window each slot has; that of the list is the one it was trained with."""
    props = ask("/props")
    settings = props.get("default_generation_settings") if isinstance(props, dict) else None
    window = _tokens(settings.get("n_ctx")) if isinstance(settings, dict) else None
    if window and len(names) == 1:
        yield names[0], (window, "")


MORE: dict[str, Callable[[Ask, list[str]], Found]] = {"ollama": _ollama, "lmstudio": _lmstudio, "llamacpp": _llamacpp}
"""Servers that say more elsewhere than in their list of models."""


def items(value: object, name: str) -> list[dict[str, Any]]:
    """The objects in a list of an answer; none where it is shaped otherwise."""
    found = value.get(name) if isinstance(value, dict) else None
    return [each for each in found[:MOST_ITEMS] if isinstance(each, dict)] if isinstance(found, list) else []


def _tokens(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST_CONTEXT else None
