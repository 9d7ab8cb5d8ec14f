# The project's tasks by name. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# One configuration for everything: tests use `package` access, so the release build serves them too and CI builds once.
BUILD_FLAGS := -c release --quiet --explicit-target-dependency-import-check error
BIN := .build/release
VENV := .venv
HFT_VENV = .venv-hftbacktest
TORCH_VENV = .venv-torch
HFT_GOLDEN = Tests/oracle/make_hftbacktest_golden.py
TORCH_GOLDEN = $(addprefix Tests/oracle/make_,inference_golden.py lstm_golden.py trainer_golden.py transformer_golden.py)
SANITIZE_TESTS ?= CHotPathTests|MonitoringTests|GatewayTests|MarketDataTests
C_SOURCES = $(wildcard Sources/CHotPath/*.c Sources/CHotPath/*.h Sources/CHotPath/include/*.h \
  Sources/SystemLibraries/*/*.h)

.PHONY: help setup build run test bench bench-check bench-smoke bench-peers bench-prove differential \
  prove-syscalls prove-calls soak-events soak-backtest test-slurm prove-pipeline format format-check lint oracle release \
  sanitize-address sanitize-thread clean

help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "%-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install missing Debian packages, check the Swift toolchain
	@Scripts/setup.sh

build: setup ## build the binaries and the tests, optimised
	@swift build $(BUILD_FLAGS) --build-tests

run: setup ## paper trading against the embedded gateway simulator (ARGS="--speed max" passes options)
	@swift build $(BUILD_FLAGS) --product trader
	@$(BIN)/trader run $(ARGS)

test: build ## run every test (FILTER=pattern runs some)
	@swift test -c release --skip-build $(if $(FILTER),--filter '$(FILTER)')

bench: setup ## measure every stage and print the table
	@swift build $(BUILD_FLAGS) --product bench
	@$(BIN)/bench run $(ARGS)

bench-check: setup ## fail when a budget of Benchmarks/budgets.json is broken
	@swift build $(BUILD_FLAGS) --product bench
	@$(BIN)/bench check $(ARGS)

bench-smoke: setup ## run every benchmark once, tiny: does it still work?
	@swift build $(BUILD_FLAGS) --product bench
	@$(BIN)/bench run --smoke

differential: setup $(HFT_VENV) ## our exchange against hftbacktest on recorded days (ARGS="--speed")
	@swift build $(BUILD_FLAGS) --product bench
	@$(HFT_VENV)/bin/python Benchmarks/peers/market_maker.py --bench $(BIN)/bench \
	  --data "$${TRADER_SHARED_DATA:-../shared/data}" $(ARGS)

bench-peers: setup ## measure forests and rings beside public peers (ARGS="--quick"); the first run builds the peers
	@Benchmarks/peers/setup.sh
	@swift build $(BUILD_FLAGS) --product ForestPlugin
	@Benchmarks/peers/run.py $(ARGS)

bench-prove: setup ## plant a slowdown in every stage and see the gate refuse each
	@swift build $(BUILD_FLAGS) --product bench
	@$(BIN)/bench prove $(ARGS)

prove-syscalls: setup ## prove with strace what a warm session asks of the kernel (ARGS="--model M --config C")
	@swift build $(BUILD_FLAGS) --product trader
	@Scripts/prove-syscalls.sh $(BIN)/trader $(ARGS)

prove-calls: setup ## prove with callgrind that the engine allocates and locks nothing (ARGS="--data D --model M ...")
	@swift build $(BUILD_FLAGS) --product trader
	@Scripts/prove-calls.sh $(BIN)/trader $(ARGS)

soak-backtest: setup ## a month backtested ten times in one process; memory must stay flat
	@swift build $(BUILD_FLAGS) --product bench
	@$(BIN)/bench repeats $(ARGS)

soak-events: setup ## a million events over the wire, 0 bytes allocated on the engine's thread
	@swift build $(BUILD_FLAGS) --product trader
	@Scripts/soak-events.sh "$(abspath $(BIN)/trader)" $(ARGS)

prove-pipeline: build ## the pipeline on markets with a known truth: 4 long moving edges, 100 of noise (half an hour)
	@for seed in 1 2 3 4; do PIPELINE_SEED=$$seed PIPELINE_ERA=160 swift test -c release --skip-build \
	  --filter aMovingEdge 2>&1 | grep -E "moving edge|failed|passed after"; done
	@PIPELINE_SEEDS=100 PIPELINE_NOISE_SESSIONS=60 swift test -c release --skip-build \
	  --filter noiseIsRarely 2>&1 | grep -E "noise:|failed|passed after"

test-slurm: setup ## the same search by processes and by a Slurm cluster on loopback: equal results (needs root, slurm-wlm)
	@swift build $(BUILD_FLAGS) --product trader
	@Scripts/test-slurm.sh "$(abspath $(BIN)/trader)"

format: ## rewrite Swift and C sources in the project's format
	@swift format --in-place --parallel --recursive Sources Tests Package.swift
	@Scripts/clang-format.sh -i $(C_SOURCES)

format-check: ## report what `make format` would change, and style faults
	@swift format lint --strict --parallel --recursive Sources Tests Package.swift
	@Scripts/clang-format.sh --dry-run -Werror $(C_SOURCES)

lint: format-check setup ## format-check, and no import that the package graph does not declare
	@swift build $(BUILD_FLAGS)

oracle: ## regenerate the golden files with the original Python libraries
	@test -x $(VENV)/bin/python || python3 -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r Tests/oracle/requirements.txt
	@for script in $(filter-out $(HFT_GOLDEN) $(TORCH_GOLDEN),$(wildcard Tests/oracle/make_*.py)); do \
	  echo "$$script"; $(VENV)/bin/python "$$script"; done
	@$(MAKE) --no-print-directory $(HFT_VENV)
	@$(HFT_VENV)/bin/python $(HFT_GOLDEN)
	@$(MAKE) --no-print-directory $(TORCH_VENV)
	@for script in $(TORCH_GOLDEN) Tests/oracle/check_network_export.py; do \
	  echo "$$script"; $(TORCH_VENV)/bin/python "$$script"; done

# PyTorch is large, and only the networks need it.
$(TORCH_VENV): Tests/oracle/requirements-torch.txt
	@test -x $@/bin/python || python3 -m venv $@
	@$@/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# hftbacktest needs an older NumPy than the other oracles.
$(HFT_VENV): Tests/oracle/requirements-hftbacktest.txt
	@test -x $@/bin/python || python3 -m venv $@
	@$@/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

release: build ## tarball of stripped binaries with the Swift runtime, in .build-dist
	@Scripts/release.sh $(BIN) .build-dist

sanitize-address: setup ## build for the address sanitiser and run SANITIZE_TESTS under it
	@swift test --scratch-path .build-asan --sanitize=address --filter '$(SANITIZE_TESTS)' 2>&1 \
	  | grep -v 'Cannot export local symbol'

sanitize-thread: setup ## build for the thread sanitiser and run SANITIZE_TESTS under it
	@swift test --scratch-path .build-tsan --sanitize=thread --filter '$(SANITIZE_TESTS)' 2>&1 \
	  | grep -v 'Cannot export local symbol'

clean: ## remove everything that was built
	@rm -rf .build .build-asan .build-tsan .build-dist
