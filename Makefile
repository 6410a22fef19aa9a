# `make help` lists the targets. Everything is made inside the checkout.

VENV     := .venv
PYTHON   := $(VENV)/bin/python
MVN      := mvn -B -ntp
JARS     := exporters/penstock/jars
VERSION  := $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
JAR      := penstock-spark_4.1_2.13-$(VERSION).jar
JVM_SRC  := $(shell find scala_bridge -name pom.xml -o -path '*/src/main/*' -type f)
JUDGES   := build/judges/.built
JUDGE_SRC := $(shell find tests/judges -name pom.xml -o -name '*.java')
DELTA    := build/jars/.copied
PIPELINE := pipelines/wine_quality/scala
WINES    := $(PIPELINE)/target/wine-quality.jar
PYTEST   := $(PYTHON) -m pytest
BENCHED  := build/bench/venv

.DEFAULT_GOAL := help
.PHONY: help setup parts jar judges demo test test-all soak test-jvm bench lint format wheel clean

# A Maven of half a minute gains nothing from the compiler that optimises most.
export MAVEN_OPTS ?= -XX:TieredStopAtLevel=1 -XX:+UseSerialGC

# $(call maven,name,arguments): what Maven prints goes to build/name.log and is shown where it fails.
# Else it is not about our code, whose Scala warnings fail the build, but such as those of the
# bridge to the compiler that the Scala plugin compiles for itself once on a machine.
maven = mkdir -p build && { $(MVN) $(2) </dev/null >build/$(1).log 2>&1 || \
  { cat build/$(1).log >&2; exit 1; }; }

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Two at a time: pip's part beside Maven's.
setup: ## a .venv in the checkout, the built jar, what the tests and the demo need beside it
	@$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j2) parts
	@echo "Ready: $(VENV)/bin/penstock, $(JARS)/$(JAR), build/jars"

parts: $(VENV)/.installed $(JARS)/$(JAR) $(DELTA) $(JUDGES) $(WINES)

jar: $(JARS)/$(JAR) ## only build the jar that the wheel and the pipelines use

judges: $(JUDGES) # the formats' official engines, which judge files in the tests

demo: setup ## from training to a scored Delta table; DATA=wine-quality.csv runs it on real data
	@$(PYTHON) pipelines/wine_quality/demo.py $(if $(DATA),--data "$(DATA)")

test: setup ## all tests but the slow ones, and what they cost
	@$(PYTHON) -m tests.suite -m "not slow"

test-all: setup ## all tests, the slow ones too
	@PENSTOCK_TEST_SIZE=all $(PYTHON) -m tests.suite

soak: setup ## drawn cases for as long as you like: PART=... MINUTES=5 SEED=0; without PART the parts
	@$(PYTHON) -m tests.soak $(or $(PART),--help) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED))

test-jvm: # only the JVM side's own tests
	$(MVN) -q -f scala_bridge/pom.xml test

bench: $(JARS)/$(JAR) $(BENCHED)/.installed ## speed beside the peers; BENCH="--quick" for a short run
	$(BENCHED)/bin/python -m benchmarks $(BENCH)

lint: $(VENV)/.installed ## check the style of the Python code
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

format: $(VENV)/.installed ## mend the style of the Python code
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

wheel: $(VENV)/.installed $(JARS)/$(JAR) ## the wheel, with the jar inside, in dist/
	rm -f dist/*
	$(PYTHON) -m build --wheel --no-isolation

clean: ## remove all that was built, but for .venv
	rm -rf build dist $(JARS) exporters/*.egg-info
	find scala_bridge tests pipelines -name target -type d -prune -exec rm -rf {} +

# A command of that name may be only a shim of a version manager, so each is tried.
$(PYTHON):
	@for p in python3.13 python3.12 python3.11; do \
	  if $$p -c 'import venv, ensurepip' >/dev/null 2>&1; then \
	    echo "Making $(VENV) with $$($$p --version)"; exec $$p -m venv $(VENV); \
	  fi; \
	done; \
	echo "Penstock needs Python 3.11, 3.12 or 3.13 (with venv): none was found." >&2; exit 1

$(VENV)/.installed: pyproject.toml | $(PYTHON)
	@echo "Installing Penstock and what its tests need into $(VENV)"
	@$(PYTHON) -m pip install -q -e '.[dev]'
	@touch $@

# The benchmark's own: the peers that it measures are needed by nothing else.
$(BENCHED)/.installed: pyproject.toml benchmarks/requirements.txt | $(PYTHON)
	$(PYTHON) -m venv $(BENCHED)
	$(BENCHED)/bin/python -m pip install -q -e '.[dev]' -r benchmarks/requirements.txt
	@touch $@

$(JARS)/$(JAR): $(JVM_SRC)
	@command -v mvn >/dev/null || { echo "Building the jar needs Maven 3.8 or newer (and JDK 17)." >&2; exit 1; }
	@echo "Building the jar: $@"
	@$(call maven,jar,-f scala_bridge/pom.xml package -DskipTests)
	@mkdir -p $(JARS) && rm -f $(JARS)/*.jar && cp scala_bridge/spark/target/$(JAR) $@

# After the bar one thing comes that must be there before: two Mavens at once would meet in the
# local repository.
$(DELTA): tests/delta/pom.xml | $(JARS)/$(JAR)
	@echo "Fetching Delta's jars: build/jars"
	@$(call maven,delta,-f $< dependency:copy-dependencies)
	@touch $@

$(JUDGES): $(JUDGE_SRC) | $(DELTA)
	@echo "Building the official engines that judge files in the tests: build/judges"
	@$(call maven,judges,-f tests/judges/pom.xml package)
	@touch $@

$(WINES): $(PIPELINE)/pom.xml $(wildcard $(PIPELINE)/src/main/scala/wine/*.scala) $(JARS)/$(JAR) | $(JUDGES)
	@echo "Building the wine pipeline in Scala: $@"
	@$(call maven,wines,-f $< package -Dpenstock.jar=$(abspath $(JARS)/$(JAR)))
	@touch $@
