# Everything a person needs: `make run`, `make test`, `make lint`.

PYTHON := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help run test lint format lock clean

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Run the site on http://127.0.0.1:8000 (PORT=… elsewhere, DEMO=0 without the demo)
	@tools/venv base
	@exec $(PYTHON) manage.py run

test: ## Run all tests, in a browser too
	@tools/venv dev
	@tools/browser
	@exec $(PYTHON) -m pytest -n 2 --dist worksteal $(TESTS)

lint: ## Check form, types, imports, migrations, templates
	@tools/venv dev
	@exec tools/lint

format: ## Bring the code into its form
	@tools/venv dev
	@$(PYTHON) -m ruff check --fix --quiet . || true
	@exec $(PYTHON) -m ruff format .

lock: ## Pin what pyproject.toml asks for, with hashes
	@tools/venv dev
	@cd $(CURDIR) && .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml -o requirements/base.txt
	@.venv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
		--group dev -c requirements/base.txt pyproject.toml -o requirements/dev.txt

clean: ## Forget the virtual environment (the data in var/ stays)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
