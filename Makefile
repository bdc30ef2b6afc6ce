# Five tasks. `make` alone names them.
UV := $(or $(shell command -v uv),.uv/bin/uv)
PYTEST := $(UV) run --group dev pytest -n auto --dist worksteal

help: ## these lines
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

run: $(UV) ## start the bot, or a chat where no platform is set up
	$(UV) run ainews run

test: $(UV) ## all tests
	$(PYTEST)

coverage: $(UV) ## all tests, and which lines of the product they do not reach
	$(PYTEST) --cov --cov-report=term-missing:skip-covered

check: $(UV) ## fixed versions, lint, types, imports: what CI asks beside the tests
	PATH="$(dir $(abspath $(UV))):$$PATH" .ci/check

release: $(UV) ## make release VERSION=0.2.0: the changelog's section, the version, a commit, a tag
	$(UV) run --group dev python -m tools.release $(VERSION)

.uv/bin/uv:
	python3 -m venv .uv && .uv/bin/pip install uv

.PHONY: help run test coverage check release
