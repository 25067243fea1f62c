# Every target sets up what it needs; nothing is installed outside of this folder. `make` alone lists them.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ARGS ?=
WORKERS ?= 2
GGUF ?=
SMALL ?=

.DEFAULT_GOAL := help
.PHONY: help demo test test-full test-llm check lint types imports proto-check serve bench-agent bench-learning bench-sandbox bench-planner bench-search bench-alfworld proto clean sandbox-image

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[36m%-14s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/.ready sandbox-image ## Let an agent learn MiniGrid DoorKey and Sokoban from nothing; results in runs/demo
	$(BIN)/python -m agent_client.demo $(ARGS)

test: .venv/.dev sandbox-image ## Run the tests, but for the long ones (under 10 minutes)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not long" $(ARGS)

test-full: .venv/.full sandbox-image ## Run the long tests, which `make test` leaves out
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m long $(ARGS)

test-llm: .venv/.llm sandbox-image ## Synthesise with a small real model on loopback (fetches 1.1 GB once; or GGUF=path)
	gguf="$(GGUF)"; [ -n "$$gguf" ] || gguf=$$($(BIN)/python -m tests.llm.weights $(if $(SMALL),--small)) || exit; \
	WORLDSMITH_GGUF="$$gguf" $(BIN)/python -m pytest -s tests/llm $(ARGS)

check: lint types imports proto-check ## Check style, types, directions of import and the generated code

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.dev
	$(BIN)/mypy

imports: .venv/.dev
	$(BIN)/lint-imports

proto-check: .venv/.dev
	$(BIN)/python proto/generate.py --check

serve: .venv/.ready sandbox-image ## Start the server (options by ARGS="...")
	$(BIN)/worldsmith serve $(ARGS)

bench-agent: .venv/.ready sandbox-image ## Measure how few steps an agent needs; exits non-zero where a floor is missed
	$(BIN)/python -m bench.agent_bench $(ARGS)

bench-learning: .venv/.ready ## Measure how much is learned from few transitions; exits non-zero where a goal is missed
	$(BIN)/python -m bench.learning_bench $(ARGS)

bench-sandbox: .venv/.ready sandbox-image ## Measure what the Docker sandbox costs; exits non-zero where a goal is missed
	$(BIN)/python -m bench.sandbox_bench $(ARGS)

bench-planner: .venv/.ready ## Measure planning (levels from WORLDSMITH_DATA; FULL=1 for all); exits non-zero where a goal is missed
	$(BIN)/python -m bench.planner_bench $(ARGS)

bench-search: .venv/.ready sandbox-image ## Compare search strategies; time the way to a first verdict; exits non-zero where a goal is missed
	$(BIN)/python -m bench.search_bench $(ARGS)

bench-alfworld: .venv/.full ## Measure ALFWorld: speed, learning, planning (games from WORLDSMITH_DATA); exits non-zero where a goal is missed
	$(BIN)/python -m bench.alfworld_bench $(ARGS)

proto: .venv/.dev ## Generate gen/ from proto/ again
	$(BIN)/python proto/generate.py

sandbox-image: .venv/.ready ## Build the sandbox's image where a Docker engine answers, unless it is there
	$(BIN)/python -m sandbox.image --if-engine

clean: ## Remove the virtual environment and all caches; runs/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What serves a model for `make test-llm`.
.venv/.llm: .venv/.dev tests/llm/requirements.txt
	$(PIP) -r tests/llm/requirements.txt
	@touch $@

# What the long tests need besides: ALFWorld, whose engine is built here.
.venv/.full: .venv/.dev pyproject.toml
	$(PIP) -e '.[server,envs,dev,alfworld]'
	@touch $@

# What a user needs, and what a developer needs besides.
.venv/.ready: pyproject.toml | .venv/bin/python
	$(PIP) -e '.[server,envs]'
	@touch $@

.venv/.dev: pyproject.toml | .venv/bin/python
	$(PIP) -e '.[server,envs,dev]'
	@touch .venv/.ready $@

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Worldsmith needs Python 3.11 or newer; none was found on the PATH" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv
