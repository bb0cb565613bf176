# One static binary without C: the SQLite driver is written in Go. Only the race detector needs a C compiler.
export CGO_ENABLED = 0

version := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
FUZZTIME ?= 1m
BENCH ?= .

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build bin/duixian
	go build -trimpath -ldflags '-X main.version=$(version)' -o bin/duixian ./cmd/duixian

.PHONY: run
run: build ## Build, make sample data and start the service: nothing to configure
	bin/duixian demo

# stringsbuilder would turn three short lines that join words into six that write them.
.PHONY: check
check: ## Format, vet, staticcheck and modern idioms
	@unformatted=$$(go tool gofumpt -l .) && test -z "$$unformatted" || { echo "not formatted (try: go tool gofumpt -w .):"; echo "$$unformatted"; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	@go fix -diff -stringsbuilder=false ./... || { echo "old-fashioned code above (try: go fix ./...)"; exit 1; }

.PHONY: test
test: check ## Run the checks and all tests, on SQLite and on a private MariaDB
	scripts/need libreoffice chromium fonts node
	DUIXIAN_TEST_FULL=1 scripts/with-mariadb go run ./scripts/testsummary go test -timeout 25m -json ./... ./cmd/duixian/testdata/oracle

.PHONY: rough
rough: ## Rough nights, long form (kills, pauses, restarts, faults at every statement, broken files) with figures
	scripts/need libreoffice
	DUIXIAN_TEST_ROUGH=1 scripts/with-mariadb go test -count 1 -timeout 90m -v -run 'Killed|Stopped|TwoServices|Restarted|StopsInOrder|CalmNight|EveryStatement|AnyStatement|Malformed|RoughWire|EveryYuan|FiftyReach' ./cmd/duixian ./cmd/duixian/roughtest ./jobs ./models ./sheets

.PHONY: race
race: ## Run all tests under the race detector (needs gcc)
	scripts/need libreoffice chromium fonts node
	CGO_ENABLED=1 scripts/with-mariadb go run ./scripts/testsummary go test -race -timeout 30m -json ./...

.PHONY: bench
bench: ## Run the benchmarks: make bench [BENCH=name]
	scripts/with-mariadb go test -run '^$$' -bench '$(BENCH)' -benchmem ./...

.PHONY: fuzz
fuzz: ## Fuzz every target for a minute: make fuzz [FUZZTIME=10m]
	scripts/fuzz $(FUZZTIME)

.PHONY: golden
golden: ## Rewrite the expected outputs and show what changed
	scripts/golden
