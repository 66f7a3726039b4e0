# make demo: a made-up city on this machine.    make test: everything this machine can test.
# make slow: the tests that take seconds each, and second looks.    make prove: the proofs that take minutes.
# make check: style and types.
# PYTHON=python3.12 picks another Python; ARGS="..." is handed on to the command.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# What browsers run is built from this, when the project is installed.
CLIENT := hatch_build.py package-lock.json $(shell find mobile-api/client backend/web/client -type f \
  -not -path '*/node_modules/*' -not -name schema.d.ts)
.DELETE_ON_ERROR:
.PHONY: demo test slow prove check

demo: .venv/installed
	@$(BIN)/python -m backend demo $(ARGS)

# Compiled modules are kept, whatever the shell says: the tests start the program many times.
# Files go in their own order, which ends with short ones; sorted by number of tests it would not.
# Only `make prove` runs schemathesis, on its own: no process here has to load it.
test: .venv/installed-test
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -p no:schemathesis \
	  -n 2 --dist loadscope --no-loadscope-reorder $(ARGS)

slow: .venv/installed-test
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -m slow -n 2 --dist loadscope $(ARGS)

check: .venv/installed-test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

# Servers killed for a minute, thousands of generated requests.
prove: .venv/installed-test
	@$(BIN)/python -m pytest -m prove tests $(ARGS)

.venv/installed: requirements.txt pyproject.toml $(CLIENT) | $(BIN)/python
	@echo "Installing what requirements.txt pins; this takes a minute."
	@$(PIP) install -r requirements.txt
	@$(BIN)/python -m compileall -q backend equity geo mobile-api
	@touch $@

.venv/installed-test: requirements-test.txt requirements.txt pyproject.toml $(CLIENT) | $(BIN)/python
	@echo "Installing what requirements-test.txt pins; this takes a minute."
	@$(PIP) install -r requirements-test.txt
	@touch $@ .venv/installed

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Evenward needs Python 3.11 or newer; $(PYTHON) is older or missing." >&2; \
	  echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make environments; on Debian: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
