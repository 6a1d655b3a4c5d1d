# Every target sets up what it needs; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
export PYTHONPYCACHEPREFIX := $(CURDIR)/build/pycache
unexport PYTHONDONTWRITEBYTECODE
RUN := $(VENV)/.ready-runtime
DEV := $(VENV)/.ready-dev
MUTATE := build/mutate/.ready
FAST := $(addprefix tests/,agents consent contract journeys schemas $(addprefix hub/,directories intake ledger model people sharing))

.PHONY: help demo test test-fast test-slow cover mutate faults-quick simulate check lint fmt types arch schemas reference bench compiled lock wheel clean setup setup-dev
help:        ## list every target in a line
	@grep -E '^[a-z-]+: .*##|^[a-z-]+:  *##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14
setup: $(RUN)          ## make .venv with what the hub needs to run
setup-dev: $(DEV)      ## the same, with what its tests and checks need
demo: $(RUN)           ## play the scenarios through a real Kafka and compare with what the law expects (ARGS="--json")
	@$(BIN)/hub demo $(ARGS)
test: $(DEV)           ## all tests but the slow ones; starts and stops its own Kafka
	@$(BIN)/pytest -m "not slow" $(ARGS)
test-fast: $(DEV)      ## within seconds: what decides, folds, takes in and keeps, without a broker or a command
	@$(BIN)/pytest -m "not kafka and not slow and not wide" -n 2 --dist worksteal $(FAST) $(ARGS)
test-slow: $(DEV)      ## kills, freezes and other tests that take long
	@$(BIN)/pytest -m slow $(ARGS)
cover: $(DEV)          ## whether the tests reach every branch of what decides and of intake
	@$(BIN)/pytest -q -n 2 -m "not kafka" --cov=consent --cov=hub/intake --cov=hub/sharing --cov-branch \
	  --cov-report=term-missing:skip-covered --cov-fail-under=100 $(addprefix tests/,agents bench/test_bench.py consent \
	  contract docs journeys hub/cli hub/directories hub/intake hub/people hub/sharing) $(ARGS)
mutate: $(MUTATE)      ## whether a test notices when what decides is changed (hours; ARGS="consent.register*" for a part)
	@$(BIN)/python -m tests.mutate $(ARGS)
faults-quick: $(DEV)   ## workers killed and frozen, brokers killed, poison, withdrawals that race, on a real Kafka: a table
	@$(BIN)/pytest -q -m slow tests/faults $(ARGS)
simulate: $(DEV)       ## workers killed and fenced at moments that a seed chooses, in memory (ARGS="10000 0": so many, from)
	@$(BIN)/python -m tests.simulation $(ARGS)
check: lint types arch test   ## what CI runs before the slow tests
lint: $(DEV)           ## style and hidden mistakes (ruff)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
fmt: $(DEV)            ## put the code in the house's format
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .
types: $(DEV)          ## types, strictly (mypy)
	@$(BIN)/mypy
arch: $(DEV)           ## which package may import which (import-linter)
	@$(BIN)/lint-imports --no-cache
schemas: $(DEV)        ## make the registered schemas from the authored ones
	@$(BIN)/python -m schemas.register
reference: $(DEV)      ## make the reference pages and the glossary from the data
	@$(BIN)/python -m docs.generate
bench: $(DEV)          ## how fast, as ratios against a bare copy; writes build/bench.json
	@$(BIN)/python -m tests.bench $(ARGS)
compiled: $(DEV)       ## a copy of the hub in build/compiled, what every event goes through compiled to C (as in the image)
	@$(BIN)/python deploy/compile.py build/compiled
wheel: $(DEV)          ## build the wheel, install it alone, and load a schema from it
	@$(BIN)/pytest -m "" tests/test_wheel.py
lock: $(DEV)           ## resolve requirements/*.in again (needs the package index)
	@for n in runtime dev build; do $(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" requirements/$$n.in -o requirements/$$n.lock; done
	@$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command "make lock" --override requirements/mutate.override \
	  requirements/mutate.in -o requirements/mutate.lock
clean:                 ## remove what was built here (the cache of Kafka's jars stays)
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(RUN): requirements/runtime.lock pyproject.toml
	@[ -e $(DEV) ] || PYTHON=$(PYTHON) bash deploy/setup.sh runtime
	@touch $@
$(MUTATE): $(DEV) requirements/mutate.lock
	@$(BIN)/uv venv -q --clear --python $(BIN)/python build/mutate/venv
	@$(BIN)/uv pip install -q --python build/mutate/venv --no-deps --require-hashes -r requirements/mutate.lock
	@touch $@
$(DEV): requirements/dev.lock pyproject.toml
	@PYTHON=$(PYTHON) bash deploy/setup.sh dev
	@touch $@ $(RUN)
