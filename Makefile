# The only things needed beforehand are make and a python3 (3.11 or newer) with its venv module.
# Everything else comes from uv.lock into .venv; uv itself goes to .rebato/uv where the machine has none.

.DEFAULT_GOAL := help
.PHONY: help sync demo test lint audit chaos bench bench-peers bench-language bench-detection clean

UV := $(shell uv --version >/dev/null 2>&1 && command -v uv || echo .rebato/uv/bin/uv)
BIN := .venv/bin
PYTEST_ARGS ?= --numprocesses 3 --dist loadfile --no-loadscope-reorder
CHAOS_ARGS ?=

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

chaos: sync ## three minutes of kills, freezes, bad networks and brokers that go away, and a check of every count and alert
	$(BIN)/python -m benchmarks.chaos $(CHAOS_ARGS)

audit: sync ## known vulnerabilities of what uv.lock holds; says so where no list of them can be reached
	$(BIN)/python .ci/audit.py --uv $(UV) $(ARGS)

bench: sync-bench ## all figures of speed, and those on real data where REBATO_DATA names its folder
	$(BIN)/python -m benchmarks

bench-peers: sync-bench ## the same work by Faust, Quix Streams, Bytewax and by hand, in an environment of their own
	$(UV) run --frozen --project benchmarks/peers python -W ignore -m benchmarks.peers $(ARGS)

bench-detection: sync ## how well it detects, beside others, into docs/detection.md; ARGS=--quick for a few minutes of it
	$(BIN)/python -m benchmarks.detection --write docs/detection.md $(ARGS)

bench-language: sync ## quality of language and negativity; needs REBATO_DATA
	$(BIN)/python -m benchmarks language

clean: ## forget the virtual environment and the caches
	rm -rf .venv .rebato .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.rebato/uv/bin/uv:
	python3 -m venv .rebato/uv
	.rebato/uv/bin/pip install --quiet --disable-pip-version-check uv

.PHONY: sync-bench
sync-bench: sync
	@$(UV) sync --frozen --group bench --quiet

.venv/.synced: pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen
	@touch $@
