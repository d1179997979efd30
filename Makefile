# Every command there is. On a fresh machine with python3 (3.11+), make and git each target does its own set-up.
SHELL := /bin/bash
PYTHON ?= python3
UV := .venv/bin/uv
RUN := .venv/bin/
PYTEST := $(RUN)python -m pytest

.DEFAULT_GOAL := help
.PHONY: help demo test unit acceptance lint types format install serve bench docs changelog clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: install ## start Skylens and a small shop that sends real traffic, until stopped
	@$(RUN)skylens demo

serve: install ## start Skylens (skylens up)
	@$(RUN)skylens up

install: .venv/.installed ## .venv/bin/skylens and every development tool

.venv/.installed: pyproject.toml server/pyproject.toml daemon/pyproject.toml uv.lock
	@test -x $(UV) || { $(PYTHON) -m venv .venv && $(RUN)python -m pip install --quiet --disable-pip-version-check "uv>=0.9"; }
	@$(UV) sync --quiet --inexact --all-packages --locked
	@touch $@

test: unit acceptance ## all tests: unit, contract and acceptance

unit: install ## the tests of server/ and daemon/
	@$(PYTEST) server/tests daemon/tests

acceptance: install ## the whole system on loopback, with clients we did not write
	@$(PYTEST) acceptance

lint: install ## ruff, its formatter, import contracts
	@$(RUN)ruff check . && $(RUN)ruff format --check . && $(RUN)lint-imports --no-cache

types: install ## mypy, strict
	@$(RUN)mypy

format: install ## let ruff mend what it can
	@$(RUN)ruff check --fix . ; $(RUN)ruff format .

bench: install ## measure speed and memory against bench/budgets.toml (QUICK=1 for a small run)
	@$(RUN)python -m bench $(if $(QUICK),--quick)

docs: install ## write docs/reference/ anew from the code
	@$(RUN)python docs/write_reference.py

changelog: install ## CHANGELOG.md from changelog.d/ (VERSION=x.y.z)
	@$(RUN)towncrier build --yes --version $(VERSION)

clean: ## remove what was installed and cached here
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
