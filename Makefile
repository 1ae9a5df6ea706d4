# Every target sets up .venv by itself; PYTHON picks the interpreter (3.11 or later).
PYTHON ?= python3
VENV := .venv
# Most tests wait for sockets, not for the processor, so six share two cores well.
PYTEST = $(RUN) -m pytest -q -rs -n 6 --dist loadgroup
RUN := $(VENV)/bin/python
# docs/decisions/0340: the first failure stays in the output, and only one that repeats alone is red.
AGAIN = $(RUN) -m pytest -q -rs --last-failed --last-failed-no-failures none
PIP := $(RUN) -m pip install --disable-pip-version-check
# The program has said what is wrong, and make's own "Error 2" below that would hide it. Only -q has
# make fail without a word: it runs the lines that begin with +, and fails at one that does not. After
# Ctrl-C the shell would die of it, and make would tell of that; a trap keeps it.
SERVE := demo run
DO := @
ifneq ($(MAKECMDGOALS),)
ifeq ($(filter-out $(SERVE),$(MAKECMDGOALS))$(findstring n,$(firstword -$(MAKEFLAGS))),)
MAKEFLAGS += q
DO := +@
endif
endif
FAILED := $(VENV)/.failed-$(shell echo $$PPID)
END = $(if $(shell rm $(FAILED) 2>/dev/null && echo failed),@exit 1)

.PHONY: help $(SERVE) $(SERVE:%=start-%) agent test test-all check lint fix chaos bench bench-peers clean
.DEFAULT_GOAL := help

help:
	@echo "make demo       a mention investigated by the real bot in a local Slack workspace (no account needed)"
	@echo "make run        run against your Slack workspace (settings: .env, see .env.example)"
	@echo "make agent      install what INVESTIGATOR=agent needs beside that"
	@echo "make test       unit, conformance and end-to-end tests, under five minutes"
	@echo "make test-all   the same and everything slow; what fails beside others is run again alone"
	@echo "make check      format, lint, types, import contracts"
	@echo "make eval       the brief scored on labelled threads, a few seconds (other threads: ARGS='--set unseen';"
	@echo "                MODEL=provider:name: the agent and a control arm too; AGENT_ARGS=--help)"
	@echo "make lint       Dockerfiles, Compose, Kubernetes, systemd and Prometheus files"
	@echo "make fix        let the formatter and the linter mend what they can"
	@echo "make chaos      kills, freezes and outages under load, then every promise checked (ARGS=--help)"
	@echo "make bench      the figures of docs/benchmarks.md, measured here"
	@echo "make bench-peers  install the other bots that make bench compares with (Python, Node 20; Redis if there)"
	@echo "make clean      remove .venv and caches"

$(VENV)/.run: requirements.txt
	$(DO)$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Burrow needs Python 3.11 or later; '$(PYTHON)' is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(DO)$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "Python's venv module is missing here. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	$(DO)$(PYTHON) -m venv $(VENV)
	$(DO)echo "Installing the pinned requirements into $(VENV) (once, about half a minute) ..."
	$(DO)$(PIP) -r requirements.txt
	$(DO)touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Installing the development tools into $(VENV) (once) ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(VENV)/.agent: requirements-agent.txt $(VENV)/.run
	@echo "Installing the agent's model library into $(VENV) (once) ..."
	@$(PIP) -r requirements-agent.txt
	@touch $@

$(VENV)/bin/burrow: $(VENV)/.run
	$(DO)printf '#!%s\nimport sys\nsys.path.insert(0, "%s")\nfrom bot.__main__ import main\nsys.exit(main())\n' \
		'$(CURDIR)/$(RUN)' '$(CURDIR)' > $@
	$(DO)chmod +x $@

$(VENV)/.lint: requirements-lint.txt $(VENV)/.dev
	@echo "Installing the linters of deploy/ into $(VENV) (once) ..."
	@$(PIP) -r requirements-lint.txt
	@touch $@

$(SERVE:%=start-%): start-%: $(VENV)/bin/burrow
	$(DO)trap : INT; $(RUN) -m bot $* $(ARGS) || touch $(FAILED)

demo: start-demo
	$(END)

run: start-run
	$(END)

agent: $(VENV)/.agent

test: $(VENV)/.dev $(VENV)/.agent
	@$(PYTEST) -m "not slow"

test-all: $(VENV)/.dev $(VENV)/.agent $(VENV)/.lint
	@$(PYTEST) || { test $$? -eq 1 && echo "Once more, one at a time: what failed beside five others" && $(AGAIN); }

check: $(VENV)/.dev $(VENV)/.agent
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy
	@$(VENV)/bin/lint-imports --no-cache

eval: $(VENV)/.dev $(VENV)/.agent
	@$(RUN) -m tests.evals $(ARGS)
	@test -z "$(MODEL)" || $(RUN) -m tests.evals.agent $(MODEL) $(AGENT_ARGS)

lint: $(VENV)/.lint
	@$(RUN) -m pytest -q -rs tests/packaging/test_deploy.py tests/packaging/test_monitoring.py

fix: $(VENV)/.dev
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format .

chaos: $(VENV)/.dev
	@$(RUN) -m tests.chaos $(ARGS)

bench: $(VENV)/.dev
	@$(RUN) -m benchmarks $(ARGS)

bench-peers:
	@mkdir -p out/peers
	@$(PYTHON) -m venv out/peers/venv
	@out/peers/venv/bin/python -m pip install --disable-pip-version-check -q -r benchmarks/peers/apps/requirements.txt
	@cp benchmarks/peers/apps/package.json benchmarks/peers/apps/chat_sdk_app.mjs out/peers/
	@command -v npm > /dev/null || echo "npm is not installed: the JavaScript peer is left out"
	@! command -v npm > /dev/null || npm install --prefix out/peers --no-package-lock --no-fund --no-audit --silent
	@command -v redis-server > /dev/null || echo "redis-server is not installed: the peers on Redis are left out"

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
