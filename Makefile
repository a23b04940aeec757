# Two commands suffice on a machine with Python 3.11 or newer, make and git: `make run`, `make test`.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Modules are compiled once: tests start hundreds of processes, each of which would compile all of them again.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= python3
PYTEST_ARGS ?=
BENCH_ARGS ?=
# One more than the cores: a test waits for disks and children for part of its time. 0 runs all in one process.
PYTEST_WORKERS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))

BIN := .venv/bin
CHECKED := services shared demo tools tests benchmarks hatch_build.py
# What is here is read, new files included, except what git ignores; nobody is asked whether a secret works. build/ is
# named beside: on a clean clone it appears, with the compiled rules, only after git was asked.
IGNORED_BY_GIT = git ls-files --others --ignored --exclude-standard --directory | sed 's|^|--exclude=./|; s|/$$||' | tr '\n' '\0'
KINGFISHER := --exclude=./.git --exclude=./build --git-history none --no-validate --no-update-check --redact --no-dedup --quiet --rule-cache-dir build/kingfisher

# Checks know nothing of one another; the longest comes first.
CHECKS := types documents bandit imports dependencies secrets spelling ruff format
AT_ONCE := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.PHONY: help run test check $(CHECKS:%=check-%) bench docs fmt lock compose-test clean distclean

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.ready-to-run ## start everything and play the demonstration (127.0.0.1:8000, data in ./data)
	@exec $(BIN)/kemitraan up --demo

test: .venv/.ready-to-develop ## run the tests (PYTEST_ARGS="-k charter" to choose)
	@$(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadfile --no-loadscope-reorder --durations=20 $(PYTEST_ARGS)

check: .venv/.ready-to-develop ## lint, types, import rules, dependencies, spelling, security, secrets, generated documents
	@$(MAKE) --no-print-directory --jobs 2 $(AT_ONCE) $(CHECKS:%=check-%)
	@echo "✓ all checks passed"

check-types:
	@echo "→ mypy, strict";   $(BIN)/mypy --no-error-summary $(CHECKED)
check-documents:
	@echo "→ documents";      $(BIN)/python -m tools.reference check
check-bandit:
	@echo "→ bandit";         $(BIN)/bandit --quiet --configfile pyproject.toml --recursive services shared demo 2> >(grep -v 'nosec encountered' >&2)
check-imports:
	@echo "→ import rules";   $(BIN)/lint-imports --no-logo | tail -n +2 | grep -v '^$$'
check-dependencies:
	@echo "→ dependencies";   $(BIN)/deptry --no-ansi . 2>&1 | tail -n 12
check-secrets:
	@echo "→ secrets";        $(IGNORED_BY_GIT) | xargs -0 $(BIN)/kingfisher scan . $(KINGFISHER)
check-spelling:
	@echo "→ spelling";       $(BIN)/codespell
check-ruff:
	@echo "→ ruff";           $(BIN)/ruff check --quiet .
check-format:
	@echo "→ format";         $(BIN)/ruff format --check --quiet . || { echo "  run: make fmt"; exit 1; }

bench: .venv/.ready-to-develop ## measure against the textbook way and the ceiling; writes build/bench.json
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

docs: .venv/.ready-to-develop ## regenerate what is generated: events, settings, diagrams, OpenAPI, catalogues
	@$(BIN)/python -m tools.reference generate

fmt: .venv/.ready-to-develop ## format, and mend what ruff can mend
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

compose-test: .venv/.ready-to-develop ## build the image and run the whole stack (needs podman or Docker)
	@$(BIN)/python -m tests.stack

lock: .venv/.ready-to-develop ## choose dependency versions anew (LOCK_ARGS=--upgrade)
	@$(UV_INDEX_OF_PIP) $(BIN)/uv pip compile pyproject.toml --group build $(LOCK_FLAGS) -o requirements.lock
	@$(UV_INDEX_OF_PIP) $(BIN)/uv pip compile pyproject.toml --group dev -c requirements.lock $(LOCK_FLAGS) -o requirements-dev.lock

clean: ## remove what tests and tools leave behind (keeps .venv and data)
	@rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

distclean: clean ## remove .venv too; never ./data
	@rm -rf .venv

# --- .venv -----------------------------------------------------------------------------------------

# uv does not read pip's configuration; this hands it the same main index, unless UV_DEFAULT_INDEX is set.
UV_INDEX_OF_PIP = index=$$($(BIN)/python -m pip config get global.index-url 2>/dev/null || true); \
	index=$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$index}}; \
	if [ -n "$$index" ]; then export UV_DEFAULT_INDEX="$$index"; fi;
LOCK_ARGS ?=
LOCK_FLAGS := --system-certs --quiet --generate-hashes --universal --no-header --no-annotate $(LOCK_ARGS)
UV := $(BIN)/uv pip

.venv/bin/uv: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Kemitraan needs Python 3.11 or newer; choose one with: make PYTHON=python3.13 …"; exit 1; }
	@echo "→ .venv with $$($(PYTHON) --version)"
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv || { echo "Python's venv module is missing (Debian: apt install python3-venv)"; exit 1; }
	@awk '/^uv==/ { on = 1 } on { print } on && !/\\$$/ { exit }' requirements.lock > .venv/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.lock
	@touch $@

# Running needs fewer packages than developing; when both were asked for, the larger set stays.
.venv/.ready-to-run: requirements.lock pyproject.toml hatch_build.py | .venv/bin/uv
	@echo "→ packages, as locked"
	@$(call installed,install --no-deps % -r,requirements.lock)
	@touch $@

.venv/.ready-to-develop: requirements-dev.lock requirements.lock pyproject.toml hatch_build.py | .venv/bin/uv
	@echo "→ packages and tools, as locked"
	@$(call installed,sync %,requirements-dev.lock)
	@touch .venv/.ready-to-run $@

# Where uv cannot reach what pip can (client certificates, keyrings, several indexes), pip does it:
# slower, from the same hashes.
define installed
	$(UV_INDEX_OF_PIP) \
	$(UV) $(subst %,--system-certs --require-hashes,$(1)) $(2) 2>&1 | { grep -v '^ [-+~] ' || true; } || \
	{ echo "  uv could not; trying pip"; $(BIN)/python -m pip install --progress-bar on --require-hashes --no-deps -r $(2); }; \
	$(UV) install --quiet --no-deps --no-build-isolation --offline -e .
endef
