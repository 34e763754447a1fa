# factcheck: `make demo` and `make test` do all the set-up themselves, in .venv/.

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev

# the first Python of at least 3.11 that can make a virtual environment
SUITS := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python3.14; do \
	if $$name -c '$(SUITS)' 2>/dev/null; then echo $$name; break; fi; done)

.DEFAULT_GOAL := help
.PHONY: help demo serve test check format golden bench model clean

help: ## List the targets.
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

# The shipped model is seldom sure enough for the strict point on five articles: the demo looks at the sensitive one.
demo serve: export FACTCHECK_OPERATING_POINT ?= sensitive

demo: $(INSTALLED) ## Find what disagrees in the five articles of seeds/, show it, write reports/seeds.html.
	$(BIN)/factcheck ingest seeds
	$(BIN)/factcheck scan
	$(BIN)/factcheck report --format html --out reports/seeds.html
	@echo
	@$(BIN)/factcheck report
	@echo
	@echo "The same as a page: reports/seeds.html"
	@echo "To review the findings, submit claims and use the API: make serve, then open http://127.0.0.1:8000"

serve: $(INSTALLED) ## Serve the pages and the API on http://127.0.0.1:8000.
	$(BIN)/factcheck serve

test: $(INSTALLED_DEV) ## Run every test; those that need Chromium skip with a reason where there is none.
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(INSTALLED_DEV) ## Format, lint, types, tests: what has to pass before a commit.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest $(PYTEST_ARGS)

format: $(INSTALLED_DEV) ## Format the code.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

golden: $(INSTALLED_DEV) ## Rewrite the expected outputs in tests/golden/; read the diff afterwards.
	FACTCHECK_GOLDEN=rewrite $(BIN)/python -m pytest -q tests/test_payloads.py tests/test_reports.py tests/test_cli.py
	git --no-pager diff --stat -- tests/golden

bench: $(INSTALLED_DEV) ## Measure a scan of seeds/, one claim, and --help.
	$(BIN)/python benchmarks/bench_service.py

# The shipped model: the mean of runs 2, 9 and 11; from it runs 14 and 15, and the mean of both ends; from that runs 16
# and 17, and the mean of both ends again; from that runs 20, 21 and 22, and the mean of the first and last of them; from
# that runs 23, 24 and 25, and the mean of them; from that run 26, and the mean of both ends.
model: $(INSTALLED_DEV) ## Train the relation model on the folder DATA and make it the built-in one (hours on a CPU).
	run() { $(BIN)/factcheck-train --data $(DATA) --out build/run-$$1 --recipe factcheck/training/recipes/$$1_*.json \
			$${2:+--start build/$$2/adapter.safetensors}; }; \
		mean() { $(BIN)/python -m factcheck.training.average --rank 48 "$$@"; }; \
		set -e; before=; for number in 1 2 3 4 5 6 7 8 9 11; do run $$number $$before; before=run-$$number; done; \
		mean build/mean-11 build/run-2 build/run-9 build/run-11; run 14 mean-11; run 15 run-14; \
		mean build/mean-15 build/mean-11 build/run-15; run 16 mean-15; run 17 run-16; \
		mean build/mean-17 build/mean-15 build/run-17; \
		run 20 mean-17; run 21 run-20; run 22 run-21; mean build/mean-22 build/run-22 build/run-20; \
		run 23 mean-22; run 24 run-23; run 25 run-24; mean build/mean-25 build/run-23 build/run-25 build/run-24; \
		run 26 mean-25; mean build/mean-26 build/mean-25 build/run-26; \
		$(BIN)/python -m factcheck.training.export build/mean-26 --data $(DATA) --cache build/cache

clean: ## Remove the environment, caches and reports. The index stays: it holds your articles and decisions.
	rm -rf $(VENV) reports build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find factcheck tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "factcheck needs Python 3.11 or later with venv (on Debian: python3-venv)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(INSTALLED_DEV): pyproject.toml $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,train]'
	@touch $@
