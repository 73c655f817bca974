//go:build linux

package linux

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
)

// Metrics.
const (
	defaultMetric6 = 1024 // the kernel's for IPv6, IP6_RT_PRIO_USER
	maxMetric      = 1<<32 - 1
)

// A routeKey is what the kernel tells routes of one table apart by.
type routeKey struct {
	prefix netip.Prefix // masked
	metric int
	tos    int // ours have none
}

func (k routeKey) compare(o routeKey) int {
	return cmp.Or(k.prefix.Compare(o.prefix), cmp.Compare(k.metric, o.metric), cmp.Compare(k.tos, o.tos))
}

// pathKind is what a route does with a packet.
type pathKind uint8

const (
	forward pathKind = iota
	unreachable
	blackhole
)

// A path is where a route leads to.
type path struct {
	kind   pathKind
	source netip.Addr
	hops   []hop // sorted, each once; of forward only
}

// A hop is one next hop.
type hop struct {
	gateway netip.Addr
	link    int  // index; 0 among wanted ones: the kernel finds it
	dead    bool // among the kernel's: not in use now
}

func (h hop) compare(o hop) int {
	return cmp.Or(h.gateway.Compare(o.gateway), cmp.Compare(h.link, o.link))
}

// satisfies tells whether p, the kernel's, is what w wants.
func (p path) satisfies(w path) bool {
	if p.kind != w.kind || p.source != w.source || len(p.hops) != len(w.hops) {
		return false
	}
	for i, h := range p.hops {
		if h.gateway != w.hops[i].gateway || w.hops[i].link != 0 && h.link != w.hops[i].link {
			return false
		}
	}
	return true
}

// A step is one change of the kernel's table.
type step struct {
	verb verb
	key  routeKey
	path path // not of remove
}

type verb uint8

const (
	add verb = iota
	replace
	remove
)

// difference returns the steps from have to want. New routes come first, those
// without a gateway before the others, which may lean on them; what is not
// wanted goes last, so that traffic always finds a way. Foreign are keys of
// wanted routes that somebody else holds: to replace there would hit theirs, so
// that ours is removed and its addition left to the kernel's refusal.
func difference(have map[routeKey][]path, want map[routeKey]path, foreign map[routeKey]bool) []step {
	var adds, replaces, removes []step
	for key, w := range want {
		switch h := have[key]; {
		case len(h) == 0:
			adds = append(adds, step{add, key, w})
		case len(h) == 1 && h[0].satisfies(w):
		case len(h) == 1 && !foreign[key] && h[0].replaceable(key, w):
			replaces = append(replaces, step{replace, key, w})
		default:
			for range h {
				adds = append(adds, step{verb: remove, key: key})
			}
			adds = append(adds, step{add, key, w})
		}
	}
	for key, h := range have {
		if _, wanted := want[key]; !wanted {
			for range h {
				removes = append(removes, step{verb: remove, key: key})
			}
		}
	}
	for _, s := range [][]step{adds, replaces, removes} {
		slices.SortStableFunc(s, func(a, b step) int { return cmp.Or(a.rank(want)-b.rank(want), a.key.compare(b.key)) })
	}
	return slices.Concat(adds, replaces, removes)
}

// rank is 1 for a step that ends in a route with a gateway, else 0.
func (s step) rank(want map[routeKey]path) int {
	for _, h := range want[s.key].hops {
		if h.gateway.IsValid() {
			return 1
		}
	}
	return 0
}

// replaceable tells whether the kernel can put w into p's place in one step.
// For IPv6 it does so only among paths with gateways.
func (p path) replaceable(key routeKey, w path) bool {
	return key.prefix.Addr().Is4() || p.throughGateways() && w.throughGateways()
}

// throughGateways tells whether all hops of p have a gateway, and it has one.
func (p path) throughGateways() bool {
	return len(p.hops) > 0 && !slices.ContainsFunc(p.hops, func(h hop) bool { return !h.gateway.IsValid() })
}

// gather groups wanted routes by their keys. Links finds their indexes. What is
// no possible route is left out and told.
func gather(want []Route, links map[string]int) (map[routeKey]path, []error) {
	out := make(map[routeKey]path, len(want))
	var errs []error
	for _, r := range want {
		key, p, err := single(r, links)
		if err == nil {
			err = merge(out, key, p)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("linux: route %v: %w", r, err))
		}
	}
	return out, errs
}

// merge adds a path of one hop to the path that key has already.
func merge(all map[routeKey]path, key routeKey, p path) error {
	old, there := all[key]
	if !there {
		all[key] = p
		return nil
	}
	if old.kind != p.kind || old.source != p.source {
		return errors.New("another wanted route of this prefix and metric has another type or source")
	}
	for _, h := range p.hops {
		at, there := slices.BinarySearchFunc(old.hops, h, hop.compare)
		if !there {
			old.hops = slices.Insert(old.hops, at, h)
		}
	}
	all[key] = old
	return nil
}

// single returns the key and the path of one wanted route.
func single(r Route, links map[string]int) (key routeKey, p path, err error) {
	addr := r.Prefix.Addr()
	if !r.Prefix.IsValid() || addr.Is4In6() || addr.Zone() != "" {
		return key, p, errors.New("not a prefix")
	}
	key = routeKey{prefix: r.Prefix.Masked(), metric: r.Metric}
	if key.metric == 0 && addr.Is6() {
		key.metric = defaultMetric6
	}
	if key.metric < 0 || int64(key.metric) > maxMetric {
		return key, p, errors.New("metric out of range")
	}
	if r.Source.IsValid() && r.Source.BitLen() != addr.BitLen() {
		return key, p, errors.New("source of another address family")
	}
	p.source = r.Source.WithZone("")
	if r.Blackhole || r.Unreachable {
		p.kind = unreachable
		if r.Blackhole {
			p.kind = blackhole
		}
		if r.Gateway.IsValid() || r.Link != "" || r.Blackhole && r.Unreachable {
			return key, p, errors.New("it cannot drop packets and do something else")
		}
		return key, p, nil
	}
	h := hop{gateway: r.Gateway.WithZone("")}
	link := cmp.Or(r.Link, r.Gateway.Zone())
	if link != "" {
		if h.link = links[link]; h.link == 0 {
			return key, p, ErrNoLink
		}
	}
	switch {
	case h.link == 0 && !h.gateway.IsValid():
		return key, p, errors.New("neither a gateway nor a link")
	case h.gateway.Is4In6(), h.gateway.Is4() && addr.Is6():
		return key, p, errors.New("gateway of another address family")
	}
	p.hops = []hop{h}
	return key, p, nil
}
