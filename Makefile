# itil: `make demo` shows it at work, `make test` runs the tests. Both do all their set-up themselves.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python

.PHONY: demo test check soak static style types words pages transcripts bench keystrokes sample docs journeys catalogues format clean

demo: $(VENV)/.installed
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" sh docs/demo.sh

test: $(VENV)/.ready
	$(RUN) -m pytest -n auto

check: static test

# thousands of random steps, each answered with the index and without; steps=N says how many, ITIL_SOAK_SEED=N where to begin;
# then commands killed and refused at each of their system calls, disks that get full, 64 processes at once for a minute
# then every kind of fault at every moment, and teams of clones at work; runs=N says how many, ITIL_SYNC_SEED=N where to begin
steps ?= 5000
runs ?= 2000
soak: $(VENV)/.ready
	ITIL_SOAK_STEPS=$(steps) $(RUN) -m pytest -n0 -s tests/index/test_differential.py
	ITIL_SOAK_STEPS=$(steps) $(RUN) -m pytest -n0 -s tests/faults
	ITIL_SYNC_RUNS=$(runs) $(RUN) -m pytest -n0 -s tests/sharing/test_simulation.py -k soak

# each of these by itself, so that `make -j` does them side by side
static: style types words pages transcripts

style: $(VENV)/.ready
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .

types: $(VENV)/.ready
	$(RUN) -m mypy

words: $(VENV)/.ready
	$(RUN) docs/catalogues.py check

pages: $(VENV)/.ready
	$(RUN) docs/generate.py --check

transcripts: $(VENV)/.ready
	$(RUN) docs/journeys.py --check

# SIZES=1000,10000 for fewer cases, LOG=PATH for the whole log to import, ROWS="show ID,new", WRITE=1: benchmarks/README.md
bench: $(VENV)/.ready
	@$(RUN) benchmarks/run.py $(if $(SIZES),--sizes="$(SIZES)") $(if $(ROWS),--rows="$(ROWS)") $(if $(LOG),--log "$(LOG)") $(if $(WRITE),--write)

# what is typed for the commonest jobs, here and with other tools: benchmarks/keystrokes.md
keystrokes: $(VENV)/.ready
	$(RUN) benchmarks/keystrokes.py

# the worked sample desk in records/ and knowledge/, made by the tool itself
sample: $(VENV)/.ready
	$(RUN) docs/sample.py

docs: $(VENV)/.ready
	$(RUN) docs/generate.py

# the transcripts in tests/journeys, run again, and their index docs/bad-days.md
journeys: $(VENV)/.ready
	$(RUN) docs/journeys.py

catalogues: $(VENV)/.ready
	$(RUN) docs/catalogues.py update

format: $(VENV)/.ready
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("itil needs Python 3.11 or newer; name one: make PYTHON=python3.12 …") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python has no venv; on Debian: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.ready: $(VENV)/.installed
	$(RUN) -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .hypothesis
