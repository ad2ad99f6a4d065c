# Everything a developer does. `make demo` shows the portal, `make test` tests it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
.DELETE_ON_ERROR:

PORT ?= 8000
DATA ?=
ARGS ?=
SIZES ?= 10000 100000
# Any Python from 3.11 on; another one with PYTHON=.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	--no-deps --only-binary :all: --require-hashes
CATALOGUES := $(wildcard locale/*/LC_MESSAGES/*.po)
PRODUCTION := env DJANGO_SETTINGS_MODULE=portal.settings.production VAR_DIR=build/check \
	DATABASE_URL=sqlite://:memory: ALLOWED_HOSTS=portal.example BASE_URL=https://portal.example \
	SECRET_KEY=only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ
TESTING := env DJANGO_SETTINGS_MODULE=portal.settings.test DATABASE_URL=sqlite://:memory:

.PHONY: help demo serve setup test test-sqlite test-postgres check lint types format messages lock \
	screenshots bench relevance clean

help:
	@echo "make demo      the portal with its demonstration, at http://127.0.0.1:$(PORT)"
	@echo "               (PORT=8001: another port; DATA=DIR: import real records from there, too)"
	@echo "make serve     web, indexer, worker and scheduler on what is there"
	@echo "make test      all tests (ARGS=...: arguments of pytest)"
	@echo "make check     style, types, imports, migrations, catalogues, production settings"
	@echo "make format    format the code"
	@echo "make setup     only install what a developer needs"
	@echo "make screenshots   the pictures of docs/screenshots, while make demo runs (PORT=;"
	@echo "               ARGS=--admin: only those of the admin, which need nothing that runs)"
	@echo "make messages  extract the interface's strings into the catalogues (needs gettext)"
	@echo "make lock      resolve the dependencies anew (needs uv)"
	@echo "make bench     what a search and its page take (SIZES='10000 100000'; docs/performance.md)"
	@echo "make relevance   how well searches find what is meant, against the goals (DATA=DIR)"
	@echo "make clean     remove .venv and build/ (var/ stays: it holds the data)"

demo: .venv/.runtime .venv/.catalogues
	@BASE_URL=$${BASE_URL:-http://127.0.0.1:$(PORT)} exec $(MANAGE) demo --port $(PORT) $(if $(DATA),--data $(DATA))

serve: .venv/.runtime .venv/.catalogues
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) update_translation_sources --verbosity 0
	@exec $(MANAGE) serve --port $(PORT) $(ARGS)

setup: .venv/.development .venv/.catalogues

test: test-sqlite test-postgres

test-sqlite: .venv/.development .venv/.catalogues
	@echo "Tests on SQLite:"
	@$(BIN)/pytest -q -n auto --maxprocesses 4 --dist loadfile $(ARGS)

test-postgres: .venv/.development .venv/.catalogues
	@.ci/with-postgres $(BIN)/pytest -q -n auto --maxprocesses 4 --dist loadfile -m database $(ARGS)

check: lint types
	@echo "Imports:"; $(BIN)/lint-imports --no-logo
	@echo "Migrations:"; $(TESTING) $(MANAGE) makemigrations --check --dry-run
	@echo "Production settings:"; $(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING
	@echo "Catalogues:"; $(TESTING) $(MANAGE) check_catalogues

lint: .venv/.development
	@echo "Style:"; $(BIN)/ruff check . && $(BIN)/ruff format --check .

types: .venv/.development
	@echo "Types:"; $(BIN)/mypy

format: .venv/.development
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

screenshots: .venv/.development
	@$(BIN)/python -m tests.browser.screenshots http://127.0.0.1:$(PORT) $(ARGS)

messages: .venv/.runtime
	@$(TESTING) $(MANAGE) extract_messages

lock: UV := $(firstword $(wildcard .venv/bin/uv) uv)
lock:
	@$(UV) pip compile pyproject.toml --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --quiet --output-file requirements.lock
	@$(UV) pip compile pyproject.toml --group dev --constraint requirements.lock --universal \
		--python-version 3.11 --generate-hashes --no-header --no-annotate --quiet \
		--output-file requirements-dev.lock

bench: .venv/.development .venv/.catalogues
	@$(BIN)/python -m tests.performance.bench $(SIZES) $(ARGS)

relevance: .venv/.development .venv/.catalogues
	@$(BIN)/python -m tests.relevance.run --data $(or $(DATA),../shared/data) $(ARGS)

clean:
	rm -rf .venv build

# What the targets rest on. The stamps in .venv say what it was made from.

.venv/bin/pip:
	@test -n "$(PYTHON)" || { \
		echo "Python 3.11 or newer is needed and was not found; PYTHON=/path/to/python names one."; \
		exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is not a Python of 3.11 or newer."; exit 1; }
	@echo "Making .venv with $(PYTHON) ..."
	@rm -rf .venv
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo; echo "$(PYTHON) cannot make a virtual environment. On Debian and Ubuntu that part is"; \
		echo "a package of its own: apt install python3-venv (or python3.12-venv and the like)."; \
		exit 1; }

.venv/.runtime: requirements.lock | .venv/bin/pip
	@echo "Installing what the portal needs (some minutes the first time) ..."
	@$(PIP_INSTALL) -r requirements.lock
	@touch $@

.venv/.development: requirements-dev.lock | .venv/bin/pip
	@echo "Installing what the portal and its developers need (some minutes the first time) ..."
	@$(PIP_INSTALL) -r requirements-dev.lock
	@touch .venv/.runtime $@

.venv/.catalogues: $(CATALOGUES) | .venv/.runtime
	@$(TESTING) $(MANAGE) compile_catalogues
	@touch $@
