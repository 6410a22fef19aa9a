# `make help` lists the targets. Everything is made inside the checkout.

VENV     := .venv
PYTHON   := $(VENV)/bin/python
MVN      := mvn -B -ntp -q
JARS     := exporters/penstock/jars
VERSION  := $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
JAR      := penstock-spark_4.1_2.13-$(VERSION).jar
JVM_SRC  := $(shell find scala_bridge -name pom.xml -o -path '*/src/main/*' -type f)
PIPELINE := pipelines/wine_quality/scala
PYTEST   := $(PYTHON) -m pytest
BENCHED  := build/bench/venv

.DEFAULT_GOAL := help
.PHONY: help setup jar demo test test-all test-jvm bench lint format wheel clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed $(JARS)/$(JAR) build/jars/.copied $(PIPELINE)/target/wine-quality.jar ## a .venv in the checkout, the built jar, the Delta jars
	@echo "Ready: $(VENV)/bin/penstock, $(JARS)/$(JAR), build/jars"

jar: $(JARS)/$(JAR) ## only build the jar that the wheel and the pipelines use

demo: setup ## from training to a scored Delta table; DATA=wine-quality.csv runs it on real data
	$(PYTHON) pipelines/wine_quality/demo.py $(if $(DATA),--data "$(DATA)")

test: setup test-jvm ## all tests but the slow ones
	$(PYTEST) -m "not slow"

test-all: setup test-jvm ## all tests
	$(PYTEST)

test-jvm: # the JVM side's own tests
	$(MVN) -f scala_bridge/pom.xml test

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
	$(PYTHON) -m pip install -q -e '.[dev]'
	@touch $@

# The benchmark's own: the peers that it measures are needed by nothing else.
$(BENCHED)/.installed: pyproject.toml benchmarks/requirements.txt | $(PYTHON)
	$(PYTHON) -m venv $(BENCHED)
	$(BENCHED)/bin/python -m pip install -q -e '.[dev]' -r benchmarks/requirements.txt
	@touch $@

$(JARS)/$(JAR): $(JVM_SRC)
	@command -v mvn >/dev/null || { echo "Building the jar needs Maven 3.8 or newer (and JDK 17)." >&2; exit 1; }
	$(MVN) -f scala_bridge/pom.xml package -DskipTests
	@mkdir -p $(JARS) && rm -f $(JARS)/*.jar
	cp scala_bridge/spark/target/$(JAR) $@

build/jars/.copied: tests/delta/pom.xml
	$(MVN) -f $< dependency:copy-dependencies
	@touch $@

$(PIPELINE)/target/wine-quality.jar: $(PIPELINE)/pom.xml $(wildcard $(PIPELINE)/src/main/scala/wine/*.scala) $(JARS)/$(JAR)
	$(MVN) -f $< package -Dpenstock.jar=$(abspath $(JARS)/$(JAR))
	@touch $@
