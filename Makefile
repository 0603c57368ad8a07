# Every target is a line or two; the work is done by scripts/ and tests/.
PYTHON := .venv/bin/python
# Where `make deploy` puts the plugin; another profile: make deploy PLUGINS=…/python/plugins
PLUGINS ?= $(HOME)/.local/share/QGIS/QGIS3/profiles/default/python/plugins
# More for pytest: make test ARGS="tests/portal -x"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo desktop fidelity test check lint format translations guide package deploy peer clean bench sync-check

help: ## List every target
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what is missing: QGIS 3.40 and tools (Debian 12, as root), the virtual environment
	@scripts/setup.sh

demo: setup ## Set up, download a map area of a small demo portal and draw it: build/demo/map.png
	@$(PYTHON) -m tests.demo

desktop: setup ## Tour the plugin in a real QGIS window, picture every state: build/desktop/…/pictures
	@scripts/desktop.sh build/desktop/tour && scripts/desktop.sh build/desktop/sync sync && scripts/desktop.sh build/desktop/states states

test: setup ## Set up and run all tests; ARGS="tests/portal -x" for some
	@rm -rf .qgis-settings
	@$(PYTHON) -m pytest $(ARGS)

check: setup ## Set up and run every check: format, lint, types, package, repository scan, all tests
	@scripts/check.sh

lint: setup ## Check format, lint and types only
	@scripts/check.sh lint

format: setup ## Format the code, and mend what the linter can mend
	@$(PYTHON) -m ruff check --fix --exit-zero --quiet . && $(PYTHON) -m ruff format .

translations: setup ## Bring i18n/*.ts up to date with the sentences in the code and the forms
	@$(PYTHON) scripts/translations.py

guide: setup ## Make the pages of help/ from docs/user-guide.md
	@$(PYTHON) scripts/guide.py

fidelity: setup ## Draw the corpus, beside plain QGIS and ArcGIS' own engine where it can be set up: docs/fidelity.md
	@scripts/fidelity.sh

package: setup ## Build build/offline_map_areas.<version>.zip; RELEASE=1 refuses placeholders
	@RELEASE=$(RELEASE) scripts/package.sh build

deploy: setup ## Put the plugin into the QGIS profile; PLUGINS=FOLDER for another one
	@scripts/deploy.sh "$(PLUGINS)"

peer: setup ## Let a client that nobody here wrote, the ArcGIS API for Python, use the portal stand-in
	@scripts/peer.sh

bench: setup ## Time the plugin beside its peers on the same files (minutes; wants a quiet machine)
	@scripts/bench.sh

sync-check: setup ## 5,000 random histories of clients, colleagues and failures; ARGS="--seed 1 --count 1 --qgis 0" for one; FAULTS=1
	@$(PYTHON) -m tests.sync_check $(if $(FAULTS),--faults) $(ARGS)

clean: ## Remove everything that was built, but not the virtual environment
	@rm -rf build .qgis-settings .pytest_cache .mypy_cache .ruff_cache i18n/*.qm
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
