# Everything a person does with this repository is a target here; `make` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# JupyterLab would greet a newcomer with a question about its own news, and look for them on the network.
LAB_SETTINGS := $(VENV)/share/jupyter/lab/settings
QUIET := {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}
# JupyterLab refuses to run as root unless told that it is meant (containers often are).
ALLOW_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

# One stamp file says that .venv holds what pyproject.toml and constraints.txt ask for.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; '$(PYTHON)' is older. Try: make PYTHON=python3.12 ..."; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv -c constraints.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '.[dev]'
	@mkdir -p $(LAB_SETTINGS) && echo '$(QUIET)' > $(LAB_SETTINGS)/overrides.json
	touch $@

.PHONY: setup
setup: $(READY) ## make .venv and install the course into it (the other targets do this by themselves)

.PHONY: lab
lab: $(READY) ## open JupyterLab on the start page
	$(BIN)/jupyter lab $(ALLOW_ROOT) --LabApp.default_url=/lab/tree/lectures/00_start_here.ipynb $(LAB_ARGS)

.PHONY: test
test: $(READY) ## run every test: library, notebooks, browser, nbgrader loop
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

.PHONY: trials
trials: $(READY) ## grade every trial submission through nbgrader (make test takes a few)
	COURSE_THOROUGH=1 $(BIN)/python -m pytest -n 2 tests/submissions -k Loop $(PYTEST_ARGS)

.PHONY: thorough
thorough: $(READY) ## make test with all questions, random graphs and trial submissions where make test takes some (an hour and more)
	COURSE_THOROUGH=1 $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

.PHONY: lint
lint: $(READY) ## ruff, mypy, codespell, notebook hygiene
	$(BIN)/ruff check .
	$(BIN)/ruff format --check course tests
	$(BIN)/mypy
	$(BIN)/codespell course tests lectures solutions README.md Makefile
	$(BIN)/python tests/notebooks/hygiene.py

.PHONY: bench
bench: $(READY) ## print timings beside a named peer (never part of the tests)
	PYTHONPATH=. $(BIN)/python tests/benchmarks/arithmetic.py
	PYTHONPATH=. $(BIN)/python tests/benchmarks/quiz.py

.PHONY: bench-inspect
bench-inspect: $(READY) ## time cards beside torchinfo, fvcore, torch's counter; say why figures differ (BENCH_ARGS=--help)
	@$(BIN)/python -c 'import torchinfo, fvcore.nn' 2>/dev/null || \
	  $(BIN)/uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '.[dev,bench]' || \
	  { echo "torchinfo and fvcore, which this compares with, could not be installed: it needs the network once"; exit 2; }
	PYTHONPATH=. $(BIN)/python tests/benchmarks/cards.py $(BENCH_ARGS)

.PHONY: bench-train
bench-train: $(READY) ## time training beside the textbook loop and a bare one, on a GPU beside its roofline (BENCH_ARGS=--help)
	PYTHONPATH=. $(BIN)/python tests/benchmarks/training.py $(BENCH_ARGS)

.PHONY: bench-widgets
bench-widgets: $(READY) ## time explorers from event to painted frame, beside interact + matplotlib (BENCH_ARGS=--help)
	PYTHONPATH=. $(BIN)/python tests/benchmarks/widgets.py $(BENCH_ARGS)

.PHONY: lectures
lectures: $(READY) ## execute every lecture in place, write its one-page summary; a failed run leaves the old file
	$(BIN)/python -m course.lectures
	$(BIN)/python -m course.summaries

.PHONY: release
release: $(READY) ## assignments/ from solutions/, the student edition, the nbgrader loop on the trial submissions
	$(BIN)/course release

.PHONY: clean
clean: ## remove what the other targets made (not .venv)
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
