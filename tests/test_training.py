"""Training learns, stops, resumes, and refuses bad data by line."""

import gzip
import json
import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from click import ClickException

from factcheck.records import RELATIONS, RelationInput
from factcheck.training.lengthening import lengthened, told_in_articles
from factcheck.training.pairs import (
    TrainingPair,
    edited,
    nli_pairs,
    quoted,
    read_again,
    read_lines,
    relation_pairs,
    rendered,
    swapped_at_random,
    undated,
)
from factcheck.training.renaming import renamed
from factcheck.weights import sha256_of
from tests.jsonl import write_rows

TOLL = {
    "id": "p1",
    "a": {"text": "The quake killed 12 people.", "published_at": "2019-08-05"},
    "b": {"text": "Fifteen died in the quake."},
    "relation": "conflict",
    "confidence": 3,
}


def test_a_pair_is_rendered_with_its_days(tmp_path: Path) -> None:
    """The day of publication stands before the text where it is known, and nothing where it is not."""
    assert rendered(TOLL) == ("5 August 2019: The quake killed 12 people.", "15 died in the quake.")
    assert relation_pairs([write_rows(tmp_path / "p.jsonl", [TOLL])]) == [
        TrainingPair(
            left="5 August 2019: The quake killed 12 people.",
            right="15 died in the quake.",
            labels=("conflict",),
            weight=1.0,
        )
    ]


def test_an_unknown_relation_is_refused_by_pair(tmp_path: Path) -> None:
    """A label outside the six is named with its pair and file."""
    path = write_rows(tmp_path / "p.jsonl", [TOLL | {"relation": "contradiction"}])
    with pytest.raises(ValueError, match=r"p\.jsonl: pair p1 has unknown relation 'contradiction'"):
        relation_pairs([path])


def test_a_second_reading_corrects_labels() -> None:
    """Agreement makes a label sure, dissent replaces it, broken text goes, and what nobody read again stays."""
    second = {
        "same": {"relation": "conflict", "confidence": 1},
        "other": {"relation": "tension", "confidence": 3},
        "broken": {"relation": "skip"},
    }
    rows = [TOLL | {"id": name, "confidence": 2} for name in ("same", "other", "broken", "unread")]
    read = [(row["id"], row["relation"], row["confidence"]) for row in read_again(rows, second)]
    assert read == [("same", "conflict", 3), ("other", "tension", 2), ("unread", "conflict", 2)]


def test_days_are_taken_from_both_claims_or_none() -> None:
    """What is left of a row without its days is the row."""
    dated = TOLL | {"b": TOLL["b"] | {"published_at": "2019-08-06", "source": "B"}}
    [bare] = undated([dated], 1.0, random.Random(1))
    assert bare == dated | {"a": {"text": TOLL["a"]["text"]}, "b": {"text": TOLL["b"]["text"], "source": "B"}}
    assert list(undated([dated], 0.0, random.Random(1))) == [dated]


def test_a_label_names_sentences_of_other_pairs(tmp_path: Path) -> None:
    """Two sentences that no file pairs are quoted from the pairs that they are in; an unknown pair is named."""
    other = {"id": "p2", "topic": "quake", "a": {"text": "It rained."}, "b": {"text": "No one died."}}
    news = write_rows(tmp_path / "pairs.jsonl", [TOLL, other])
    label = {"id": "l1", "a": {"pair": "p1", "side": "a"}, "b": {"pair": "p2", "side": "b"}, "relation": "conflict"}
    [row] = quoted(write_rows(tmp_path / "labels.jsonl", [label]), news)
    assert row == {"id": "l1", "a": TOLL["a"], "b": {"text": "No one died."}, "relation": "conflict"}
    unknown = label | {"b": {"pair": "p3", "side": "b"}}
    with pytest.raises(ValueError, match=r"labels\.jsonl: pair l1 is of p3, not in pairs\.jsonl"):
        list(quoted(write_rows(tmp_path / "labels.jsonl", [unknown]), news))


def test_an_edit_replaces_one_stretch_of_one_sentence() -> None:
    """The other sentence, the days and the pair itself stay; the label is that of the edit."""
    edit = {"id": "e1", "file": "train_natural.jsonl", "pair": TOLL["id"], "side": "b", "relation": "agree"}
    changed = edit | {"start": 0, "end": len("Fifteen"), "text": "Twelve", "confidence": 3}
    [row] = edited([changed], {"train_natural.jsonl": [TOLL]})
    assert row["b"] == {"text": "Twelve died in the quake."}
    assert row["a"] == TOLL["a"]
    assert (row["id"], row["relation"], row["confidence"]) == ("e1", "agree", 3)
    with pytest.raises(ValueError, match=r"edit e1 is of pair p9, not in train_natural\.jsonl"):
        list(edited([changed | {"pair": "p9"}], {"train_natural.jsonl": [TOLL]}))


def test_people_get_other_surnames_on_both_sides() -> None:
    """One surname becomes one other, everywhere in the pair; days, first names and NLI pairs stay as they are."""
    named = TrainingPair(
        left="5 August 2019: Judge Brett Kavanaugh denied it, and Angela Merkel believed Kavanaugh.",
        right="Christine Ford said that Kavanaugh lied.",
        labels=("conflict",),
    )
    nli = replace(named, labels=("contradiction",))
    unnamed = TrainingPair(left="The quake killed 12.", right="It killed 15.", labels=("conflict",))
    first, second, third = renamed([named, nli, unnamed], 1.0, random.Random(1))
    [kavanaugh] = re.findall(r"Brett (\w+) denied", first.left)
    assert kavanaugh in {"Kavanaugh", "Merkel", "Ford"}
    assert first.left.endswith(f"believed {kavanaugh}.")
    assert re.fullmatch(rf"Christine \w+ said that {kavanaugh} lied\.", first.right)
    assert first.left.startswith("5 August 2019: Judge Brett")
    assert (second, third) == (nli, unnamed)
    assert renamed([named], 0.0, random.Random(1)) == [named]


def test_a_claim_stands_beside_another_sentence_of_its_article() -> None:
    """The label stays, the longer claim keeps its words and its article, and no sentence the pair is listed with."""
    of_fire, of_trial = ({"title": title, "source": "A"} for title in ("Fire", "Trial"))
    rows = [
        {"a": {"text": "Two died.", **of_fire}, "b": {"text": "Three died."}, "relation": "conflict"},
        {"a": {"text": "It burned down.", **of_fire}, "b": {"text": "Three died."}, "relation": "agree"},
        {"a": {"text": "A pump failed.", **of_fire}, "b": {"text": "It rained."}, "relation": "compatible"},
        {"a": {"text": "He was freed.", **of_trial}, "b": {"text": "He was jailed."}, "relation": "conflict"},
    ]
    told = told_in_articles(rows)
    listed = {frozenset((row["a"]["text"], row["b"]["text"])) for row in rows}
    first, *_, alone = lengthened(rows, 1.0, told, listed, random.Random(1))
    assert re.sub("[.;]", "", first["a"]["text"]) in ("Two died A pump failed", "A pump failed Two died")
    assert (first["relation"], first["b"], first["a"]["title"]) == ("conflict", {"text": "Three died."}, "Fire")
    assert alone == rows[3]
    assert list(lengthened(rows, 0.0, told, listed, random.Random(1))) == rows


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    """The message names file and line, in gzipped files too."""
    path = tmp_path / "p.jsonl.gz"
    with gzip.open(path, "wt") as file:
        file.write('{"a": 1}\n{"a": \n')
    with pytest.raises(ValueError, match=r"p\.jsonl\.gz, line 2: not JSON"):
        list(read_lines(path))


def test_nli_pairs_keep_their_direction() -> None:
    """Premise and hypothesis are never swapped; two news claims are, half the time."""
    nli = TrainingPair(left="p", right="h", labels=("neutral",))
    news = TrainingPair(left="a", right="b", labels=("conflict",))
    shuffle = random.Random(1)
    assert {swapped_at_random(nli, shuffle).left for _ in range(20)} == {"p"}
    assert {swapped_at_random(news, shuffle).left for _ in range(20)} == {"a", "b"}


def test_several_right_labels_share_the_probability() -> None:
    """The loss of a weak label is that of the sum of its labels' probabilities."""
    torch = pytest.importorskip("torch")
    from factcheck.training.network import LABELS, partial_label_loss

    logits = torch.zeros(1, len(LABELS))
    right = torch.tensor([[label in ("agree", "compatible", "different") for label in LABELS]])
    assert partial_label_loss(logits, right, torch.ones(1)).item() == pytest.approx(0.6931, abs=1e-4)


def test_smoothing_makes_certainty_costly() -> None:
    """With smoothing, the surest right answer pays for the five relations that it rules out, and for no NLI label."""
    torch = pytest.importorskip("torch")
    from factcheck.training.network import LABELS, partial_label_loss

    logits = torch.zeros(1, len(LABELS))
    logits[0, LABELS.index("conflict")] = 60.0
    right = torch.tensor([[label == "conflict" for label in LABELS]])
    assert partial_label_loss(logits, right, torch.ones(1)).item() == pytest.approx(0, abs=1e-6)
    assert partial_label_loss(logits, right, torch.ones(1), 0.1).item() == pytest.approx(0.1 * 60 * 5 / 6, rel=1e-4)


def test_a_recipe_names_its_nli_sources(tmp_path: Path) -> None:
    """Only the sources with a share are drawn from, each as often as its share times the scale says."""
    rows = [
        {"premise": f"p{number}", "hypothesis": f"{source} h{number}", "label": "neutral", "source": source}
        for source in ("fm2", "scone", "unnamed")
        for number in range(10)
    ]
    path = write_rows(tmp_path / "train.jsonl", rows)
    drawn = [pair.right.split()[0] for pair in nli_pairs(path, seed=1, scale=0.5, shares={"fm2": 8, "scone": 40})]
    assert Counter(drawn) == {"fm2": 4, "scone": 10}


def test_an_untrained_adapter_changes_nothing() -> None:
    """A new adapter adds zero, so that training starts from the pretrained encoder."""
    torch = pytest.importorskip("torch")
    from factcheck.training.lowrank import LowRankLinear

    frozen = torch.nn.Linear(8, 4)
    hidden = torch.randn(3, 8)
    assert torch.equal(LowRankLinear(frozen, 2)(hidden), frozen(hidden))


def test_calibration_finds_the_scale_that_made_the_labels() -> None:
    """Labels drawn from halved logits are best explained by a scale near one half."""
    import numpy as np

    from factcheck.training.calibration import fit, probabilities

    generator = np.random.default_rng(5)
    logits = generator.normal(0, 3, (4000, len(RELATIONS)))
    drawn = np.array([generator.choice(6, p=row) for row in probabilities(logits, logits, [0.5] + [0.0] * 6)])
    scale, *bias = fit(logits, logits, drawn, np.ones(len(drawn)))
    assert scale == pytest.approx(0.5, abs=0.05)
    assert max(map(abs, bias)) < 0.2


def test_calibration_holds_at_the_base_rate() -> None:
    """Chosen pairs with three times as many conflicts make no conflict likelier than it is among all candidates."""
    import numpy as np

    from factcheck.training.calibration import at_base_rate, fit, operating_points, probabilities

    conflict, compatible = RELATIONS.index("conflict"), RELATIONS.index("compatible")
    labels = np.array([conflict] * 300 + [compatible] * 700)
    weights = at_base_rate(labels, 0.1)
    assert weights[300:] == pytest.approx(1)
    assert weights[:300].sum() / weights.sum() == pytest.approx(0.1)
    says_nothing = np.zeros((len(labels), len(RELATIONS)))
    fitted = probabilities(says_nothing, says_nothing, fit(says_nothing, says_nothing, labels, weights))
    assert fitted[0, conflict] == pytest.approx(0.1, abs=0.03)
    scores = np.array([[0.9] * len(RELATIONS), [0.5] * len(RELATIONS)])
    assert operating_points(scores, np.array([1.0, 1.0]))["strict"]["conflict"] == 0.9
    assert operating_points(scores, np.array([3.0, 1.0]))["strict"]["conflict"] == 0.5


def test_the_hardest_weak_negatives_are_kept() -> None:
    """Of the candidates those with the highest scores are learned from, highest first."""
    from factcheck.training.train import hardest

    pairs = [TrainingPair(left=str(number), right="b", labels=("agree",)) for number in range(4)]
    kept = hardest(pairs, lambda asked: [0.1, 0.7, 0.3, 0.5], 2)
    assert [pair.left for pair in kept] == ["1", "3"]
    assert hardest([], lambda asked: [], 2) == []


def small_data(folder: Path) -> Path:
    """A data folder in the developers' layout, with a handful of pairs."""
    for name in ("nli", "news_relations"):
        (folder / name).mkdir(parents=True)
    nli = [
        {"premise": f"{number} men sleep.", "hypothesis": "Men sleep.", "label": label, "source": "vitaminc_real"}
        for number, label in enumerate(["entailment", "neutral", "contradiction"] * 4)
    ]
    write_rows(folder / "nli" / "train.jsonl.gz", nli)
    for name in ("train_hunted", "train_natural", "train_written"):
        write_rows(folder / "news_relations" / f"{name}.jsonl", [TOLL, TOLL | {"relation": "update"}])
    articles = [
        {"source": source, "sentences": ["The quake killed twelve people.", "Rescue teams searched the rubble today."]}
        for source in ("A", "B")
    ]
    event = {"topic": "t", "split": "train", "articles": articles}
    write_rows(folder / "news_relations" / "events.jsonl.gz", [event])
    return folder


def test_a_pass_shows_what_the_recipe_asks_for(tmp_path: Path) -> None:
    """A share of a file, natural pairs as often as asked, and the invented pairs as often."""
    from factcheck.training.labels import INVENTED
    from factcheck.training.train import Recipe, schedule

    data = small_data(tmp_path / "data")
    minilm = tmp_path / "minilm-is-not-asked"
    invented = len(relation_pairs(INVENTED))
    assert invented > 2000
    recipe = Recipe(nli_first=False, weak_negatives=0, rehearsal=0, relation_passes=1, natural_repeats=3)
    assert len(schedule(recipe, data, minilm, lambda pairs: [])) == 2 + 2 + 3 * 2
    chosen = replace(recipe, invented_repeats=2, file_shares={"train_hunted.jsonl": 0.5, "train_written.jsonl": 0.0})
    assert len(schedule(chosen, data, minilm, lambda pairs: [])) == 1 + 0 + 3 * 2 + 2 * invented


def test_a_share_of_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A misspelt file name does not pass as one that needs no share."""
    from factcheck.training.train import Recipe, schedule

    recipe = Recipe(weak_negatives=0, file_shares={"train_huntd.jsonl": 0.5})
    with pytest.raises(ClickException, match=r"file_shares names train_huntd\.jsonl, of which there is no file"):
        schedule(recipe, small_data(tmp_path / "data"), tmp_path, lambda pairs: [])
    recipe = Recipe(weak_negatives=0, mined_repeats={"labels_of_2091.jsonl": 2})
    with pytest.raises(ClickException, match=r"mined_repeats names labels_of_2091\.jsonl, of which there is no file"):
        schedule(recipe, tmp_path / "data", tmp_path, lambda pairs: [])


def test_the_recipes_can_be_read() -> None:
    """Each names only fields that there are; in the order of their numbers they go on from one another."""
    from factcheck.training import train

    recipes = list(Path(train.__file__).with_name("recipes").glob("*.json"))
    assert sorted(int(path.name.partition("_")[0]) for path in recipes) == list(range(1, len(recipes) + 1))
    assert all(train.Recipe(**json.loads(path.read_text(encoding="utf-8"))) for path in recipes)


def test_no_invented_pair_is_learned_and_measured() -> None:
    """The pairs of the floors, and the others held out, share no event with those of training."""
    from factcheck.training.labels import INVENTED, INVENTED_LATER, labelled_rows

    tests = Path(__file__).parent
    measured = [tests / "quality" / "relations.jsonl", *(tests.parent / "benchmarks" / name for name in INVENTED_LATER)]
    held = [row for path in measured for row in read_lines(path)]
    learned = [row for path in INVENTED for row in read_lines(path)]
    learned += [row for name in INVENTED_LATER for row in labelled_rows(name, Path())]
    assert not {row["topic"] for row in held} & {row["topic"] for row in learned}
    texts = {row[side]["text"] for row in learned for side in "ab"}
    assert not any(row[side]["text"] in texts for row in held for side in "ab")


def test_the_mean_of_adapters_adds_the_mean_of_what_they_add() -> None:
    """`up @ down` of the average is the mean of both products; what stands for itself is averaged; names must agree."""
    import torch

    from factcheck.training.average import averaged

    torch.manual_seed(3)
    runs = [
        {"layer.up": torch.randn(5, 2), "layer.down": torch.randn(2, 7), "classifier.bias": torch.randn(3)}
        for _ in range(2)
    ]
    mean = averaged(runs)
    product = (runs[0]["layer.up"] @ runs[0]["layer.down"] + runs[1]["layer.up"] @ runs[1]["layer.down"]) / 2
    assert torch.allclose(mean["layer.up"] @ mean["layer.down"], product, atol=1e-6)
    assert torch.allclose(mean["classifier.bias"], (runs[0]["classifier.bias"] + runs[1]["classifier.bias"]) / 2)
    with pytest.raises(ValueError, match="not of one base"):
        averaged([runs[0], {"other.up": runs[1]["layer.up"]}])


def test_an_adapter_is_cut_to_the_nearest_of_a_rank() -> None:
    """What fits the rank is kept exactly; of more, the largest parts stay; what stands for itself is not touched."""
    import torch

    from factcheck.training.average import cut

    torch.manual_seed(3)
    adapter = {"layer.up": torch.randn(5, 4), "layer.down": torch.randn(4, 7), "classifier.bias": torch.randn(3)}
    product = adapter["layer.up"] @ adapter["layer.down"]
    for rank in (4, 2):
        smaller = cut(adapter, rank)
        assert smaller["layer.up"].shape == (5, rank)
        assert smaller["layer.down"].shape == (rank, 7)
        assert smaller["classifier.bias"] is adapter["classifier.bias"]
        turn, values, back = torch.linalg.svd(product)
        nearest = turn[:, :rank] @ torch.diag(values[:rank]) @ back[:rank]
        assert torch.allclose(smaller["layer.up"] @ smaller["layer.down"], nearest, atol=1e-4)


@pytest.mark.model
def test_only_layers_that_learn_drop_what_they_add() -> None:
    """The frozen ones and the attention itself drop nothing, in either encoder."""
    from torch import nn
    from transformers import BertConfig, BertForSequenceClassification, MPNetConfig, MPNetForSequenceClassification

    from factcheck.training.train import Recipe, leave_out

    small = {"hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 8, "num_hidden_layers": 3}
    still = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    for network in (
        MPNetForSequenceClassification(MPNetConfig(**small, **still)),
        BertForSequenceClassification(BertConfig(**small, **still)),
    ):
        leave_out(network, Recipe(frozen_layers=2, dropout=0.1))
        dropping = [name for name, module in network.named_modules() if isinstance(module, nn.Dropout) and module.p]
        assert len(dropping) == 2
        assert all(".layer.2." in name for name in dropping)


@pytest.mark.model
def test_a_resumed_run_ends_where_an_unbroken_one_does(tmp_path: Path) -> None:
    """Stopping after a step and going on gives the same weights as not stopping."""
    import torch
    from safetensors.torch import load_file

    from factcheck.training.train import Pace, Recipe, train

    data = small_data(tmp_path / "data")
    recipe = Recipe(
        base="minilm", rank=4, relation_passes=1, weak_negatives=2, rehearsal=2, batch_size=4, warmup_steps=2
    )
    for out in ("whole", "broken"):
        (tmp_path / out).mkdir()
    train(recipe, data, tmp_path / "whole", Pace(threads=1))
    for _ in range(20):
        train(recipe, data, tmp_path / "broken", Pace(threads=1, minutes=0.0))
    whole, broken = (load_file(tmp_path / out / "adapter.safetensors") for out in ("whole", "broken"))
    assert whole.keys() == broken.keys()
    assert all(torch.equal(whole[name], broken[name]) for name in whole)


@pytest.mark.model
def test_a_run_goes_on_from_an_earlier_adapter(tmp_path: Path) -> None:
    """A second run mines its weak negatives with the first one's adapter and starts from its weights."""
    import torch
    from safetensors.torch import load_file

    from factcheck.training.train import Pace, Recipe, train

    data = small_data(tmp_path / "data")
    first = Recipe(base="minilm", rank=4, relation_passes=1, weak_negatives=1, rehearsal=2, warmup_steps=0)
    second = Recipe(
        base="minilm",
        rank=4,
        nli_first=False,
        relation_passes=1,
        weak_negatives=1,
        weak_candidates=2,
        rehearsal=2,
        warmup_steps=0,
        learning_rate=1e-9,
    )
    for out in ("first", "second"):
        (tmp_path / out).mkdir()
    train(first, data, tmp_path / "first", Pace(threads=1))
    train(second, data, tmp_path / "second", Pace(threads=1), tmp_path / "first" / "adapter.safetensors")
    before, after = (load_file(tmp_path / out / "adapter.safetensors") for out in ("first", "second"))
    assert all(torch.allclose(before[name], after[name], atol=1e-6) for name in before)


@pytest.mark.model
def test_frozen_layers_stay_and_the_others_learn(tmp_path: Path) -> None:
    """The adapters of the lowest layers end as they began, and are kept with those of the others."""
    import torch
    from safetensors.torch import load_file

    from factcheck.training.train import Pace, Recipe, train

    data = small_data(tmp_path / "data")
    recipe = Recipe(base="minilm", rank=4, relation_passes=1, weak_negatives=1, rehearsal=2, warmup_steps=0)
    for out, frozen in (("first", 0), ("second", 4)):
        (tmp_path / out).mkdir()
        start = tmp_path / "first" / "adapter.safetensors" if frozen else None
        train(replace(recipe, frozen_layers=frozen), data, tmp_path / out, Pace(threads=1), start)
    before, after = (load_file(tmp_path / out / "adapter.safetensors") for out in ("first", "second"))
    assert before.keys() == after.keys()
    same = {name for name in before if torch.equal(before[name], after[name])}
    assert any("layer.3." in name for name in same)
    assert not any("layer.4." in name and ".up" in name for name in same)
    assert {name for name in before if any(f"layer.{number}." in name for number in range(4))} <= same


@pytest.mark.parametrize("as_folder", [False, True], ids=["built-in", "folder"])
def test_a_model_stays_as_it_was_until_the_new_one_is_calibrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_folder: bool
) -> None:
    """Without dev.jsonl nothing is written; with it, weights and a manifest with both operating points are."""
    from click.testing import CliRunner
    from safetensors.torch import save_file
    from torch import zeros

    from factcheck.training import export
    from factcheck.training.network import LABELS

    model, run, data = (tmp_path / name for name in ("model", "run", "data"))
    for folder in (model, run, data / "news_relations"):
        folder.mkdir(parents=True)
    for name in ("manifest.json", "adapter.safetensors"):
        (model / name).write_text("before")
    (run / "recipe.json").write_text(json.dumps({"base": "mpnet", "mined_repeats": {}}))
    rows = {"classifier.out_proj.weight": zeros(len(LABELS), 2), "classifier.out_proj.bias": zeros(len(LABELS))}
    save_file(rows, run / "adapter.safetensors")
    monkeypatch.setattr(export, "BUILTIN", model)
    monkeypatch.setattr(export, "builtin_folder", lambda cache, home: home)
    monkeypatch.setattr(export, "write_folder", export.write_adapter)
    monkeypatch.setattr(export, "CrossEncoderRelations", lambda folder: folder)
    arguments = [str(run), "--data", str(data), *(["--folder", str(model)] if as_folder else ["--cache", "none"])]

    failed = CliRunner().invoke(export.main, arguments)
    assert isinstance(failed.exception, FileNotFoundError)
    assert {path.name: path.read_text() for path in model.iterdir()} == {
        "manifest.json": "before",
        "adapter.safetensors": "before",
    }
    monkeypatch.setattr(export, "calibrate", lambda fresh, natural: {"operating_points": {"strict": {}}})
    CliRunner().invoke(export.main, arguments, catch_exceptions=False)
    manifest = json.loads((model / "manifest.json").read_text())
    assert manifest["operating_points"] == {"strict": {}}
    assert manifest["adapter_sha256"] == sha256_of(model / "adapter.safetensors")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "model", "run"]


@pytest.mark.model
def test_a_run_becomes_a_model_folder_that_answers_alike(tmp_path: Path) -> None:
    """Adapters folded into the base give the logits of the network that was trained, in a folder that loads alone.

    Of two conflicts from which it learned what they are about it says what they are about.
    """
    import torch
    from safetensors.torch import load_file

    from factcheck.relations import CrossEncoderRelations
    from factcheck.training.base import base_folder
    from factcheck.training.conflict_types import type_rows, typed_pairs
    from factcheck.training.export import TENSION_SHARE, read_recipe, write_folder
    from factcheck.training.network import LABELS, Batcher, new_network
    from factcheck.training.train import Pace, Recipe, train

    run, folder = tmp_path / "run", tmp_path / "model"
    run.mkdir()
    recipe = Recipe(base="minilm", rank=4, relation_passes=1, weak_negatives=1, rehearsal=2, warmup_steps=0)
    train(recipe, small_data(tmp_path / "data"), run, Pace(threads=1))
    vote = {"id": "p2", "a": {"text": "Parliament passed the bill."}, "b": {"text": "Parliament threw the bill out."}}
    typed = [TOLL | {"conflict_type": "number"}, vote | {"relation": "conflict", "conflict_type": "outcome"}]
    pairs = typed_pairs([*typed, TOLL | {"conflict_type": "unheard of"}])
    types = type_rows(run, read_recipe(run), pairs)
    assert types is not None
    write_folder(run, folder, types)
    network = new_network(base_folder("minilm", run), rank=4, dtype=torch.float32).eval()
    network.load_state_dict(
        {name: value.float() for name, value in load_file(run / "adapter.safetensors").items()}, strict=False
    )
    pair = rendered(TOLL)
    with torch.inference_mode():
        wanted = network(**Batcher(base_folder("minilm", run), "cpu").tokens([pair])).logits.numpy()
    for relation in ("conflict", "update"):
        wanted[:, LABELS.index(relation)] -= TENSION_SHARE * wanted[:, LABELS.index("tension")]
    model = CrossEncoderRelations(folder)
    assert model.logits([pair])[:, : len(LABELS)] == pytest.approx(wanted, abs=0.05)
    asked = [tuple(RelationInput(text=row[side]["text"]) for side in "ab") for row in typed]
    assert [scores.conflict_type for scores in model.score(asked)] == ["number", "outcome"]
    assert type_rows(run, read_recipe(run), pairs[:1]) is None
    assert not (folder / "adapter.safetensors").exists()
