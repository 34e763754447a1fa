"""The relation model reads labels by name, both orders, and any folder with the right manifest."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from factcheck.errors import ModelUnusable
from factcheck.records import RELATIONS, ConflictType, RelationInput
from factcheck.relations import NLI_LABELS, CrossEncoderRelations, calibrated, model_input
from factcheck.weights import sha256_of

TOLL_12 = RelationInput(text="The quake killed 12 people on Monday.", published_on=date(2019, 8, 5))
TOLL_15 = RelationInput(text="Monday's quake killed 15 people.", published_on=date(2019, 8, 5))
VOTE = RelationInput(text="Parliament rejected the bill by four votes after a long night of debate in the capital.")


def tiny_model(folder: Path, labels: Sequence[str]) -> Path:
    """A model folder with a two-layer random network: small, but loaded and run as a real one is."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    from factcheck.training.base import base_folder

    torch.manual_seed(3)
    tokenizer = AutoTokenizer.from_pretrained(base_folder("minilm", folder))
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=0.5,
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    manifest = {
        "model_id": "tiny",
        "sha256": sha256_of(folder / "model.safetensors"),
        "calibration": {"scale": 1.0, "bias": dict.fromkeys(RELATIONS, 0.0)},
        "operating_points": {},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_the_day_of_publication_is_part_of_the_input() -> None:
    """A dated claim begins with its day in words, and days that it names have dates; an undated one is its text."""
    assert model_input("It rained.", date(2019, 8, 5)) == "5 August 2019: It rained."
    assert model_input("It rained on Sunday.", date(2019, 8, 5)) == "5 August 2019: It rained on Sunday (4 August)."
    assert model_input("It rained on Sunday.", None) == "It rained on Sunday."


def test_calibration_keeps_rows_summing_to_one() -> None:
    """A bias moves probability from one label to another, never creates any."""
    probabilities = calibrated(np.array([[2.0, 0.0], [0.0, 0.0]]), 0.5, [0.0, 1.0])
    assert probabilities.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert probabilities[0] == pytest.approx([0.5, 0.5])


@pytest.mark.model
def test_order_and_company_do_not_change_the_scores(tmp_path: Path) -> None:
    """Swapping the claims, or scoring a pair among others, leaves its probabilities as they were."""
    model = CrossEncoderRelations(tiny_model(tmp_path, RELATIONS), threads=1)
    alone = model.score([(TOLL_12, TOLL_15)])[0]
    among = model.score([(TOLL_15, TOLL_12), (VOTE, TOLL_12), (VOTE, VOTE)])
    assert among[0].probabilities == pytest.approx(alone.probabilities, abs=0.01)
    assert among[1].probabilities != pytest.approx(alone.probabilities, abs=0.01)
    assert model.score([]) == []


@pytest.mark.model
def test_labels_are_read_by_name(tmp_path: Path) -> None:
    """The same network with its label names reversed gives the same values under the reversed names."""
    straight = CrossEncoderRelations(tiny_model(tmp_path / "a", RELATIONS), threads=1)
    turned = CrossEncoderRelations(tiny_model(tmp_path / "b", RELATIONS[::-1]), threads=1)
    pair = [(TOLL_12, VOTE)]
    values = [list(model.score(pair, settled=0.0)[0].probabilities.values()) for model in (turned, straight)]
    assert values[0][::-1] == pytest.approx(values[1])


@pytest.mark.model
def test_types_are_read_where_the_model_names_them(tmp_path: Path) -> None:
    """A model with labels for conflict types says one with each score, the likeliest; another says none."""
    types = [str(one) for one in ConflictType]
    knowing = CrossEncoderRelations(tiny_model(tmp_path / "a", (*RELATIONS, *types)), threads=1)
    unknowing = CrossEncoderRelations(tiny_model(tmp_path / "b", RELATIONS), threads=1)
    [scores] = knowing.score([(TOLL_12, VOTE)], settled=1.1)
    texts = sorted(model_input(claim.text, claim.published_on) for claim in (TOLL_12, VOTE))
    logits = knowing.logits([(texts[0], texts[1])])[0, len(RELATIONS) :]
    assert scores.conflict_type == types[int(logits.argmax())]
    assert unknowing.score([(TOLL_12, VOTE)])[0].conflict_type is None


@pytest.mark.model
def test_entailment_is_read_where_the_model_names_it(tmp_path: Path) -> None:
    """Of the undated texts in the order given; a model without the labels of inference keeps nothing back."""
    knowing = CrossEncoderRelations(tiny_model(tmp_path / "a", (*RELATIONS, *NLI_LABELS)), threads=1)
    unknowing = CrossEncoderRelations(tiny_model(tmp_path / "b", RELATIONS), threads=1)
    logits = knowing.logits([(TOLL_12.text, VOTE.text), (VOTE.text, TOLL_12.text)])[:, len(RELATIONS) :]
    wanted = np.exp(logits[:, 0]) / np.exp(logits).sum(axis=1)
    assert knowing.entailed([(TOLL_12, VOTE), (VOTE, TOLL_12)]) == pytest.approx(wanted, abs=0.01)
    assert wanted[0] != pytest.approx(wanted[1], abs=0.01)
    assert (unknowing.entailed([(TOLL_12, VOTE)]), knowing.entailed([])) == ([1.0], [])


@pytest.mark.model
def test_a_model_with_other_labels_is_refused(tmp_path: Path) -> None:
    """An NLI model is told apart from a relation model, by the names that it lacks."""
    folder = tiny_model(tmp_path, NLI_LABELS)
    with pytest.raises(ModelUnusable, match="it lacks conflict, update, tension"):
        CrossEncoderRelations(folder, threads=1)


@pytest.mark.model
def test_a_truncated_model_is_refused(tmp_path: Path) -> None:
    """Half a weights file is named as such before it is loaded."""
    folder = tiny_model(tmp_path, RELATIONS)
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])
    with pytest.raises(ModelUnusable, match="cut short or changed"):
        CrossEncoderRelations(folder, threads=1)
