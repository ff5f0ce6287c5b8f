# One entry point for people and CI. Needs python3 >= 3.11 with pip, make and bash; everything else is fetched into
# .tools, .venv and node_modules, and `make clean` removes it again.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PY ?= python3
WORKERS ?= auto
# Stay on the Python that is installed, and trust the machine's own certificates (a company's proxy has one).
export UV_PYTHON_PREFERENCE ?= system
export UV_PYTHON_DOWNLOADS ?= never
export UV_SYSTEM_CERTS ?= 1
export NODE_OPTIONS ?= --use-system-ca

UV := $(CURDIR)/.tools/uv/bin/uv
PYTHON := .venv/bin/python
# Names the Python and the folder that .venv was made for: with another of either it is made anew.
READY := .venv/.ready-$(shell $(PY) -c 'import os, sys, zlib; print("%d.%d.%d-%08x" % (*sys.version_info[:3], zlib.crc32(os.getcwd().encode())))')
MEMBERS := core migrations tenants $(wildcard plugins/*)
PORTAL := tenants/src/batikrfm_tenants/portal
BUILT := $(PORTAL)/dist/.ready
EXPORT := --frozen --all-packages --all-groups --no-header --no-annotate --quiet

.PHONY: help demo test lint fix assets words sizes bench picture screenshots reference signatures changelog lock setup browser clean

help: ## show this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

demo: $(READY) $(BUILT) ## the portal with a made-up shop: one address and a sign-in (DEMO_ARGS=--once checks that it answers and ends)
	@.venv/bin/batikrfm up --demo --data-dir .data/demo $(DEMO_ARGS)

test: setup browser assets ## every test (WORKERS=2 sets how many at once, ARGS='-k money' goes to pytest)
	@$(PYTHON) -m pytest -q -n $(WORKERS) --maxprocesses 8 $(ARGS)

lint: $(READY) ## ruff, mypy, import-linter and the rules of the house (code, lock files, changelog fragments)
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy .
	.venv/bin/lint-imports --no-cache
	$(PYTHON) tools/house_rules.py

fix: $(READY) ## let ruff repair and format what it can
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

assets: $(BUILT) ## build the portal's styles and scripts

words: $(READY) ## bring the portal's English catalogue up to date with its templates
	@$(PYTHON) tools/words.py

sizes: $(READY) ## lengths of functions and files beside the trees we look up to
	@$(PYTHON) tools/sizes.py

bench: $(READY) ## every benchmark, each beside its floor (minutes)
	@for script in $(sort $(filter-out bench/measuring.py,$(wildcard bench/*.py))); do $(PYTHON) $$script; done

picture: $(READY) ## draw the README's picture again from a real run
	$(PYTHON) tools/picture.py docs/pictures/segments.svg

screenshots: $(READY) browser ## take the documentation's pictures again from a demonstration that runs (ARGS='URL EMAIL PASSWORD')
	$(PYTHON) tools/screenshots.py $(ARGS)

reference: $(READY) ## write the command line's reference again from the commands
	$(PYTHON) tools/cli_reference.py docs/reference/cli.md

signatures: $(READY) ## write core/hookspecs.lock again, after a change that plugin authors will notice
	$(PYTHON) tools/sdk_signatures.py

changelog: $(READY) ## show the next release's changelog as its fragments have it
	@.venv/bin/towncrier build --draft --version next

lock: $(UV) ## resolve the dependencies anew into requirements.lock
	$(UV) lock
	$(UV) export $(EXPORT) --output-file requirements.lock

setup: $(READY) ## fetch uv and every locked package into .tools and .venv

browser: .tools/chromium node_modules/.ready ## find or fetch a headless browser for the browser tests

clean: ## remove everything that was fetched or built
	rm -rf .tools .venv node_modules $(PORTAL)/dist .data demo-report .*_cache .hypothesis

$(UV): tools/uv.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --no-input --root-user-action=ignore --upgrade --target .tools/uv -r tools/uv.txt
	@touch $@

# Compiled at once, so that the first start is as quick as the next, also where Python may not write (PYTHONDONTWRITEBYTECODE).
# One that is behind the lock file is synced; one without its stamp (half made, moved, of another Python) is made anew.
$(READY): requirements.lock $(addsuffix /pyproject.toml,. $(MEMBERS)) | $(UV)
	@$(PY) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("BatikRFM needs Python 3.11 or newer, this one is %d.%d. Try: make PY=python3.12" % sys.version_info[:2])'
	@[ -e $@ ] || $(UV) venv --quiet --clear --python "$$($(PY) -c 'import sys; print(sys.executable)')" .venv
	$(UV) pip sync --quiet --compile-bytecode --python $(PYTHON) requirements.lock
	@$(PY) -m compileall -q -j 0 $(addsuffix /src,$(MEMBERS))
	@touch $@

# What the portal is built from alone, for a demonstration; the tests' own tools come with the second.
node_modules/.build-ready: package-lock.json .npmrc | $(READY)
	$(PYTHON) tools/npm.py ci --ignore-scripts --omit=dev
	@touch $@

node_modules/.ready: package-lock.json .npmrc | $(READY)
	$(PYTHON) tools/npm.py ci --ignore-scripts
	@touch node_modules/.build-ready $@

$(BUILT): tools/assets.py node_modules/.build-ready $(shell find $(PORTAL)/assets $(PORTAL)/templates -type f 2>/dev/null)
	@$(PYTHON) tools/assets.py $(PORTAL)/assets $(PORTAL)/dist
	@touch $@

.tools/chromium: tools/browser.py | node_modules/.ready
	@$(PYTHON) tools/browser.py $@
