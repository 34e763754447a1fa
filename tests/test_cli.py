"""The command line, on the real store and parser and the fake models."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from factcheck.cli import main
from factcheck.cli.edge import exit_code_of
from factcheck.cli.files import written
from factcheck.errors import IndexMissing
from factcheck.parts import Parts
from factcheck.records import RelationInput, RelationScores
from factcheck.review import decide
from factcheck.store import DATABASE
from factcheck.wiring import build_parts
from tests.fakes import RuleRelationModel, fake_parts
from tests.golden_files import golden

ALPHA = "The dam at Orlo broke on Monday. The flood at Orlo killed 12 people on Monday."
BETA = "The flood at Orlo killed 15 people on Monday."
HEAVY = ("torch", "spacy", "faiss", "sentence_transformers", "transformers", "flask", "trafilatura", "numpy", "jinja2")


class Terminal:
    """A command line with its own index folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts: Parts = fake_parts(folder / "index")

    def __call__(self, *words: str | Path, stdin: str | None = None) -> Result:
        build = lambda settings: replace(self.parts, settings=settings)  # noqa: E731
        arguments = ["--index", str(self.folder / "index"), *map(str, words)]
        return CliRunner().invoke(main, arguments, obj=build, input=stdin)

    def json(self, *words: str | Path, stdin: str | None = None) -> dict[str, Any]:
        """The one object that --json prints."""
        return json.loads(self(*words, "--json", stdin=stdin).stdout)

    def article(self, name: str, body: str, **fields: str) -> Path:
        """A file with one article of an outlet of its own."""
        file = self.folder / f"{name}.json"
        given = {"source": name, "url": f"https://{name}.example/a", "published_at": "2019-08-17", **fields}
        file.write_text(json.dumps({**given, "body": body}), encoding="utf-8")
        return file


@pytest.fixture
def factcheck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A command line that knows nothing yet."""
    monkeypatch.setenv("FACTCHECK_MIN_SIMILARITY", "0.3")
    return Terminal(tmp_path)


@pytest.fixture
def scanned(factcheck: Terminal) -> Terminal:
    """A command line that has compared two articles which disagree about a number."""
    files = factcheck.article("alpha", ALPHA), factcheck.article("beta", BETA)
    assert factcheck("ingest", *files).exit_code == 0
    assert factcheck("scan").exit_code == 0
    return factcheck


def all_commands() -> list[tuple[str, ...]]:
    """Every command, those of groups too."""
    found: list[tuple[str, ...]] = [()]
    for name, command in main.commands.items():
        found.append((name,))
        found += [(name, inner) for inner in getattr(command, "commands", {})]
    return found


@pytest.mark.parametrize("command", all_commands(), ids=" ".join)
def test_help_reads_as_expected(command):
    """The help of every command, letter by letter."""
    shown = CliRunner().invoke(main, [*command, "--help"], prog_name="factcheck", terminal_width=100)
    assert shown.exit_code == 0
    name = "-".join(("help", *command))
    assert shown.output == golden(f"{name}.txt", shown.output)


def test_help_loads_nothing_heavy():
    """--help answers without importing a model library, the web framework or numpy."""
    code = "import sys\ntry:\n from factcheck.cli import main\n main(['--help'])\nexcept SystemExit:\n pass\n"
    code += f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=240)
    assert run.stderr.strip() == "[]"
    assert "ingest" in run.stdout


def test_global_options_may_stand_anywhere(factcheck):
    """--json and --index work before and after the command."""
    for words in (["--json", "settings"], ["settings", "--json"]):
        answer = CliRunner().invoke(main, [*words, "--index", "elsewhere"])
        rows = {row["name"]: row["value"] for row in json.loads(answer.stdout)["settings"]}
        assert rows["index"] == "elsewhere"


def test_settings_name_variable_default_and_limits(factcheck):
    """Each setting says what sets it and within which limits."""
    rows = {row["name"]: row for row in factcheck.json("settings")["settings"]}
    assert rows["neighbours"] == {
        "name": "neighbours",
        "variable": "FACTCHECK_NEIGHBOURS",
        "value": 10,
        "default": 10,
        "limits": "1 to 200",
        "description": "Nearest claims looked at for each claim.",
    }
    assert rows["operating_point"]["limits"] == "strict or sensitive"
    assert rows["max_claim_chars"]["limits"] == "at least 100"


def test_ingest_takes_in_what_it_can_and_names_the_rest(factcheck):
    """A broken line is named with its number; the good ones go in; the run ends well."""
    file = factcheck.folder / "mixed.jsonl"
    file.write_text(json.dumps({"body": ALPHA, "source": "alpha"}) + "\n{broken\n", encoding="utf-8")
    answer = factcheck.json("ingest", file)
    assert answer["ok"] is True
    assert answer["run"]["funnel"]["added"] == 1
    [left_out] = answer["run"]["funnel"]["left_out"]
    assert "2" in left_out["what"]


def test_ingest_twice_adds_nothing(factcheck):
    """The same file again is unchanged."""
    file = factcheck.article("alpha", ALPHA)
    first, second = (factcheck.json("ingest", file)["run"]["funnel"] for _ in range(2))
    assert (first["added"], first["unchanged"]) == (1, 0)
    assert (second["added"], second["unchanged"], second["articles"]) == (0, 1, 1)


def test_ingest_of_nothing_usable_fails(factcheck):
    """Where no article at all could be read, the exit code says so and the reason is given."""
    empty, binary = factcheck.folder / "empty.txt", factcheck.folder / "binary.txt"
    empty.write_bytes(b"")
    binary.write_bytes(bytes(range(256)))
    result = factcheck("ingest", empty, binary, "--json")
    assert result.exit_code == 2
    answer = json.loads(result.stdout)
    assert (answer["ok"], answer["status"]) == (False, 400)
    assert "empty.txt" in answer["error"]
    assert "binary.txt" in answer["error"]


def test_path_that_does_not_exist_is_refused(factcheck):
    """A mistyped path is named before anything is read."""
    result = factcheck("ingest", factcheck.article("alpha", ALPHA), factcheck.folder / "missing.txt")
    assert result.exit_code == 2
    assert "missing.txt" in result.stderr
    assert factcheck.parts.store.counts()["articles"] == 0


def test_ingest_reads_standard_input(factcheck):
    """- stands for standard input."""
    article = json.dumps({"body": ALPHA, "source": "alpha"})
    assert factcheck.json("ingest", "-", stdin=article)["run"]["funnel"]["added"] == 1


def test_scan_finds_the_disagreement_and_a_second_one_adds_nothing(scanned):
    """One conflict between the two articles, found once."""
    funnel = scanned.json("scan")["run"]["funnel"]
    assert (funnel["articles"], funnel["conflict"], funnel["new_scored"]) == (2, 1, 0)


def test_check_prints_the_evidence_with_its_provenance(scanned):
    """A contradicted claim is shown with quote, outlet, date and span."""
    shown = scanned("check", "The flood at Orlo killed 99 people on Monday.")
    assert shown.exit_code == 0
    assert "Conflicts with it" in shown.stdout
    assert "The flood at Orlo killed 15 people on Monday." in shown.stdout
    assert "beta, in the outlet’s own words, 17 August 2019, https://beta.example/a, characters 0–45" in " ".join(
        shown.stdout.split()
    )


def test_check_says_which_part_of_a_sentence_was_compared(factcheck):
    """Only where that is not all of it, as it stands."""
    rest = "officials from both countries met for a third day of talks in the old town hall by the river"
    long = f"The army shelled the northern town before dawn, and {rest}."
    factcheck("ingest", factcheck.article("alpha", long), factcheck.article("beta", ALPHA))
    shown = factcheck("check", "The army never shelled the northern town before dawn.").stdout
    assert "compared: only “The army shelled the northern town before dawn”\n" in shown
    assert "compared:" not in factcheck("check", "The flood at Orlo killed 99 people on Monday.").stdout


def test_check_as_json_has_the_agreed_shape(scanned):
    """The evidence of --json carries a span that cuts the quote out of the stored body."""
    answer = scanned.json("check", "The flood at Orlo killed 99 people on Monday.", "--published-at", "2019-08-17")
    assert answer["claim"]["published_at"] == "2019-08-17"
    assert [one["relation"] for one in answer["evidence"]] == ["conflict", "conflict", "agree"]
    for one in answer["evidence"]:
        body = scanned.parts.store.article(one["article"]["article_id"]).body
        assert body[one["start"] : one["end"]] == one["quote"]


def test_no_evidence_is_said_plainly(scanned):
    """That nothing speaks to a claim is an answer, exit code 0, and is not called agreement."""
    shown = scanned("check", "Penguins swim well.")
    assert shown.exit_code == 0
    assert "Nothing in the index speaks to this claim (2 articles, 3 claims looked at)." in " ".join(
        shown.stdout.split()
    )
    assert "That is no evidence, not agreement." in " ".join(shown.stdout.split())


def test_empty_claim_is_refused(scanned):
    """A claim without a word is wrong input."""
    result = scanned("check", "  ")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")


def test_report_without_options_shows_the_disputes(scanned):
    """In the terminal a report is its disputes with both sides."""
    shown = scanned("report")
    assert shown.stdout.startswith("1 dispute found among 2 articles: 1 conflict.")
    assert "12" in shown.stdout
    assert "15" in shown.stdout


def test_report_is_written_in_the_form_of_its_name(scanned):
    """--out chooses the format by its suffix and makes the folder."""
    out = scanned.folder / "new" / "report.html"
    told = scanned.json("report", "--out", out)
    assert told == {"ok": True, "out": str(out), "format": "html", "disputes": 1, "findings": 1}
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_report_to_a_dash_goes_to_standard_output(scanned):
    """--out - writes no file named so, and gives Markdown where no format is named."""
    dashed, named = (scanned("report", *words).stdout for words in (["--out", "-"], ["--format", "md"]))
    assert dashed.splitlines()[0] == named.splitlines()[0]
    assert "15" in dashed
    assert not (scanned.folder / "-").exists()


def test_report_as_json_goes_to_standard_output(scanned):
    """--json and --format json both give the report itself."""
    plain, chosen = (json.loads(scanned("report", *words).stdout) for words in (["--json"], ["--format", "json"]))
    assert [finding["relation"] for finding in plain["findings"]] == ["conflict"]
    assert plain["findings"] == chosen["findings"]


def test_json_cannot_carry_a_page(scanned):
    """--json with another format to standard output is refused with a hint."""
    result = scanned("report", "--json", "--format", "html")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["hint"] == "add --out FILE, or take --format json"


def test_report_into_a_file_that_cannot_be_written_fails(scanned):
    """A file where a folder should be is named."""
    blocked = scanned.folder / "file"
    blocked.write_text("", encoding="utf-8")
    result = scanned("report", "--out", blocked / "report.md")
    assert result.exit_code == 2
    assert str(blocked / "report.md") in result.stderr


def test_text_of_an_article_cannot_steer_the_terminal(factcheck):
    """Control characters of an article never reach the screen."""
    factcheck(
        "ingest", factcheck.article("alpha", ALPHA), factcheck.article("beta", BETA, title="\x1b]0;owned\x07\x1b[2J")
    )
    factcheck("scan")
    assert "\x1b" not in factcheck("report").stdout


def test_decisions_travel_from_one_index_to_another(scanned, tmp_path):
    """Export writes a line a decision; import adds it once."""
    [finding] = scanned.parts.store.findings()
    decide(scanned.parts, finding.finding_id, "conflict", "ana", "asked the police")
    out = tmp_path / "decisions.jsonl"
    assert scanned.json("review", "export", "--out", out) == {
        "ok": True,
        "out": str(out),
        "decisions": 1,
        "format": "jsonl",
    }
    elsewhere = Terminal(tmp_path / "other")
    assert elsewhere.json("review", "import", out) == {"ok": True, "added": 1, "left_out": []}
    assert elsewhere.json("review", "import", out)["added"] == 0


def test_decisions_travel_as_csv_and_stay_withdrawn(scanned, tmp_path):
    """A withdrawal goes along, and what was withdrawn does not stand there either."""
    [finding] = scanned.parts.store.findings()
    decide(scanned.parts, finding.finding_id, "conflict", "ana", "=1+1")
    told = scanned("review", "withdraw", finding.finding_id, "--reviewer", "ana")
    assert (told.exit_code, told.stdout) == (0, "Withdrawn: conflict, by ana\n")
    again = scanned("review", "withdraw", finding.finding_id, "--reviewer", "ana")
    assert again.exit_code == 2
    assert "ana has no decision" in again.stderr
    file = tmp_path / "decisions.csv"
    file.write_bytes(scanned("review", "export", "--format", "csv").stdout_bytes)
    assert b",'=1+1," in file.read_bytes()
    elsewhere = Terminal(tmp_path / "other")
    assert elsewhere.json("review", "import", file)["added"] == 2
    assert elsewhere.parts.store.standing_log() == []


def test_quality_is_told_in_the_terminal(scanned):
    """Without decisions it says so; with some, every figure stands beside what it rests on."""
    assert "Nothing has been decided yet" in scanned("review", "quality").stdout
    [finding] = scanned.parts.store.findings()
    decide(scanned.parts, finding.finding_id, "conflict", "ana")
    decide(scanned.parts, finding.finding_id, "tension", "ben")
    decide(scanned.parts, finding.finding_id, "conflict", "cem")
    told = scanned("review", "quality").stdout
    assert "conflict                   100%  (21% to 100%)   1 of 1" in told
    assert "ana and cem                1 of 1 alike" in told
    measured = scanned.json("review", "quality")["quality"]
    assert (measured["precision"]["right"], measured["precision"]["n"]) == (1, 1)
    assert [(one["one"], one["other"], one["agreed"]) for one in measured["agreement"]] == [
        ("ana", "ben", 0),
        ("ana", "cem", 1),
        ("ben", "cem", 0),
    ]


def test_import_of_no_decision_fails(scanned):
    """A file without one readable decision is wrong input."""
    file = scanned.folder / "bad.jsonl"
    file.write_text("{broken\n", encoding="utf-8")
    result = scanned("review", "import", file, "--json")
    assert result.exit_code == 2
    assert "decision 1" in result.stderr
    assert json.loads(result.stdout)["ok"] is False


def test_a_good_import_with_a_bad_line_stays_good_the_second_time(scanned, tmp_path):
    """What is here already was read, too, and the answer is one JSON object."""
    [finding] = scanned.parts.store.findings()
    decide(scanned.parts, finding.finding_id, "conflict", "ana")
    file = tmp_path / "decisions.jsonl"
    file.write_bytes(scanned("review", "export").stdout_bytes + b"{broken\n")
    elsewhere = Terminal(tmp_path / "other")
    answers = [elsewhere.json("review", "import", file) for _ in range(2)]
    assert [(one["added"], one["left_out"][0]["what"]) for one in answers] == [(1, "decision 2"), (0, "decision 2")]


def test_pairs_are_scored_in_their_order(factcheck):
    """One line out for each line in, with the agreed fields; a broken line is named and left out."""
    file, out = factcheck.folder / "pairs.jsonl", factcheck.folder / "scores.jsonl"
    lines = [
        {"id": "x", "a": {"text": "The flood killed 12 people."}, "b": {"text": "The flood killed 15 people."}},
        {"id": "y", "a": {"text": "Penguins swim."}, "b": {"text": "The mayor resigned.", "speaker": None}},
    ]
    file.write_text(json.dumps(lines[0]) + "\n{broken\n" + json.dumps(lines[1]) + "\n", encoding="utf-8")
    told = factcheck.json("score-pairs", file, "--out", out)
    assert (told["scored"], [one["what"] for one in told["left_out"]]) == (2, ["line 2"])
    scored = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(one["id"], one["relation"], one["strict"]) for one in scored] == [
        ("x", "conflict", "conflict"),
        ("y", "different", "different"),
    ]
    assert set(scored[0]) == {"id", "scores", "relation", "strict", "sensitive", "conflict_type", "clash"}
    assert scored[0]["conflict_type"] == "number"


class StoppedRelations(RuleRelationModel):
    """The rules for one batch of pairs; in the second one somebody stops the process."""

    def __init__(self, stop: Callable[[], object]) -> None:
        super().__init__()
        self.stop = stop

    def score(self, pairs: Sequence[tuple[RelationInput, RelationInput]]) -> list[RelationScores]:
        if self.scored:
            self.stop()
        return super().score(pairs)


def press_ctrl_c() -> None:
    """What a terminal does; a shell that starts the tests in the background has them ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("stop", "code", "told"),
    [
        (press_ctrl_c, 130, "stopped"),
        (lambda: os.kill(os.getpid(), signal.SIGTERM), 130, "stopped"),
        (lambda: [][1], 1, "unexpected IndexError: list index out of range"),
    ],
    ids=["Ctrl-C", "kill", "surprise"],
)
def test_what_was_scored_is_kept_where_scoring_stops(factcheck, stop, code, told):
    """It lies beside the file that it was for, which stays as it was, and the error says where."""
    factcheck.parts = replace(factcheck.parts, load_relations=lambda: StoppedRelations(stop))
    file, out, kept = (factcheck.folder / name for name in ("pairs.jsonl", "scores.jsonl", "scores.jsonl.partial"))
    pair = {"a": {"text": "Penguins swim."}, "b": {"text": "The mayor resigned."}}
    file.write_text("".join(json.dumps({"id": number, **pair}) + "\n" for number in range(300)), encoding="utf-8")
    out.write_text("complete", encoding="utf-8")
    before = signal.getsignal(signal.SIGTERM)
    result = factcheck("score-pairs", file, "--out", out, "--json")
    assert (result.exit_code, signal.getsignal(signal.SIGTERM)) == (code, before)
    assert json.loads(result.stdout)["error"] == f"{told}; what was finished is kept in {kept}"
    assert out.read_text(encoding="utf-8") == "complete"
    assert [json.loads(line)["id"] for line in kept.read_text(encoding="utf-8").splitlines()] == [*range(256)]
    again = factcheck("score-pairs", file, "--out", out)
    assert f"what was finished is kept in {kept}1\n" in again.stderr  # what was kept first is not lost
    assert {one.name for one in factcheck.folder.glob("*scores*")} == {out.name, kept.name, f"{kept.name}1"}


def test_a_pair_is_scored_without_a_date_that_is_none(factcheck):
    """What it is scored without is told like a line that is left out, and counts as none."""
    file, out = factcheck.folder / "pairs.jsonl", factcheck.folder / "scores.jsonl"
    pair = {"a": {"text": "Penguins swim.", "published_at": "unknown"}, "b": {"text": "The mayor resigned."}}
    file.write_text(json.dumps(pair), encoding="utf-8")
    told = factcheck("score-pairs", file, "--out", out)
    assert told.stdout == "1 pairs scored, 0 left out\n"
    assert "left out  a.published_at of line 1: 'unknown' is no date" in told.stderr
    answer = factcheck.json("score-pairs", file, "--out", out)
    assert (answer["scored"], answer["left_out"]) == (1, [])
    assert [one["what"] for one in answer["fields_left_out"]] == ["a.published_at of line 1"]
    assert json.loads(out.read_text(encoding="utf-8"))["id"] == 1


def test_scores_may_take_the_place_of_their_pairs(factcheck):
    """What is read is not written over until it has been read; where nothing could be, it stays."""
    file = factcheck.folder / "pairs.jsonl"
    pair = {"id": "x", "a": {"text": "The flood killed 12 people."}, "b": {"text": "The flood killed 15 people."}}
    file.write_text(json.dumps(pair) + "\n", encoding="utf-8")
    assert factcheck.json("score-pairs", file, "--out", file)["scored"] == 1
    scored = file.read_text(encoding="utf-8")
    assert json.loads(scored)["relation"] == "conflict"
    assert factcheck("score-pairs", file, "--out", file).exit_code == 2
    assert file.read_text(encoding="utf-8") == scored


def test_a_file_is_replaced_once_it_is_whole(tmp_path):
    """A failure leaves what was there and nothing beside it; links and permissions stay."""
    file, link = tmp_path / "scores.jsonl", tmp_path / "latest.jsonl"
    file.write_text("earlier", encoding="utf-8")
    file.chmod(0o640)
    link.symlink_to(file)
    with pytest.raises(ZeroDivisionError), written(link) as half:
        half.write(str(1 / 0))
    with pytest.raises(ZeroDivisionError), written(link, keeps_part=True) as nothing:
        nothing.write(str(1 / 0))
    assert file.read_text(encoding="utf-8") == "earlier"
    with written(link) as whole:
        whole.write("later")
    assert (file.read_text(encoding="utf-8"), file.stat().st_mode & 0o777) == ("later", 0o640)
    assert (link.is_symlink(), set(tmp_path.iterdir())) == (True, {file, link})


def test_what_is_no_file_is_written_as_it_comes():
    """A pipe such as /dev/stdout cannot be replaced."""
    reading, writing = os.pipe()
    with written(Path(f"/dev/fd/{writing}")) as file:
        file.write("scores")
    os.close(writing)
    with open(reading, encoding="utf-8") as end:
        assert end.read() == "scores"


def test_evaluation_measures_the_model(factcheck):
    """Labelled pairs in, figures out, as text and as JSON."""
    file = factcheck.folder / "pairs.jsonl"
    pair = {"a": {"text": "The flood killed 12 people."}, "b": {"text": "The flood killed 15 people."}}
    other = {"a": {"text": "Penguins swim."}, "b": {"text": "The mayor resigned."}}
    lines = [{"id": 1, **pair, "relation": "conflict"}, {"id": 2, **other, "relation": "different"}]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert factcheck.json("evaluate", file)["evaluation"]["pairs"] == 2
    assert "average precision" in factcheck("evaluate", file).stdout


def test_evaluation_of_no_pair_fails(factcheck):
    """A file without one readable pair is wrong input, and the error says what is wrong with its first line."""
    file = factcheck.folder / "pairs.jsonl"
    file.write_text('{"id": 1}\n{"id": 2}\n', encoding="utf-8")
    result = factcheck("evaluate", file, "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"] == f"no pair of {file} could be read; line 1: a: Field required"


@pytest.mark.parametrize("words", [["evaluate"], ["score-pairs", "--out", "-"]], ids=" ".join)
def test_measuring_needs_no_articles(tmp_path, words):
    """Pairs come from a file: no index is made for them, and a damaged one is in nobody's way."""
    file, index = tmp_path / "pairs.jsonl", tmp_path / "index"
    pair = {"id": 1, "a": {"text": "Penguins swim."}, "b": {"text": "The mayor resigned."}, "relation": "different"}
    file.write_text(json.dumps(pair), encoding="utf-8")
    build = lambda settings: replace(build_parts(settings), load_relations=RuleRelationModel)  # noqa: E731
    arguments = [*words, str(file), "--index", str(index)]
    assert CliRunner().invoke(main, arguments, obj=build).exit_code == 0
    assert not index.exists()
    index.mkdir()
    (index / DATABASE).write_bytes(b"no database" * 1000)
    assert CliRunner().invoke(main, arguments, obj=build).exit_code == 0


def test_doctor_says_what_is_wrong_and_exits_with_1(factcheck, monkeypatch):
    """A folder that cannot be used is found, with what to do about it."""
    blocked = factcheck.folder / "file"
    blocked.write_text("", encoding="utf-8")
    result = CliRunner().invoke(main, ["doctor", "--index", str(blocked / "index"), "--json"])
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["healthy"] is False
    assert [check["hint"] != "" for check in answer["checks"] if not check["ok"]] != []


@pytest.mark.parametrize(
    ("words", "code"),
    [(["nonsense"], 2), (["check"], 2), (["report", "--format", "pdf"], 2), (["serve", "--port", "70000"], 2)],
)
def test_wrong_usage_is_exit_code_2(words: Sequence[str], code: int):
    """Usage errors are one line, a hint, and with --json one object."""
    result = CliRunner().invoke(main, [*words, "--json"])
    assert result.exit_code == code
    answer = json.loads(result.stdout)
    assert (answer["ok"], answer["status"]) == (False, 400)
    assert answer["hint"].endswith("--help")
    assert result.stderr.startswith("Error: ")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["evaluate", "pairs.jsonl"], "stopped; nothing is kept: all pairs are measured together"),
        (["score-pairs", "pairs.jsonl", "--out", "scores.jsonl"], "stopped; nothing was finished yet"),
    ],
)
def test_a_run_that_keeps_nothing_says_so_when_stopped(factcheck, monkeypatch, command, told):
    """Only who has kept something says that it is kept."""
    stopped = StoppedRelations(press_ctrl_c)
    stopped.scored = 1
    factcheck.parts = replace(factcheck.parts, load_relations=lambda: stopped)
    monkeypatch.chdir(factcheck.folder)
    pair = {"a": {"text": "Penguins swim."}, "b": {"text": "The mayor resigned."}, "relation": "different"}
    Path("pairs.jsonl").write_text(json.dumps(pair) + "\n", encoding="utf-8")
    result = factcheck(*command, "--json")
    assert (result.exit_code, json.loads(result.stdout)["error"]) == (130, told)
    assert not Path("scores.jsonl").exists()


def raising(error: BaseException) -> Callable[[], object]:
    def run() -> object:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code", "first_line"),
    [
        (IndexMissing("no vectors", hint="run: factcheck reindex"), 5, "Error: no vectors"),
        (KeyboardInterrupt(), 130, "Error: stopped; what was finished is kept"),
        (ValueError("odd"), 1, "Error: unexpected ValueError: odd"),
    ],
)
def test_every_error_ends_as_one_line_and_its_exit_code(capsys, error, code, first_line):
    """Our own errors, Ctrl-C and surprises all end the same way."""
    assert exit_code_of(raising(error), []) == code
    assert capsys.readouterr().err.splitlines()[0] == first_line


def test_trace_is_shown_only_when_asked_for(capsys, monkeypatch):
    """A surprise says how to get the trace, and FACTCHECK_DEBUG=1 gets it."""
    exit_code_of(raising(ValueError("odd")), [])
    assert "FACTCHECK_DEBUG=1" in capsys.readouterr().err
    monkeypatch.setenv("FACTCHECK_DEBUG", "1")
    exit_code_of(raising(ValueError("odd")), [])
    assert "Traceback" in capsys.readouterr().err


def test_address_that_cannot_be_served_is_refused(factcheck):
    """A host that is none of this machine's is wrong input, with a hint."""
    factcheck("users", "add", "ana", "--role", "admin", "--password-stdin", stdin="correct horse battery\n")
    result = factcheck("serve", "--host", "203.0.113.7", "--port", "0")
    assert result.exit_code == 2
    assert "cannot serve on 203.0.113.7:0" in result.stderr


def test_an_address_of_the_web_is_fetched_only_where_a_setting_says_so(factcheck):
    """It is off by default, and the hint says how to turn it on."""
    result = factcheck("ingest", "https://herald.example/dam")
    assert result.exit_code == 2
    assert "https://herald.example/dam is not fetched: fetching is off" in result.stderr
    assert "FACTCHECK_ALLOW_FETCH=True" in result.stderr


def test_server_says_where_it_is_and_stops_cleanly(tmp_path):
    """serve prints its address, answers there, and ends with 0 when it is told to stop."""
    words = [sys.executable, "-m", "factcheck", "--index", str(tmp_path / "index"), "serve", "--port", "0", "--json"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=environment, text=True) as server:
        # leaving the context waits for the server however long that lives, and so does reading what it says
        limit = threading.Timer(280, server.kill)
        limit.start()
        try:
            assert server.stdout is not None
            told = ""
            while not told.rstrip().endswith("}"):
                line = server.stdout.readline()
                assert line, f"the server ended and had said no more than {told!r}"
                told += line
            with urllib.request.urlopen(json.loads(told)["url"] + "/healthz", timeout=30) as answer:
                assert answer.status == 200
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=200) == 0
        finally:
            limit.cancel()
            server.kill()
