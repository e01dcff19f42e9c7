# Two commands for a fresh machine: `make demo` and `make test`. Both need Python ≥ 3.11, make and a package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Hundreds of processes import usersync here; without its bytecode each of them compiles it anew, which takes seconds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test check bench bench-matching deploy clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("usersync needs Python 3.11 or newer, this is " + sys.version.split()[0] + ": set PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: setup  ## The whole job on the embedded sandbox, in a minute; SERVE=1 leaves it running
	@$(BIN)/usersync demo $(if $(SERVE),--serve)

test: setup  ## All tests
	$(BIN)/python -m pytest -n auto --dist loadscope

check: setup  ## Style, types, floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup  ## The numbers of docs/benchmarks.md, measured here and now
	$(BIN)/python -m benchmarks.process

bench-matching: setup  ## Matching beside its rivals; DATA=folder with name_bench.csv and wd_russian.tsv
	$(BIN)/python -m benchmarks.matching $(if $(DATA),--data $(DATA))

deploy: setup  ## Deployments and automations at PREFECT_API_URL
	$(BIN)/python -m deploy

clean:
	rm -rf $(VENV) .demo build *.egg-info
