PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: $(READY) ## make .venv with everything in it, and the command secretariat

$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or later is needed; run: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip install --quiet --compile-bytecode --require-hashes --requirement requirements.lock
	$(BIN)/uv pip install --quiet --no-deps --editable .
	@touch $@

run: setup ## run a year of all bodies, then serve it at http://127.0.0.1:8000 (or PORT=…)
	@$(BIN)/secretariat demo $(if $(PORT),--port $(PORT))

test: setup ## run the tests
	@$(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not soak"

soak: setup ## run the tests that take minutes
	@$(BIN)/pytest -q -m soak

bench: setup ## print what both roads move, against raw limits (9 minutes)
	@$(BIN)/python -m tests.benchmarks.local_road
	@$(BIN)/python -m tests.benchmarks.kafka_road
	@$(BIN)/python -m tests.benchmarks.long_log
	@$(BIN)/python -m tests.benchmarks.slots
	@$(BIN)/python -m tests.benchmarks.feeds

check: setup ## lint, format, types, borders, contracts
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m contracts --check
	@$(BIN)/python -m deploy.gateway --check

contracts: setup ## write the contracts anew from the code
	@$(BIN)/python -m contracts
	@$(BIN)/python -m deploy.gateway

lock: setup ## pin the newest versions that pyproject.toml allows
	@$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url \
	  --no-header --group dev --output-file requirements.lock pyproject.toml

clean: ## remove what was made here
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache data

.PHONY: help setup run test soak bench check contracts lock clean
