"""The relation model: a cross-encoder that says how two claims stand to each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from factcheck.calendar_days import with_calendar_days
from factcheck.embedders import fastest_dtype, set_threads, stay_offline
from factcheck.errors import ModelUnusable
from factcheck.numerals import in_digits
from factcheck.records import FLAGGED, RELATIONS, ConflictType, RelationInput, RelationScores
from factcheck.weights import BUILTIN, builtin_folder, checked_model, read_manifest

MAX_TOKENS = 256
TOKENS_A_BATCH = 1024
SETTLED = 0.08
"""A pair whose flagged relations have less probability than this together, in one order, is not read in the other.

So three in ten candidates are read twice; of what both orders would flag on dev.jsonl this loses one in two hundred.
"""

SURE_OF_TYPE = 0.45
"""The least probability at which a conflict type is told.

Of labelled conflicts in dev_hunted.jsonl and dev_written.jsonl it lets 61 and 55 in 100 through, two in three right.
"""

NLI_LABELS = ("entailment", "neutral", "contradiction")
"""What a model of natural language inference says of a premise and a hypothesis."""

_FLAGGED_COLUMNS = [RELATIONS.index(relation) for relation in FLAGGED]


def model_input(text: str, published_on: date | None) -> str:
    """A claim as the relation model reads it.

    Numbers from thirteen on are in digits. Where the day of publication is known it stands first, in words, and named
    days have their dates: "17 October 2018: He left on Monday (15 October)."
    """
    told = with_calendar_days(in_digits(text), published_on)
    return f"{published_on.day} {published_on:%B %Y}: {told}" if published_on else told


def in_both_orders(forward: NDArray[np.float64], backward: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of the probabilities for (A, B) and (B, A).

    A relation between two claims has no direction, but the model reads its first sentence as the frame: on natural
    pairs one order alone can score a real conflict at .44 and the other at .99.
    """
    mean: NDArray[np.float64] = (forward + backward) / 2
    return mean


def calibrated(logits: NDArray[np.float64], scale: float, bias: Sequence[float]) -> NDArray[np.float64]:
    """Probabilities from logits, by one scale and one bias a label (Guo et al. 2017, arXiv:1706.04599)."""
    shifted = logits * scale + np.asarray(bias)
    weights = np.exp(shifted - shifted.max(axis=1, keepdims=True))
    probabilities: NDArray[np.float64] = weights / weights.sum(axis=1, keepdims=True)
    return probabilities


class CrossEncoderRelations:
    """A relation model in a folder: weights, tokenizer, and a manifest with calibration and operating points.

    Scores do not depend on the order of the two claims, nor, to about 0.01, on what else is in the call.
    Text beyond 256 tokens a pair is cut, from the longer claim first.
    """

    def __init__(self, folder: Path, *, manifest: Mapping[str, Any] | None = None, threads: int = 0) -> None:
        """Load a model folder; what `manifest` says goes before what the folder's own says.

        Raises:
            ModelUnusable: a file is missing or changed, or the model does not name the six relations.
        """
        self.manifest = checked_model(folder) | dict(manifest or {})
        self.model_id: str = self.manifest["model_id"]
        self._load(folder, threads)
        self.label_columns = self._columns_by_label()
        self._columns = [self.label_columns[name] for name in RELATIONS]
        self._types = [one for one in ConflictType if one.value in self.label_columns]
        self._type_columns = [self.label_columns[one.value] for one in self._types]
        calibration = self.manifest["calibration"]
        self._scale = float(calibration["scale"])
        self._bias = [float(calibration["bias"][name]) for name in RELATIONS]
        self.operating_points: Mapping[str, Mapping[str, float]] = self.manifest["operating_points"]

    @classmethod
    def builtin(cls, cache: Path, *, threads: int = 0) -> CrossEncoderRelations:
        """The model that factcheck ships; its merged weights are kept in `cache`."""
        return cls(builtin_folder(cache), manifest=read_manifest(BUILTIN), threads=threads)

    def _load(self, folder: Path, threads: int) -> None:
        stay_offline()
        import torch
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        if threads:
            set_threads(threads)
        self._torch = torch
        self._lock = Lock()  # the tokenizer fails when two threads enter it at once
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder)
            self._network: Any = AutoModelForSequenceClassification.from_pretrained(
                folder, dtype=fastest_dtype()
            ).eval()
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelUnusable(f"relation model {folder.name} cannot be loaded: {error}") from error

    def _columns_by_label(self) -> dict[str, int]:
        """Where each label stands in the model's output, by the names in its own config."""
        columns = {str(label): int(number) for number, label in self._network.config.id2label.items()}
        missing = [name for name in RELATIONS if name not in columns]
        if missing:
            raise ModelUnusable(
                f"relation model {self.model_id} has labels {', '.join(columns)}; it lacks {', '.join(missing)}",
                hint="train one with factcheck-train, or set relation_model to builtin",
            )
        return columns

    def score(
        self, pairs: Sequence[tuple[RelationInput, RelationInput]], *, settled: float = SETTLED
    ) -> list[RelationScores]:
        """Calibrated scores, one a pair, in the order given; with types, if the model knows them.

        Every pair is read once, in the order of the alphabet; those whose flagged relations then have at least
        `settled` together are read in both orders.
        """
        texts = [tuple(sorted(model_input(claim.text, claim.published_on) for claim in pair)) for pair in pairs]
        answers = self._answers([(left, right) for left, right in texts])
        unsettled = np.flatnonzero(answers[:, _FLAGGED_COLUMNS].sum(axis=1) >= settled)
        backward = self._answers([(texts[at][1], texts[at][0]) for at in unsettled])
        answers[unsettled] = in_both_orders(answers[unsettled], backward)
        return [self._as_scores(row) for row in answers]

    def entailed(self, pairs: Sequence[tuple[RelationInput, RelationInput]]) -> list[float]:
        """How likely a reader of the first claim of each pair would infer the second: natural language inference.

        1 throughout for a model that does not name its three labels.
        """
        if any(name not in self.label_columns for name in NLI_LABELS):
            return [1.0] * len(pairs)
        logits = self.logits([(model_input(left.text, None), model_input(right.text, None)) for left, right in pairs])
        inferred = calibrated(logits[:, [self.label_columns[name] for name in NLI_LABELS]], 1.0, [0.0] * 3)
        return [float(chance) for chance in inferred[:, 0]]

    def _answers(self, texts: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """Probabilities for pairs in one order: of the six relations, then of the types that the model knows."""
        logits = self.logits(texts)
        relations = calibrated(logits[:, self._columns], self._scale, self._bias)
        if not self._types:
            return relations
        return np.hstack([relations, calibrated(logits[:, self._type_columns], 1.0, [0.0] * len(self._types))])

    def _as_scores(self, answer: NDArray[np.float64]) -> RelationScores:
        types = dict(zip(self._types, answer[len(RELATIONS) :], strict=True))
        likeliest = max(types, key=types.__getitem__, default=None)
        return RelationScores(
            **dict(zip(RELATIONS, map(float, answer[: len(RELATIONS)]), strict=True)),
            conflict_type=likeliest if likeliest and types[likeliest] >= SURE_OF_TYPE else None,
        )

    def logits(self, texts: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """The model's raw output for text pairs in the order given; shape (len(texts), len(label_columns))."""
        output = np.zeros((len(texts), len(self.label_columns)))
        if not texts:
            return output
        lefts, rights = zip(*texts, strict=True)
        with self._lock, self._torch.inference_mode():
            encoded = self._tokenizer(list(lefts), list(rights), truncation=True, max_length=MAX_TOKENS)
            for chosen in self._alike_in_length([len(ids) for ids in encoded["input_ids"]]):
                batch = {name: [encoded[name][at] for at in chosen] for name in encoded}
                padded = self._tokenizer.pad(batch, return_tensors="pt")
                output[chosen] = self._network(**padded).logits.double().numpy()
        return output

    @staticmethod
    def _alike_in_length(lengths: Sequence[int]) -> Iterator[list[int]]:
        """Batches of indices, shortest texts first, each at most TOKENS_A_BATCH tokens with its padding."""
        batch: list[int] = []
        for at in np.argsort(lengths, kind="stable"):
            if batch and (len(batch) + 1) * lengths[at] > TOKENS_A_BATCH:
                yield batch
                batch = []
            batch.append(int(at))
        yield batch
