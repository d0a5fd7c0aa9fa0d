# 督办 · make help lists what there is. Variables: PORT, PREFECT_PORT, DUBAN_HOME, PYTHON.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
PREFECT_PORT ?= 4200
SEED_HOME := $(if $(DUBAN_HOME),$(DUBAN_HOME),$(CURDIR)/var-dev)
export DUBAN_HOME ?= $(CURDIR)/var
export DUBAN_PORT = $(PORT)
export DUBAN_PREFECT_PORT = $(PREFECT_PORT)
UV = $(or $(shell command -v uv 2>/dev/null),$(BIN)/uv)

.DEFAULT_GOAL := help
.PHONY: help run install install-dev test test-postgresql check bench chaos scale-demo bench-short fuzz lock licences screens words \
        bundle bundle-try new-decision seed clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: install  ## start the sample cycle: web, flows and Prefect; Ctrl-C stops everything
	@exec $(BIN)/duban demo

install: $(VENV)/.installed  ## the environment in .venv from requirements.lock

install-dev: $(VENV)/.installed-dev  ## the same with what tests and checks need

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("需要 Python 3.11 至 3.13，当前为 " + sys.version.split()[0] if not (3, 11) <= sys.version_info[:2] < (3, 14) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.uv: | $(BIN)/python
	@command -v uv >/dev/null 2>&1 || $(BIN)/python -m pip install -q uv
	@touch $@

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/.uv
	$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements.lock
	$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

test: install-dev  ## every test, a file at a time on three processes; says what it skipped and why
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

test-postgresql: install-dev  ## models, actions, flows and web once more, on a real PostgreSQL server out of a wheel
	DUBAN_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n 2 --dist loadfile tests/models tests/actions tests/stories tests/web

check: install-dev  ## ruff, mypy (strict), import contracts, links and words of the papers
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m upkeep

bench: install-dev  ## each promise as a ratio against a limit measured in the same run
	$(BIN)/python -m bench.run

chaos: install-dev  ## every fault: what was owed, sent, twice, lost (FAULTS="--short power" for a part)
	$(BIN)/python -m chaos $(FAULTS)

fuzz: install-dev  ## the long form of tests/hostile: thousands of hostile requests, then ten minutes of atheris (FUZZ=seconds)
	DUBAN_FUZZ=1 $(BIN)/python -m pytest -n 0 tests/hostile
	$(BIN)/python -m tests.hostile.fuzz $(or $(FUZZ),600)

scale-demo: install-dev  ## a province's morning here: 20 offices, one worker, two workers, one of them killed (SIZE=small for two minutes)
	$(BIN)/python -m bench.scale_demo $(or $(SIZE),full)

bench-short: install-dev  ## what notices promise, over few rows; fails only beyond twice a limit
	$(BIN)/python -m bench.short

screens: install-dev  ## pictures of every page at 390 and 1366 px into docs/screens (needs chromium)
	$(BIN)/python -m bench.screens

words: install-dev  ## take new words up into web/locale/en.po and write words.en.js; says what has no English yet
	$(BIN)/python -m web.words_out

licences: install-dev  ## docs/licences.md from the lock files and what is installed
	$(BIN)/python -m commands.licences

lock:  ## write the hashed lock files anew (they name no index host)
	uv pip compile pyproject.toml --extra pdf --extra postgresql --group build --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" -q -o requirements.lock
	uv pip compile pyproject.toml --extra pdf --extra postgresql --extra machines --group build --group dev --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" -q -o requirements-dev.lock

bundle: install  ## dist/duban-offline-…: wheels, static files, installer and hashes, for machines without an index
	$(BIN)/python deploy/bundle.py

bundle-try: bundle  ## install the bundle where there is no index and let it work (TRY=--no-network: no network at all)
	$(BIN)/python deploy/try_bundle.py $(TRY) dist/duban-offline-*.tar

new-decision: export TITLE := $(value TITLE)
new-decision: install-dev  ## the next numbered page in docs/decisions: make new-decision TITLE="What was chosen"
	@$(BIN)/python -m upkeep.decision "$$TITLE"

seed: export DUBAN_HOME = $(SEED_HOME)
seed: install  ## the sample cycle in a database to develop with: var-dev, or DUBAN_HOME=...; starts no server
	@$(BIN)/python -m upkeep.seed

clean:  ## remove the environment and caches; data in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
