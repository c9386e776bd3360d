# `make run` serves SiliconMark UI; `make test` runs the whole suite. Both install what they need into .venv.
# What else may be set is in siliconmark_ui/config.py.

NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	if $$name -c '$(NEW_ENOUGH)' 2>/dev/null; then echo $$name; break; fi; done)
BIN := .venv/bin
REQUIREMENTS := requirements.txt
INSTALL = $(PYTHON) siliconmark_ui/server/install.py

.DEFAULT_GOAL := help
.PHONY: help python run build install test-install check test sound built benchmark screenshots clean

help:
	@echo "make run      install, build and serve; PORT=3000 unless set"
	@echo "make test     install what tests need, check and test everything"
	@echo "make check    linter, formatter and types alone"
	@echo "make build    build the front end if its sources have changed"
	@echo "make benchmark  load databases of 10,000 and 1,000,000 jobs once, measure, and print a report"
	@echo "make screenshots  photograph every page and state, light and dark, wide and narrow, into screenshots/"
	@echo "make clean    remove builds and caches; the data stays"

python:
	@$(or $(PYTHON),false) -c '$(NEW_ENOUGH)' 2>/dev/null || { \
	echo "error: SiliconMark UI needs Python 3.11 or newer; name one with make PYTHON=python3.11" >&2; exit 1; }

install: python
	@$(INSTALL) $(REQUIREMENTS)

run: install
	@$(BIN)/python -m siliconmark_ui serve --with-parent

build: install
	@$(MAKE) --no-print-directory built

test-install: python
	@$(INSTALL) $(REQUIREMENTS) tests/requirements.txt
	@$(BIN)/python -m tests.browser

check: test-install
	@$(MAKE) --no-print-directory sound

# The types and the bundler each leave a processor idle: side by side they take as long as the longer one.
test: test-install
	@$(MAKE) --no-print-directory --jobs=2 sound built
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

sound:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

built:
	@$(BIN)/python -m siliconmark_ui build

benchmark: test-install
	@$(BIN)/python -m benchmarks

screenshots: test-install
	@$(BIN)/python -m tests.screenshots

clean:
	rm -rf .web .build .mypy_cache .ruff_cache .pytest_cache .hypothesis
