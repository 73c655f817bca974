# Everything here needs Go, make and git, and no other tool.
#
#   make build    bin/axle
#   make test     go vet and all tests
#   make race     the packages with goroutines under the race detector (needs a C compiler)
#   make lint     staticcheck and gofumpt, in the versions of go.mod
#   make lab      boot the built-in phase 3 network and attach to its hub
#   make scripts  run the lab scripts of the repository
#   make bench    all benchmarks; the headline ones are repeated at the end
#   make fuzz     every fuzz target, FUZZTIME each, one after the other
#   make docs     write docs/commands from the declarations of the commands
#   make clean    remove what was built

GO       ?= go
VERSION  := $(shell git describe --always --dirty 2>/dev/null || echo devel)
PKG      ?= ./...

TESTTIME ?= 170s
RACE     ?= ./cli/console ./cli/shell ./lab
SCRIPTS  ?= $(wildcard lab/testdata/scripts/*.lab)
FUZZTIME ?= 30s
BENCH    ?= .
HEADLINE ?= Spokes|Forward|Hairpin|Registration|Load|Edit|Lookup|Parse

.PHONY: build test race lint lab scripts bench fuzz docs clean

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-X main.version=$(VERSION)' -o bin/axle ./cmd/axle

test:
	$(GO) vet $(PKG)
	$(GO) test -timeout $(TESTTIME) $(PKG)

race:
	CGO_ENABLED=1 $(GO) test -race -timeout $(TESTTIME) $(RACE)

lint:
	$(GO) tool staticcheck $(PKG)
	@bad=$$($(GO) tool gofumpt -l .) || exit 1; \
	if [ -n "$$bad" ]; then echo "not formatted by gofumpt:"; echo "$$bad"; exit 1; fi

lab: build
	bin/axle lab

scripts: build
	@test -n "$(SCRIPTS)" || { echo "no scripts found; name them: make scripts SCRIPTS=FILE..."; exit 1; }
	bin/axle lab run $(SCRIPTS)

# One package at a time, so that they do not take the processor from each other.
bench:
	@mkdir -p bin
	@$(GO) test -p 1 -run '^$$' -bench '$(BENCH)' -benchmem $(PKG) >bin/bench.txt; status=$$?; \
	cat bin/bench.txt; \
	echo; echo "headline:"; grep -E '^Benchmark[A-Za-z0-9_/=-]*($(HEADLINE))' bin/bench.txt || echo "(none)"; \
	echo; echo "to compare: keep bin/bench.txt as old.txt, change, make bench, then"; \
	echo "  $(GO) tool benchstat old.txt bin/bench.txt"; \
	exit $$status

# A crasher is written to the package's testdata/fuzz; keep it as a seed.
fuzz:
	@mkdir -p bin
	@for pkg in $$($(GO) list $(PKG)); do \
		list=$$($(GO) test -list '^Fuzz' $$pkg) || { echo "$$list"; exit 1; }; \
		for target in $$(echo "$$list" | grep '^Fuzz'); do \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg >bin/fuzz.out 2>&1 || \
				{ cat bin/fuzz.out; exit 1; }; \
			echo "$$pkg $$target: $$(grep -o 'execs: [0-9]*' bin/fuzz.out | tail -n 1) in $(FUZZTIME)"; \
		done; \
	done

docs:
	$(GO) test ./internal/tidy/commands -count=1 -update

clean:
	rm -rf bin
