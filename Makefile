# Two commands matter to a newcomer: `make rehearse` and `make test`. Both do their own set-up.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

# The tests start hundreds of processes: each reads what the first one compiled, also where Python is told to keep nothing.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: rehearse test tests test-long test-networks lint audit release compiled bench growth load desks soak simulate faults power hostile mutants storm lock help clean
.DEFAULT_GOAL := help

help: ## say what each command does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

rehearse: $(VENV)/.ready-run ## open the desk with a make-believe Slack and network, in the browser
	$(BIN)/heard rehearse $(ARGS)

test: $(VENV)/.ready-dev ## lint, types, import contracts and the tests
	@$(MAKE) --no-print-directory -j 2 lint tests

tests: compiled
	$(BIN)/python -m pytest -n $(or $(WORKERS),4) --dist loadgroup $(ARGS)

test-long: $(VENV)/.ready-dev ## what takes long: all recorded posts through the real process, three desks with kills, every one of a kind, random walks
	HEARD_LONG=1 $(BIN)/python -m pytest -m "long or hypothesis or postgres" -n $(or $(WORKERS),2) --dist loadgroup $(ARGS)

test-networks: $(VENV)/.ready-networks ## our calls to networks, judged by servers and clients that were not written here
	@test -e $(VENV)/networks/.ready || sh tests/networks/install.sh $(VENV)/networks
	HEARD_NETWORKS=1 $(BIN)/python -m pytest tests/networks -n $(or $(WORKERS),2) --dist loadfile $(ARGS)

lint: $(VENV)/.ready-dev ## ruff, mypy strict, the import contracts, and known faults of the dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(BIN)/python requirements/audit.py --once-a-day

audit: $(VENV)/.ready-dev ## ask for known faults of everything in the locks; AUDIT=must fails where that cannot be asked
	@$(BIN)/python requirements/audit.py

release: $(VENV)/.ready-dev ## build the wheel twice, compare byte for byte, run it elsewhere, and leave it in dist/
	PYTHON=$(BIN)/python sh deploy/release.sh dist
	HEARD_RELEASE=1 $(BIN)/python -m pytest -q tests/process/test_wheel.py

compiled: $(VENV)/.ready-dev
	@$(BIN)/python -m pytest --collect-only -qq $(ARGS) >/dev/null || true # what is wrong is said when the tests run

bench: $(VENV)/.ready-dev ## speed, as ratios against a baseline run beside it
	$(BIN)/python -m tests.bench $(ARGS)

desks: $(VENV)/.ready-dev ## three desks on one PostgreSQL with kills, stops, partitions and a failover, judged by the make-believe side
	$(BIN)/python -m tests.process.desks $(ARGS)

growth: $(VENV)/.ready-dev ## press everything beside very many cases, and say what took long: make growth ARGS="--cases 1000000"; ARGS=--postgres: on PostgreSQL
	$(BIN)/python -m tests.bench.growth $(ARGS)

load: $(VENV)/.ready-dev ## 50 complaints and 20 clicks a second under Slack's limits for ten minutes, and what that took
	$(BIN)/python -m tests.process.load $(ARGS)

soak: $(VENV)/.ready-dev ## a random day with faults and kills, judged by the make-believe side's ledger
	$(BIN)/python -m tests.process.soak $(ARGS)

DAYS ?= 200
SEED ?= 1
simulate: $(VENV)/.ready-dev ## days of the whole desk with faults and kills, on one thread: make simulate DAYS=1000 SEED=7
	$(BIN)/python -m tests.simulation.days --days $(DAYS) --seed $(SEED) $(ARGS)

faults: $(VENV)/.ready-dev ## each call to the outside, times each way to go wrong: make faults ARGS="--only bluesky"
	$(BIN)/python -m tests.faults $(ARGS)

power: $(VENV)/.ready-dev ## cut the power of a desk at many moments, and start it on what is left: make power ARGS="--cuts 2000"
	$(BIN)/python -m tests.power $(ARGS)

hostile: $(VENV)/.ready-dev ## two thousand hostile texts through every way: make hostile ARGS="--every 10"
	$(BIN)/python -m tests.hostility $(ARGS)

mutants: $(VENV)/.ready-dev ## plant each known bug in a copy, and show which test finds it
	$(BIN)/python -m tests.mutants $(ARGS)

storm: $(VENV)/.ready-dev ## thousands of mentions within minutes on the real process, and a table of what became of them
	$(BIN)/python -m tests.process.storm $(ARGS)

lock: $(VENV)/.ready-dev ## renew the hashed locks from pyproject.toml (needs uv)
	sh requirements/lock.sh

clean: ## remove what the commands above made
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis artefacts

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Heard needs Python 3.11 or newer; '$(PYTHON)' is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "This Python has no venv. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Setting up Python packages in $(VENV), once (about a minute)..."
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready-run: requirements/run.lock pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements/run.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-dev: requirements/dev.lock pyproject.toml | $(BIN)/python
	@echo "Setting up what the tests need in $(VENV)..."
	$(PIP) install --require-hashes -r requirements/dev.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.ready-run

$(VENV)/.ready-networks: requirements/networks.lock $(VENV)/.ready-dev
	@if $(PIP) install --require-hashes -r requirements/networks.lock; then touch $@; \
	  else echo "mastodon-mock and Mastodon.py could not be installed. Their tests are skipped."; fi
