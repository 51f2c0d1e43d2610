# The only things needed beforehand are make and a python3 (3.11 or newer) with its venv module.
# Everything else comes from uv.lock into .venv; uv itself goes to .rebato/uv where the machine has none.

.DEFAULT_GOAL := help
.PHONY: help sync demo test lint bench bench-intake bench-language bench-detection clean

UV := $(shell uv --version >/dev/null 2>&1 && command -v uv || echo .rebato/uv/bin/uv)
BIN := .venv/bin
PYTEST_ARGS ?=

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 24

sync: .venv/.synced ## make or refresh the virtual environment from the lock file

demo: sync ## a food scare on a broker inside the process: watch it ring
	$(BIN)/rebato demo

test: lint ## every check and every test
	$(BIN)/pytest $(PYTEST_ARGS)

lint: sync ## style, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: bench-intake bench-language bench-detection ## figures of speed and quality; REBATO_DATA names the data

bench-intake: sync ## microseconds a mention
	$(BIN)/python -m benchmarks.intake

bench-language: sync ## quality of language and negativity; needs REBATO_DATA
	$(BIN)/python -m benchmarks.language

bench-detection: sync ## false alarms and crises found
	$(BIN)/python -m benchmarks.detection

bench-detection: sync ## figures of the detector: simulated brands; real replays and NAB where REBATO_DATA is
	$(BIN)/python -m benchmarks detection replays nab

bench-language: sync ## figures of the text scorer, on REBATO_DATA
	$(BIN)/python -m benchmarks language

clean: ## forget the virtual environment and the caches
	rm -rf .venv .rebato .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.rebato/uv/bin/uv:
	python3 -m venv .rebato/uv
	.rebato/uv/bin/pip install --quiet --disable-pip-version-check uv

.venv/.synced: pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen
	@touch $@
