# The commands of the project; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Bytecode is kept, whatever the shell's choice: the commands start many interpreters on the same modules.
unexport PYTHONDONTWRITEBYTECODE
SOURCES := aoai components emulator plugin policies tools tests benchmarks examples templates __main__.py

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	@echo "==> installing the pinned dependencies into $(VENV), about a minute, once"
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"Python 3.11 or newer is needed, this is {v.major}.{v.minor}; try: make PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)
	@set -o pipefail; $(BIN)/pip install --disable-pip-version-check --progress-bar off --require-hashes -r requirements/dev.txt | awk -v live="$$(test -t 2 && echo 1)" -f tools/pip_progress.awk
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: mutants site azure-native test-azure-native conformance help setup up preview comment chat clock down test test-all test-older test-pythons check format bench docs lock engine

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | awk -F'|' '{printf "  make %-18s %s\n", $$1, $$2}'

setup: $(VENV)/.ready ## install what the other commands need

engine: setup ## get the Pulumi engine, if it is not there
	@$(BIN)/python -m tools.engine >/dev/null

up: setup ## from nothing to a served model, on the emulator
	@$(BIN)/python -m tools.local up

preview: setup ## show what `make up` would change, and which rules it would break
	@$(BIN)/python -m tools.local preview

comment: setup ## show the comment that a pull request with your changes would get
	@$(BIN)/python -m tools.local comment

chat: setup ## ask the served models; QUESTION="…" asks your own
	@$(BIN)/python -m tools.local chat $${QUESTION:+"$$QUESTION"}

clock: setup ## let DAYS=12 pass on the emulator
	@$(BIN)/python -m tools.local clock $${DAYS:-12}

down: setup ## remove what `make up` made, and stop the emulator
	@$(BIN)/python -m tools.local down

test: setup engine ## all tests; slow matrices by sample
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m "not matrix"

test-all: setup engine ## all tests, slow matrices whole
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup

mutants: setup ## mutation tests of the code that decides which resources are ours
	@$(BIN)/python -m tests.lifecycle.mutants --workers 2

test-older: setup ## the suites of client and resources under each set of older answers of Azure
	@for answers in older location; do \
		echo "==> --answers $$answers"; \
		$(BIN)/python -m pytest -q -n 2 --dist loadgroup --answers $$answers tests/clients tests/resources tests/lifecycle -m "not matrix" || exit 1; \
	done

test-pythons: setup ## the fast tests on each Python that is here; PYTHONS="3.13" chooses
	@$(BIN)/python -m tools.pythons $(PYTHONS)

azure-native: setup ## install pulumi-azure-native, for stacks that make accounts
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/azure-native.txt

test-azure-native: $(VENV)-azure-native/.ready ## the tests that need pulumi-azure-native
	@$(VENV)-azure-native/bin/python -m pytest -q --confcutdir tests/azure_native tests/azure_native

$(VENV)-azure-native/.ready: requirements/azure-native.txt
	@echo "==> installing pulumi-azure-native into $(VENV)-azure-native, about a minute, once"
	@$(PYTHON) -m venv $(VENV)-azure-native
	@$(VENV)-azure-native/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/azure-native.txt
	@touch $@

conformance: setup ## the table of which official client checks which call of the emulator
	@$(BIN)/python -m tests.contract.table

check: setup ## format, lint, types, layering
	@$(BIN)/ruff format --check $(wildcard $(SOURCES))
	@$(BIN)/ruff check $(wildcard $(SOURCES))
	@$(BIN)/mypy aoai components/aoai_components emulator/aoai_emulator policies/aoai_policies plugin tools tests benchmarks
	@$(BIN)/python -m pytest -q tests/test_layering.py tests/test_house_rules.py tests/test_lock.py

format: setup ## format and fix what can be fixed
	@$(BIN)/ruff check --fix --quiet $(wildcard $(SOURCES)) || true
	@$(BIN)/ruff format $(wildcard $(SOURCES))

bench: setup ## speed and memory, as ratios against named references
	@for bench in benchmarks/bench_*.py; do $(BIN)/python -m "$$(echo $${bench%.py} | tr / .)"; done

docs: setup ## regenerate the generated parts of the docs, and run every example
	@$(BIN)/python -m tools.docs
	@$(BIN)/python -m tests.contract.table --write
	@$(BIN)/python -m tests.emulator.settings_page --write
	@$(BIN)/python -m pytest -q tests/test_docs.py tests/emulator/test_docs.py

site: $(VENV)-site/.ready ## the documentation as a site, in .local/site
	@NO_MKDOCS_2_WARNING=1 $(VENV)-site/bin/mkdocs build --config-file tools/site/mkdocs.yml
	@echo ".local/site/index.html"

$(VENV)-site/.ready: requirements/site.txt
	@echo "==> installing mkdocs-material into $(VENV)-site, about half a minute, once"
	@$(PYTHON) -m venv $(VENV)-site
	@$(VENV)-site/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/site.txt
	@touch $@

lock: setup ## resolve the dependencies anew and pin them with hashes
	@bash tools/lock.sh
