# Set-up, run, test and check of a checkout. Needed beforehand: Python 3.11 or newer with venv, and make.
#
#   make run       the app on a simulated sensor
#   make test      the tests
#   make check     format, lint, types, import contracts, tests
#   make bench     benchmarks, printed as ratios
#   make format    put the code into the agreed format
#   make docs      the pages of docs/ that are made from the code
#   make setup     only the environment that all of these use
#   make clean     remove everything that can be made again
#
# PYTHON=python3.13 chooses the interpreter. VENV=/path uses an environment that exists, as it is.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
VENV ?= .venv
PY := $(VENV)/bin/python

# The stamp lies in the environment: who removes the one removes the other.
STAMP := .venv/.installed
ifeq ($(VENV),.venv)
READY := $(STAMP)
endif

# An environment that happens to be active must not leak into ours.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check style lint types contracts bench format docs setup clean
.DEFAULT_GOAL := check

run: export ISOTIMER_DB ?= sessions.db
run: $(READY)
	$(VENV)/bin/isotimer demo

check: style lint types contracts test

style: $(READY)
	$(PY) -m ruff format --check .

lint: $(READY)
	$(PY) -m ruff check .

types: $(READY)
	$(PY) -m mypy

contracts: $(READY)
	$(VENV)/bin/lint-imports

# Most tests wait for a real line or clock: three at a time are right for two cores.
# The current folder is kept off the path: what is tested is what is installed. No test may meet a real database.
test: $(READY)
	env -u ISOTIMER_DB PYTHONSAFEPATH=1 $(PY) -m pytest -n 3 --dist loadfile

bench: $(READY)
	env -u ISOTIMER_DB $(PY) tests/benchmarks/run.py

format: $(READY)
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

docs: $(READY)
	$(PY) docs/generate.py
	$(PY) docs/generate_devices.py

setup: $(READY)

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or newer found; install one, or say make PYTHON=/path/to/python" >&2; exit 1; }
	$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	$(PY) -m pip install --quiet --constraint constraints.txt hatchling
	$(PY) -m pip install --quiet --constraint constraints.txt --no-build-isolation --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find isotimer tests devices -name __pycache__ -type d -prune -exec rm -rf {} +
