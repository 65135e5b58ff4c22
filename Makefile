# The two commands of the README are `make run` and `make test`; the rest serves who changes the bot.
# ARGS goes to the program behind a target: make run ARGS="--speed 1", make test ARGS="-k escalated -x".
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
ARGS ?=
# Only as make eval COLUMNS=…: what some shells export by this name is how wide their window is.
ifneq ($(origin COLUMNS),command line)
COLUMNS :=
endif

.PHONY: run test lint format bench eval train meaning signals lock clean

run: .venv/run.stamp
	@exec $(BIN)/recovery run $(ARGS)

test: .venv/dev.stamp
	$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

lint: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: .venv/dev.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/dev.stamp
	$(BIN)/python -m bench $(ARGS)

# How well the ear hears: make eval DATA="tweets.csv reviews/" COLUMNS="text=Review Text,label=Rating"
# LABELS="1=negative,3=neutral,5=positive"; what is left out is found. ARGS="--at-most 500" for a first look.
eval: .venv/dev.stamp
	@test -n "$(DATA)" || { echo "Name labelled texts, CSV files or folders: make eval DATA=tweets.csv"; exit 2; }
	$(BIN)/python -m training.evaluate $(DATA) --columns "$(COLUMNS)" --labels "$(LABELS)" $(ARGS)

# Teach the ear anew: make train DATA="tweets.csv labels.csv" ARGS="--epochs 3"; needs PyTorch, about 1 GB.
train: .venv/train.stamp
	@test -n "$(DATA)" || { echo "Name labelled texts, CSV files or folders: make train DATA=tweets.csv"; exit 2; }
	$(BIN)/python -m training.train $(DATA) $(ARGS)

# Teach the encoder for themes anew, half an hour: make meaning ARGS="--out var/meaning"; signals come after it.
meaning: .venv/train.stamp
	$(BIN)/python -m training.meaning $(ARGS)

# Learn anew to hear signals by meaning, from training/*signals*.csv, and measure it.
signals: .venv/train.stamp
	$(BIN)/python -m training.signals $(ARGS)

# The lock files hold every package of every platform with its hash; no address of a registry.
COMPILE = .venv/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --custom-compile-command "make lock" pyproject.toml

lock:
	$(PYTHON) -m venv .venv/lock && .venv/lock/bin/pip install --quiet uv
	$(COMPILE) -o requirements.lock
	$(COMPILE) --group dev -o requirements-dev.lock

# Everything that was made here goes, the embedded database and the local workspace's memory too.
clean:
	rm -rf .venv var build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

# pip is what venv writes last: an environment without it was left half made, and is made again.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is older, or absent." \
	    "Name another one: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo "No environment could be made. On Debian and Ubuntu: apt install python3-venv"; exit 1; }

.venv/run.stamp: requirements.lock pyproject.toml | $(BIN)/pip
	@echo "Installing what the bot needs; the first time this takes a few minutes."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --editable .
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	@echo "Installing what the tests need."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

.venv/train.stamp: pyproject.toml .venv/dev.stamp
	@echo "Installing what teaching needs."
	@$(PIP) install --editable ".[train]"
	@touch $@
