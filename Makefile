# Everything runs inside .venv, which the first command makes. PYTHON names the interpreter to make it with.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test test-all check bench parity clean

$(STAMP): pyproject.toml packaging/constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c packaging/constraints.txt -e '.[test,resynthesis,training]'
	touch $@

run: $(STAMP)
	$(BIN)/auditrace gui resources/samples

# one process for each core, each with one thread: as many as fill the machine
test: $(STAMP)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n logical --maxprocesses 4 --dist worksteal -m "not slow and not bench"

test-all: $(STAMP)
	$(BIN)/python -m pytest -q -m "not bench"

check: $(STAMP)
	$(BIN)/python packaging/check.py

bench: $(STAMP)
	$(BIN)/python tests/bench/run.py

parity: $(STAMP)
	$(BIN)/python -m core models parity

clean:
	rm -rf $(VENV)
