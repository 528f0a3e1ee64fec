# make run SLIM=1 leaves out what only OCR_ENGINE=paddle uses.
PYTHON ?= python3
KIND := $(if $(SLIM),slim,default)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check clean venv

run: venv
	@$(MAKE) --no-print-directory $(VENV)/$(KIND).stamp
	$(BIN)/python ocr.py

# Two files at a time: most of a test's time is waiting for a service.
test: venv
	@$(MAKE) --no-print-directory $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n 2 --dist loadfile $(TESTS)

check: venv
	@$(MAKE) --no-print-directory $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	rm -rf $(VENV) models fonts

# One that is only half there, or whose Python is gone, is made anew.
venv:
	@$(BIN)/python -c 'import pip' 2>/dev/null || { $(PYTHON) picture/machine.py \
	    && rm -rf $(VENV) && $(PYTHON) -m venv $(VENV); }

$(VENV)/%.stamp: requirements/%.lock
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes --no-deps -r $<
	touch $@
