//go:build linux

package host

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"axle/dataplane"
	"axle/dataplane/port"
	"axle/internal/ip"
)

// Sizes of batches.
const (
	batch      = 128
	bufferSize = dataplane.Headroom + 65536/24 // a cut segment of any MTU in use, with room
	largest    = 9216                          // bytes of a packet from the underlay
)

// buffers returns packets to read into.
func buffers(n int) []dataplane.Packet {
	in := make([]dataplane.Packet, n)
	for i := range in {
		in[i].Buf = make([]byte, max(bufferSize, dataplane.Headroom+largest+dataplane.Tailroom))
	}
	return in
}

// A tunnel is the device of a tunnel interface.
type tunnel struct {
	host  *Host
	dev   *port.TUN
	index atomic.Int64 // of the interface in the snapshot
}

// serve sends what the stack gives the device into the tunnel, until it is
// closed.
func (t *tunnel) serve() {
	w := newPath(t.host)
	read := t.dev.Reader()
	in := buffers(batch)
	for {
		n, err := read.ReadBatch(in)
		if err != nil {
			return
		}
		s := t.host.snap.Load()
		if s == nil {
			continue
		}
		for i := range n {
			in[i].If = int(t.index.Load())
		}
		w.work.Now = time.Now().UnixNano()
		w.work.FromStack(s, in[:n])
		w.send(s)
	}
}

// A place is a tunnel source: an address in a VRF.
type place struct {
	vrf  string // "" for the global table
	addr netip.Addr
}

// A source is a place as a packet has it.
type source struct {
	table int32 // the number of the VRF in the snapshot
	addr  netip.Addr
}

// A path is what one goroutine needs to forward: a worker, and writers of its
// own.
type path struct {
	host *Host
	work *dataplane.Worker
	out  []dataplane.Packet

	// Writers for the sockets and devices that were there last.
	sockets *map[source]*port.Raw
	devices *map[int]*tunnel
	raws    map[*port.Raw]*port.Writer
	tuns    map[*port.TUN]*port.TUNWriter
}

func newPath(h *Host) *path {
	return &path{host: h, work: dataplane.NewWorker(), raws: map[*port.Raw]*port.Writer{}, tuns: map[*port.TUN]*port.TUNWriter{}}
}

// send hands on what the worker put out: packets of tunnels to the underlay,
// those for the machine to the device of the tunnel that they came by, and what
// the owner must see to it.
func (p *path) send(s *dataplane.Snapshot) {
	p.renew()
	devices := *p.devices
	out := p.work.Out
	for len(out) > 0 {
		n := 1
		for n < len(out) && out[n].Outer == out[0].Outer && out[n].In == out[0].In && sameSource(&out[n], &out[0]) {
			n++
		}
		switch group := out[:n]; {
		case group[0].Outer || group[0].In < 0:
			p.toUnderlay(group)
		default:
			p.toStack(devices[group[0].In], group)
		}
		out = out[n:]
	}
	p.hand(s, devices)
	if len(p.work.Captured) > 0 {
		p.copies()
	}
}

// copies gives the owner the packets that were captured. Those that it cannot
// take now are counted where they were captured.
func (p *path) copies() {
	n := 0
	for i := range p.work.Captured {
		n += len(p.work.Captured[i].Data)
	}
	all := make([]byte, 0, n)
	captured := slices.Clone(p.work.Captured)
	for i := range captured {
		c := &captured[i]
		at := len(all)
		all = append(all, c.Data...)
		c.Data = all[at:]
	}
	select {
	case p.host.copies <- captured:
	default:
		for i := range captured {
			captured[i].Point.Missed.Add(1)
		}
	}
}

// renew forgets the writers of sockets and devices that may be gone.
func (p *path) renew() {
	sockets, devices := p.host.sockets.Load(), p.host.devices.Load()
	if sockets == p.sockets && devices == p.devices {
		return
	}
	p.sockets, p.devices = sockets, devices
	clear(p.raws)
	clear(p.tuns)
}

// sameSource reports whether two packets come from one address of one VRF.
func sameSource(a, b *dataplane.Packet) bool {
	if !a.Outer {
		return true
	}
	x, _ := sourceOf(a.Data())
	y, _ := sourceOf(b.Data())
	return x == y && a.VRF == b.VRF
}

// sourceOf returns the source address of an IP packet.
func sourceOf(b []byte) (netip.Addr, bool) {
	switch {
	case len(b) >= ip.HeaderLen && b[0]>>4 == 4:
		return netip.AddrFrom4([4]byte(b[12:16])), true
	case len(b) >= ip.IPv6HeaderLen && b[0]>>4 == 6:
		return netip.AddrFrom16([16]byte(b[8:24])), true
	}
	return netip.Addr{}, false
}

// verified makes the checksum of an ICMPv6 message fit the header that was made for it:
// the kernel has verified it against the one that came.
func verified(b []byte) {
	p, err := ip.ParseIPv6(b)
	if err != nil || p.NextHeader() != ip.ProtoICMPv6 || len(p.Payload()) < ip.ICMPHeaderLen {
		return
	}
	m := p.Payload()
	m[2], m[3] = 0, 0
	binary.BigEndian.PutUint16(m[2:], ip.TransportChecksum6(p, ip.ProtoICMPv6, m))
}

// toUnderlay sends packets whose outer header the stack routes.
func (p *path) toUnderlay(group []dataplane.Packet) {
	src, _ := sourceOf(group[0].Data())
	raw := (*p.sockets)[source{group[0].VRF, src}]
	if raw == nil && group[0].VRF == 0 {
		raw = p.host.icmpOf(src) // the router's own, from an address without a tunnel
	}
	if raw == nil {
		return
	}
	w := p.raws[raw]
	if w == nil {
		w = raw.Writer()
		p.raws[raw] = w
	}
	_, _ = w.WriteBatch(group) // counted by the socket
}

// toStack gives packets to the machine's stack by a tunnel's device.
func (p *path) toStack(t *tunnel, group []dataplane.Packet) {
	if t == nil {
		return
	}
	w := p.tuns[t.dev]
	if w == nil {
		w = t.dev.Writer()
		p.tuns[t.dev] = w
	}
	_, _ = w.WriteBatch(group) // counted by the device
}

// hand gives the owner its punts, and the stack what is for the machine itself,
// runs of packets for one device at once. What the owner cannot take now is lost.
func (p *path) hand(s *dataplane.Snapshot, devices map[int]*tunnel) {
	var punts []dataplane.Punt
	run := -1 // the interface of the packets in p.out
	flush := func() {
		if len(p.out) > 0 {
			p.toStack(devices[run], p.out)
			p.out = p.out[:0]
		}
	}
	for _, q := range p.work.Punts {
		if q.Reason != dataplane.PuntLocal {
			q.Data = slices.Clone(q.Data)
			punts = append(punts, q)
			continue
		}
		if q.If != run {
			flush()
			run = q.If
		}
		p.out = append(p.out, dataplane.Packet{Buf: q.Data, Len: len(q.Data), If: q.If})
	}
	flush()
	if len(punts) == 0 {
		return
	}
	select {
	case p.host.punts <- punts:
	default:
		p.host.lost.Add(uint64(len(punts)))
	}
}
