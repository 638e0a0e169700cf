# Set-up, run, test and check of a checkout. Needed beforehand: Python 3.11 or newer with venv, and make.
#
#   make run       the app on a simulated sensor
#   make test      the tests
#   make check     format, lint, types, import contracts, tests
#   make bench     benchmarks, printed as ratios
#   make crash     isotimer ended in the middle of everything, ROUNDS=200 times: what was tried, what was lost
#   make audit     known weaknesses of the pinned parts, where a package index answers
#   make soak      a fast sensor that is unplugged often, for SOAK_MINUTES=30
#   make fuzz      coverage-guided fuzzing of all that reads foreign bytes, for MINUTES=10
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

.PHONY: run test check style lint types contracts bench crash audit soak fuzz format docs setup clean
.DEFAULT_GOAL := check

run: export ISOTIMER_DB ?= sessions.db
run: $(READY)
	$(VENV)/bin/isotimer demo

check: style lint types contracts audit test

style: $(READY)
	$(PY) -m ruff format --check .

lint: $(READY)
	$(PY) -m ruff check .

types: $(READY)
	$(PY) -m mypy

contracts: $(READY)
	$(VENV)/bin/lint-imports

# Most tests wait for a real line or clock: four at a time are right for two cores.
# The current folder is kept off the path: what is tested is what is installed. No test may meet a real database.
test: $(READY)
	env -u ISOTIMER_DB PYTHONSAFEPATH=1 $(PY) -m pytest -n 4 --dist loadfile

bench: $(READY)
	env -u ISOTIMER_DB $(PY) tests/benchmarks/run.py

ROUNDS ?= 200
crash: $(READY)
	env -u ISOTIMER_DB $(PY) tests/crash/run.py --rounds $(ROUNDS)

# The weakness of a part is a failure; that nobody could be asked is said and is none.
audit: $(READY)
	@$(PY) -c 'import pip_audit' 2>/dev/null || $(PY) -m pip install --quiet --constraint constraints.txt --no-build-isolation --editable '.[audit]' >/dev/null 2>&1 || true
	@told=$$(timeout 180 $(PY) -m pip_audit --disable-pip --no-deps --progress-spinner off -r constraints.txt 2>&1); code=$$?; \
	parts=$$(grep -c == constraints.txt); unknown=$$(echo "$$told" | grep -c "could not be audited"); \
	if echo "$$told" | grep -q "^Found"; then echo "$$told"; exit 1; \
	elif [ $$code != 0 ] || [ $$unknown -ge $$parts ]; then echo "audit: skipped, no package index answered"; \
	else echo "audit: no known weakness in $$((parts - unknown)) of $$parts parts; the others are unknown there"; fi

soak: export SOAK_MINUTES ?= 30
soak: $(READY)
	env -u ISOTIMER_DB PYTHONSAFEPATH=1 $(PY) -m pytest tests/soak tests/store/test_merge.py -m soak -p no:logging

MINUTES ?= 10
fuzz: $(READY)
	$(PY) -c 'import atheris' 2>/dev/null || $(PY) -m pip install --quiet --constraint constraints.txt --no-build-isolation --editable '.[fuzz]'
	env -u ISOTIMER_DB nice -n 10 $(PY) tests/fuzz/run.py --minutes $(MINUTES)

format: $(READY)
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

docs: $(READY)
	$(PY) docs/generate.py
	$(PY) docs/generate_devices.py
	$(PY) docs/generate_dictionary.py

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
