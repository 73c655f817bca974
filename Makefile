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
#
# As root, with iproute2; docs/linux.md says more:
#
#   make netns      three processes of axle in network namespaces
#   make interop    axle beside FRR in virtual machines (PEERLAB, tshark)
#   make bench-net  throughput beside wireguard-go (PERF, iperf3, jq, wg, ping)

GO       ?= go
VERSION  := $(shell git describe --always --dirty 2>/dev/null || echo devel)
PKG      ?= ./...

TESTTIME ?= 170s
RACE     ?= ./cli/console ./cli/shell ./lab
SCRIPTS  ?= $(wildcard lab/testdata/scripts/*.lab)
FUZZTIME ?= 30s
BENCH    ?= .
HEADLINE ?= Spokes|Forward|Hairpin|Registration|Load|Edit|Lookup|Parse

# Beside the repository, not in it: other people's routers and tunnels.
PEERLAB  ?= ../shared/bench/peerlab
PERF     ?= ../shared/bench/perf
ROUNDS   ?= 3
SECS     ?= 3
METRICS  ?= tcp1,tcp1r,tcp4,win,flood,rtt,pingpong
ANCHORS  ?= raw wireguard-go
VARIANTS ?= gre esp espudp

.PHONY: build test race lint lab scripts bench fuzz docs clean netns interop bench-net

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

# The test builds the program itself and skips, with a word, what it cannot do.
netns:
	AXLE_NETNS=1 $(GO) test -count=1 -timeout 300s ./host/linux ./dataplane/port
	AXLE_NETNS=1 $(GO) test -count=1 -v -timeout 600s -run '^TestNetns' ./host

# The first run installs User-Mode Linux and builds a root file system: minutes,
# and 250 MB in /var/tmp/peerlab.
interop:
	@if [ "$$(id -u)" = 0 ] && [ -x $(PEERLAB)/peerlab ]; then $(PEERLAB)/peerlab setup >/dev/null; fi
	AXLE_INTEROP=1 PEERLAB=$(abspath $(PEERLAB)) $(GO) test -count=1 -v -timeout 3600s -run '^TestInterop' ./host

# The measuring programs are built in a copy: what is beside the repository stays
# as it is.
bench-net: build
	@[ -d $(PERF) ] || { echo "bench-net: skipped, $(PERF) is not there"; exit 0; }; \
	[ "$$(id -u)" = 0 ] || { echo "bench-net: skipped, needs root for network namespaces"; exit 0; }; \
	mkdir -p bin && cp -r $(PERF)/. bin/perf && chmod -R u+w bin/perf && bin/perf/build.sh all && \
	AXLE_BIN=$(CURDIR)/bin/axle bin/perf/anchors.sh -r $(ROUNDS) -t $(SECS) -m $(METRICS) \
		-o bin/bench-net.txt $(ANCHORS) $(VARIANTS:%=$(CURDIR)/internal/bench/axle.sh:%)

docs:
	$(GO) test ./internal/tidy/commands -count=1 -update

clean:
	rm -rf bin
