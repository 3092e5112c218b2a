# Every target makes or refreshes .venv by itself. Needed: Python 3.11 or newer, git, make.

SHELL := /bin/sh
BIN := .venv/bin
STAMP := .venv/.stamp
EXTRAS := all,dev

.PHONY: help venv demo test check fast evidence bench clean
.DEFAULT_GOAL := help

help:
	@echo "make demo      backtest the embedded sample data and write a report to results/"
	@echo "make test      everything that must pass: check, then all tests but the evidence"
	@echo "make check     lint, format, types and import rules, no tests"
	@echo "make fast      the quick tests, for the inner loop"
	@echo "make evidence  the long proofs: properties and determinism at depth"
	@echo "make bench     measure the speed of replay"
	@echo "make venv      make or refresh .venv"
	@echo "make clean     remove caches and build output; keeps .venv and results/"

venv: $(STAMP)

# An interpreter is tried, not only found: a version manager's shim may exist and not run.
$(STAMP): pyproject.toml constraints.txt
	@set -eu; \
	python=; \
	for name in python3.11 python3.12 python3.13 python3; do \
	    if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
	    then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "magents needs Python 3.11 or newer, and none was found on the PATH." >&2; exit 1; \
	fi; \
	if ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	    echo "==> venv: making .venv with $$($$python --version)"; \
	    if command -v uv >/dev/null 2>&1; \
	    then uv venv --quiet --clear --python "$$(command -v $$python)" .venv; \
	    else $$python -m venv --clear .venv; fi; \
	fi; \
	echo "==> venv: installing magents[$(EXTRAS)]"; \
	if command -v uv >/dev/null 2>&1; \
	then uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '.[$(EXTRAS)]'; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	    -c constraints.txt -e '.[$(EXTRAS)]'; fi; \
	touch $(STAMP)

demo: $(STAMP)
	@echo "==> demo: backtesting the embedded sample with config/demo.yaml"
	@$(BIN)/magents backtest --config config/demo.yaml --generate-report --report-dir results

test: check
	@echo "==> pytest: all tests but the evidence"
	@$(BIN)/python -m pytest -q -n 4 -m "not evidence"  # two cores: half of it waits
	@missing=; command -v tmux >/dev/null 2>&1 || missing=tmux; \
	command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || \
	    missing="$$missing chromium"; \
	if [ -n "$$missing" ]; then \
	    echo "Left out, for want of" $$missing": the dashboard's tests in a real terminal or browser."; \
	fi

check: $(STAMP)
	@echo "==> ruff check: lint"
	@$(BIN)/ruff check --quiet .
	@echo "==> ruff format: layout"
	@$(BIN)/ruff format --quiet --check . || \
	    { echo "Not formatted as ruff does it; run: $(BIN)/ruff format ." >&2; exit 1; }
	@echo "==> mypy: types"
	@$(BIN)/mypy --no-error-summary
	@echo "==> lint-imports: who may import whom"
	@$(BIN)/lint-imports --no-logo

fast: $(STAMP)
	@echo "==> pytest: the quick tests"
	@$(BIN)/python -m pytest -q -m "not slow and not evidence"

evidence: $(STAMP)
	@echo "==> pytest: the evidence (this takes a while)"
	@HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest -q -m evidence

bench: $(STAMP)
	@echo "==> bench: measuring the speed of replay"
	@$(BIN)/python -m benchmarks.run

clean:
	@echo "==> clean: removing caches and build output"
	@rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis \
	    .import_linter_cache .coverage htmlcov
	@find . -name .venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
