# Boothline. `make run` needs Python 3.11 or newer, make and the package registries; nothing else.
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .stamps
export BOOTHLINE_HOME ?= $(CURDIR)/data
# a user without a home of their own (a service account, an empty HOME) keeps the installers' caches here
export HOME := $(shell if [ -n "$$HOME" ] && [ -w "$$HOME" ]; then echo "$$HOME"; else mkdir -p $(STAMPS)/home 2>/dev/null; echo "$(CURDIR)/$(STAMPS)/home"; fi)
# containers like to set it; for what starts many processes, compiling everything anew costs half of each start
unexport PYTHONDONTWRITEBYTECODE
_ := $(shell sh tools/stale.sh)

.PHONY: FORCE run test check demo assets bench bench-batch bench-pages bench-import lock messages reference pictures clean help

help:  ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: $(STAMPS)/ready  ## set up what is missing, then serve the demo (ARGS=--tls for phones; HOST, PORT, BOOTHLINE_HOME, DATABASE_URL by environment)
	@exec $(BIN)/boothline run --demo $(ARGS)

demo: $(STAMPS)/ready  ## fill an empty database with the demo
	@$(BIN)/boothline demo

test: $(STAMPS)/ready $(STAMPS)/dev  ## the whole suite on SQLite and PostgreSQL, browser journeys included
	@$(BIN)/python tools/suite.py $(ARGS)

check: $(STAMPS)/ready $(STAMPS)/dev  ## format, lint, types, import contracts, migrations, translations, templates
	@$(BIN)/ruff format --check -q . || { echo "Run: $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/ruff check -q .
	@$(BIN)/mypy boothline tools
	@PYTHONPATH=. $(BIN)/lint-imports --config importlinter.ini
	@DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -m django makemigrations --check --dry-run -v0 || { echo "A migration is missing: python -m django makemigrations"; exit 1; }
	@$(BIN)/python tools/messages.py check
	@$(BIN)/python tools/lint.py
	@cd frontend && "$$(sh ../tools/node.sh --which)" node_modules/typescript/bin/tsc --noEmit -p .
	@echo "check: all good"

bench-batch: $(STAMPS)/ready $(STAMPS)/dev  ## 100 captures as a batch against 100 single ones, both databases, one JSON line
	@$(BIN)/python bench/batch.py

bench-pages: $(STAMPS)/ready $(STAMPS)/dev  ## first byte of a list, a search and a customer at 100 and at 10,000 customers, one JSON line
	@$(BIN)/python bench/pages.py

bench-import: $(STAMPS)/ready $(STAMPS)/dev  ## 100,000 people from one workbook against the least that could be called an import, both databases, one JSON line
	@$(BIN)/python bench/imports.py

bench: bench-batch bench-pages bench-import  ## every benchmark

messages: $(STAMPS)/ready  ## take new messages into the Chinese catalogue
	@$(BIN)/python tools/messages.py update

reference: $(STAMPS)/ready  ## write docs/events.md and docs/rights.md from what the rooms declare
	@$(BIN)/python tools/reference.py

pictures: $(STAMPS)/ready $(STAMPS)/dev  ## take the README's pictures anew, from a demo of its own
	@$(BIN)/python tools/pictures.py

lock: $(STAMPS)/uv  ## lock the dependencies anew, with hashes
	@for f in uv node run dev; do $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header requirements/$$f.in -o requirements/$$f.txt; done

assets: $(STAMPS)/assets  ## style sheets, script, icons, type

clean:  ## remove what was set up (not the data)
	rm -rf $(VENV) .node $(STAMPS) boothline/assets frontend/node_modules

# what Python needs and what the browser needs are fetched side by side
$(STAMPS)/ready: FORCE
	@$(MAKE) -s -j2 $(STAMPS)/run $(STAMPS)/assets && $(MAKE) -s $(STAMPS)/catalogue
	@[ -e $@ ] || touch $@

$(STAMPS)/uv:
	@PYTHON="$(PYTHON)" sh tools/venv.sh
	@pwd > $(STAMPS)/place && touch $@

$(STAMPS)/run: $(STAMPS)/uv requirements/run.txt pyproject.toml
	@sh tools/install.sh requirements/run.txt "what Boothline needs" "about 50 MB"
	@sh tools/install.sh --self
	@touch $@

$(STAMPS)/dev: requirements/dev.txt | $(STAMPS)/ready
	@sh tools/install.sh requirements/dev.txt "what developing and testing needs" "about 120 MB"
	@touch $@

$(STAMPS)/assets: frontend/package-lock.json frontend/build.mjs frontend/icons.svg frontend/favicon.svg $(wildcard frontend/src/* frontend/styles/*) | $(STAMPS)/uv
	@sh tools/node.sh
	@touch $@

$(STAMPS)/catalogue: boothline/locale/zh_Hans/LC_MESSAGES/django.po $(STAMPS)/run
	@$(BIN)/python tools/messages.py compile
	@touch $@
