package lab

import (
	"context"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"axle/internal/ip"
	"axle/internal/probe"
)

// A sink is an endpoint that keeps what arrives.
type sink struct {
	lab  *Lab
	addr netip.Addr
	got  []arrival
	up   []bool
}

type arrival struct {
	at     time.Duration
	packet []byte
}

func (s *sink) owns(a netip.Addr) bool { return a == s.addr }
func (s *sink) receive(b []byte)       { s.got = append(s.got, arrival{s.lab.now.Sub(epoch), b}) }
func (s *sink) carrier(up bool)        { s.up = append(s.up, up) }

// ids returns the identification of each packet, in the order of arrival.
func (s *sink) ids() (ids []int) {
	for _, a := range s.got {
		ids = append(ids, int(ip.IPv4(a.packet).ID()))
	}
	return ids
}

// wire returns a lab of one link and n sinks, 10.0.0.1 and up.
func wire(t *testing.T, imp Impairment, n int) (*Lab, *link, []*sink) {
	t.Helper()
	l, err := New(&Topology{Links: []LinkConfig{{Name: "wire", Impairment: imp}}}, Options{Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	var sinks []*sink
	for i := range n {
		s := &sink{lab: l, addr: v4(10, 0, 0, byte(i+1))}
		name := string(rune('a' + i))
		l.plug("wire", s, Impairment{}, name+" port", name)
		sinks = append(sinks, s)
	}
	return l, l.links["wire"], sinks
}

func packet(t *testing.T, dst string, id uint16, size int, df bool) []byte {
	t.Helper()
	b, err := ip.AppendUDP(nil, ip.Header{ID: id, DF: df, TTL: 9, Src: v4(10, 0, 0, 1), Dst: netip.MustParseAddr(dst)}, 1, 2, make([]byte, size-28))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// flood sends n packets of 100 bytes, one each millisecond.
func flood(t *testing.T, l *Lab, k *link, n int) {
	t.Helper()
	for i := range n {
		k.transmit(k.ports[0], v4(10, 0, 0, 2), packet(t, "10.0.0.2", uint16(i), 100, false))
		l.RunFor(context.Background(), time.Millisecond)
	}
	l.RunFor(context.Background(), time.Minute)
}

func between(t *testing.T, what string, got, low, high int) {
	t.Helper()
	if got < low || got > high {
		t.Errorf("%s: %d, want %d to %d", what, got, low, high)
	}
}

func TestLinkLoss(t *testing.T) {
	l, k, s := wire(t, Impairment{Loss: 0.2}, 2)
	flood(t, l, k, 5000)
	// 1000 are expected, with a standard deviation of 28.
	between(t, "lost", 5000-len(s[1].got), 860, 1140)
	if int(k.lost) != 5000-len(s[1].got) || k.sent != 5000 {
		t.Errorf("counters: %d lost of %d", k.lost, k.sent)
	}
}

func TestLinkLossAdds(t *testing.T) {
	l, k, s := wire(t, Impairment{}, 2)
	k.ports[0].imp.Loss, k.ports[1].imp.Loss = 0.5, 0.5
	flood(t, l, k, 4000)
	between(t, "arrived", len(s[1].got), 860, 1140) // a quarter
}

func TestLinkDuplicate(t *testing.T) {
	for _, where := range []string{"link", "sender", "receiver"} {
		l, k, s := wire(t, Impairment{}, 2)
		map[string]*Impairment{"link": &k.imp, "sender": &k.ports[0].imp, "receiver": &k.ports[1].imp}[where].Duplicate = 0.3
		flood(t, l, k, 4000)
		between(t, "twice, by "+where, len(s[1].got)-4000, 1055, 1345)
		a := s[1].got
		for i := range a[1:] {
			if ip.IPv4(a[i].packet).ID() == ip.IPv4(a[i+1].packet).ID() && &a[i].packet[0] == &a[i+1].packet[0] {
				t.Fatal("both copies share their bytes")
			}
		}
	}
}

func TestLinkReorder(t *testing.T) {
	for _, where := range []string{"link", "sender", "receiver"} {
		l, k, s := wire(t, Impairment{Delay: 20 * time.Millisecond}, 2)
		map[string]*Impairment{"link": &k.imp, "sender": &k.ports[0].imp, "receiver": &k.ports[1].imp}[where].Reorder = 0.1
		flood(t, l, k, 4000)
		if len(s[1].got) != 4000 {
			t.Fatalf("%d arrived", len(s[1].got))
		}
		overtaken := 0
		highest := -1
		for _, id := range s[1].ids() {
			if id < highest {
				overtaken++
			}
			highest = max(highest, id)
		}
		between(t, "overtaken, by "+where, overtaken, 290, 480)
	}
}

func TestLinkDelayAndJitter(t *testing.T) {
	l, k, s := wire(t, Impairment{Delay: 20 * time.Millisecond, Jitter: 10 * time.Millisecond}, 2)
	flood(t, l, k, 4000)
	if !slices.IsSorted(s[1].ids()) || len(s[1].got) != 4000 {
		t.Error("jitter alone changed the order")
	}
	var early, late, sum time.Duration = time.Hour, 0, 0
	for i, a := range s[1].got {
		d := a.at - time.Duration(i)*time.Millisecond
		early, late = min(early, d), max(late, d)
		sum += d
	}
	if early < 20*time.Millisecond || early > 22*time.Millisecond || late > 30*time.Millisecond || late < 29*time.Millisecond {
		t.Errorf("delays from %v to %v, want nearly 20 to 30 ms", early, late)
	}
	// Without the order the mean is 25 ms; keeping it makes it larger.
	if mean := sum / 4000; mean < 25*time.Millisecond || mean > 29*time.Millisecond {
		t.Errorf("mean delay %v", mean)
	}
}

func TestLinkDelaysAdd(t *testing.T) {
	l, k, s := wire(t, Impairment{Delay: 20 * time.Millisecond}, 2)
	k.ports[0].imp.Delay, k.ports[1].imp.Delay = time.Millisecond, 2*time.Millisecond
	flood(t, l, k, 1)
	if got := s[1].got[0].at; got != 23*time.Millisecond {
		t.Errorf("arrived after %v", got)
	}
}

// 100 bytes at 80 kbit/s take 10 ms, at 1 Mbit/s 0.8 ms; a sender has the lower
// of the link's rate and its own, a receiver queues once more for its own.
func TestLinkRate(t *testing.T) {
	l, k, s := wire(t, Impairment{Rate: 1e6}, 2)
	k.ports[0].imp.Rate = 80000
	for i := range 10 {
		k.transmit(k.ports[0], s[1].addr, packet(t, "10.0.0.2", uint16(i), 100, false))
	}
	k.transmit(k.ports[1], s[0].addr, packet(t, "10.0.0.1", 0, 100, false))
	l.RunFor(context.Background(), time.Second)
	for i, a := range s[1].got {
		if want := time.Duration(i+1) * 10 * time.Millisecond; a.at != want {
			t.Errorf("packet %d arrived after %v, want %v", i, a.at, want)
		}
	}
	if len(s[1].got) != 10 || len(s[0].got) != 1 || s[0].got[0].at != 10800*time.Microsecond {
		t.Errorf("%d there, %d back at %v", len(s[1].got), len(s[0].got), s[0].got[0].at)
	}
}

// A link with a rate keeps a bounded number of bytes, whatever packets they
// are in.
func TestLinkQueueLimit(t *testing.T) {
	l, k, s := wire(t, Impairment{Rate: 8000}, 2)
	const size = 1500
	const room = queueLimit / size
	send := func(size int) {
		k.transmit(k.ports[0], s[1].addr, packet(t, "10.0.0.2", 1, size, false))
	}
	for range room - 1 {
		send(size)
	}
	for range 10 { // small ones have the same room
		send(100)
	}
	if k.lost != 0 {
		t.Errorf("%d lost before the queue was full", k.lost)
	}
	for range room {
		send(size)
	}
	if k.lost != room {
		t.Errorf("%d lost of a full queue, want %d", k.lost, room)
	}
	if err := l.RunFor(context.Background(), 24*time.Hour); err != nil {
		t.Fatal(err)
	}
	if n := len(s[1].got); n != room+9 || k.flying != 0 {
		t.Errorf("%d arrived, %d are on their way", n, k.flying)
	}
	send(100)
	l.RunFor(context.Background(), time.Second)
	if n := len(s[1].got); n != room+10 {
		t.Errorf("%d arrived when it was empty again", n)
	}
}

// A receiver's rate has a queue of its own, in the order of arrival.
func TestLinkReceiverQueue(t *testing.T) {
	l, k, s := wire(t, Impairment{}, 3)
	k.ports[1].imp.Rate = 8000
	k.ports[0].imp.Delay = 50 * time.Millisecond
	for range 2000 {
		k.transmit(k.ports[0], s[1].addr, packet(t, "10.0.0.2", 1, 1500, false))
	}
	k.transmit(k.ports[2], s[1].addr, packet(t, "10.0.0.2", 2, 100, false)) // sent later, there first
	l.RunFor(context.Background(), time.Hour)
	if first := s[1].got[0]; first.at != 100*time.Millisecond {
		t.Errorf("the first arrived after %v", first.at)
	}
	// The small packet takes the place of one large.
	if n := len(s[1].got); n != 1000 || k.lost != 1001 || k.flying != 0 {
		t.Errorf("%d arrived, %d lost, %d on their way", n, k.lost, k.flying)
	}
}

// What goes to a distant receiver does not delay what goes to a near one.
func TestLinkNoHeadOfLine(t *testing.T) {
	l, k, s := wire(t, Impairment{Jitter: time.Millisecond}, 3)
	k.ports[1].imp.Delay = 500 * time.Millisecond
	k.transmit(k.ports[0], s[1].addr, packet(t, "10.0.0.2", 1, 100, false))
	k.transmit(k.ports[0], s[2].addr, packet(t, "10.0.0.3", 1, 100, false))
	l.RunFor(context.Background(), time.Second)
	if at := s[2].got[0].at; at > time.Millisecond {
		t.Errorf("the near one has it after %v", at)
	}
	if at := s[1].got[0].at; at < 500*time.Millisecond {
		t.Errorf("the distant one has it after %v", at)
	}
}

// What a port remembers of receivers is forgotten when it is past.
func TestLinkForgetsReceivers(t *testing.T) {
	from := &port{}
	for i := range 10000 {
		from.inOrder(&port{}, epoch.Add(time.Duration(i)*time.Second), epoch.Add(time.Duration(i)*time.Second))
	}
	if n := len(from.last); n > minPrune {
		t.Errorf("%d receivers are remembered", n)
	}
}

// A routing loop on a link that doubles packets ends in a counter.
func TestLinkFlyingLimit(t *testing.T) {
	topo, err := ReadTopology(fstest.MapFS{
		"lab.yaml": {Data: []byte(`links: {x: {delay: 1ms, duplicate: 50%}, lan: {}}
nodes:
  r1: {config: r1.cfg, ports: {Gi0/0: x, Gi0/1: lan}}
  r2: {config: r2.cfg, ports: {Gi0/0: x}}
hosts:
  h: {link: lan, address: 10.1.0.2/24, gateway: 10.1.0.1}
`)},
		"r1.cfg": {Data: []byte("interface Gi0/0\n ip address 10.0.0.1 255.255.255.0\n no shut\ninterface Gi0/1\n ip address 10.1.0.1 255.255.255.0\n no shut\nip route 0.0.0.0 0.0.0.0 10.0.0.2\n")},
		"r2.cfg": {Data: []byte("interface Gi0/0\n ip address 10.0.0.2 255.255.255.0\n no shut\nip route 0.0.0.0 0.0.0.0 10.0.0.1\n")},
	}, "lab.yaml")
	if err != nil {
		t.Fatal(err)
	}
	l, err := New(topo, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Boot(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	l.RunFor(context.Background(), time.Second)
	onHost(t, l, "h", "ping 8.8.8.8 -c 1")
	k := l.links["x"]
	most := maxFlying + 2*flyingPerPort
	for l.now.Sub(epoch) < 3*time.Second && l.step() {
		if k.flying > most {
			t.Fatalf("%d packets on their way after %v", k.flying, l.now.Sub(epoch))
		}
	}
	if k.crowded == 0 || k.flying != 0 {
		t.Errorf("%d lost of too many, %d on their way", k.crowded, k.flying)
	}
}

func TestLinkMTU(t *testing.T) {
	tests := []struct {
		name                 string
		link, sender, receiv int
		size                 int
		df                   bool
		want                 int // packets that arrive
		tooBig               uint64
	}{
		{"fits", 1500, 0, 0, 1500, true, 1, 0},
		{"no limit", 0, 0, 0, 60000, true, 1, 0},
		{"two fragments", 1400, 0, 0, 1500, false, 2, 0},
		{"the smallest limit counts", 1500, 1400, 576, 1500, false, 3, 0},
		{"DF is lost", 1400, 0, 0, 1500, true, 0, 1},
		{"DF is lost at the receiver", 0, 0, 1400, 1500, true, 0, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, k, s := wire(t, Impairment{MTU: tt.link}, 2)
			k.ports[0].imp.MTU, k.ports[1].imp.MTU = tt.sender, tt.receiv
			in := packet(t, "10.0.0.2", 7, tt.size, tt.df)
			k.transmit(k.ports[0], s[1].addr, in)
			l.RunFor(context.Background(), time.Second)
			if len(s[1].got) != tt.want || k.tooBig != tt.tooBig {
				t.Fatalf("%d packets arrive, %d too big", len(s[1].got), k.tooBig)
			}
			r := ip.NewReassembler(ip.ReassemblyLimits{})
			var whole ip.IPv4
			for _, a := range s[1].got {
				if m := smallest(tt.link, tt.sender, tt.receiv); m > 0 && len(a.packet) > m {
					t.Errorf("a fragment of %d bytes", len(a.packet))
				}
				p, err := ip.ParseIPv4(a.packet)
				if err != nil {
					t.Fatal(err)
				}
				if whole, err = r.Add(0, p); err != nil {
					t.Fatal(err)
				}
			}
			if tt.want > 0 && !slices.Equal(whole, in) {
				t.Error("the whole is not what was sent")
			}
		})
	}
}

// Who gets a packet: the neighbour that owns the next hop, whatever the
// destination; all others for groups; nobody for an address that none owns.
func TestLinkDelivery(t *testing.T) {
	tests := []struct {
		name    string
		next    netip.Addr
		dst     string
		want    []int // packets at each of four ends
		unknown uint64
	}{
		{"next hop", v4(10, 0, 0, 3), "192.0.2.1", []int{0, 0, 1, 0}, 0},
		{"the destination itself", netip.Addr{}, "10.0.0.4", []int{0, 0, 0, 1}, 0},
		{"nobody", v4(10, 0, 0, 9), "192.0.2.1", []int{0, 0, 0, 0}, 1},
		{"not back to the sender", v4(10, 0, 0, 1), "10.0.0.1", []int{0, 0, 0, 0}, 1},
		{"a group", netip.Addr{}, "224.0.0.5", []int{0, 1, 1, 1}, 0},
		{"a group as next hop", v4(224, 0, 0, 10), "224.0.0.10", []int{0, 1, 1, 1}, 0},
		{"all", v4(255, 255, 255, 255), "255.255.255.255", []int{0, 1, 1, 1}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, k, s := wire(t, Impairment{}, 4)
			b := packet(t, tt.dst, 1, 100, false)
			k.transmit(k.ports[0], tt.next, b)
			clear(b) // the caller may use its buffer again
			l.RunFor(context.Background(), time.Second)
			var got []int
			for _, x := range s {
				got = append(got, len(x.got))
				for _, a := range x.got {
					if _, err := ip.ParseIPv4(a.packet); err != nil {
						t.Errorf("the packet was not copied: %v", err)
					}
				}
			}
			if !slices.Equal(got, tt.want) || k.unknown != tt.unknown {
				t.Errorf("arrived %v, %d unknown", got, k.unknown)
			}
		})
	}
	_, k, _ := wire(t, Impairment{}, 2)
	k.transmit(k.ports[0], netip.Addr{}, []byte("no packet"))
	if k.sent+k.unknown != 0 {
		t.Error("what is no packet was sent")
	}
}

// An address can move to another end.
func TestLinkOwnerMoves(t *testing.T) {
	l, k, s := wire(t, Impairment{}, 3)
	send := func() {
		k.transmit(k.ports[0], v4(10, 0, 0, 2), packet(t, "10.0.0.2", 1, 100, false))
		l.RunFor(context.Background(), time.Second)
	}
	send()
	s[1].addr, s[2].addr = s[2].addr, s[1].addr
	send()
	if len(s[1].got) != 1 || len(s[2].got) != 1 {
		t.Errorf("%d and %d packets", len(s[1].got), len(s[2].got))
	}
}

func TestCutAndHeal(t *testing.T) {
	l, k, s := wire(t, Impairment{Delay: time.Second}, 3)
	l.nodes["a"], l.nodes["b"] = &node{}, &node{}
	send := func() { k.transmit(k.ports[0], s[1].addr, packet(t, "10.0.0.2", 1, 100, false)) }
	arrived := func(want int) {
		t.Helper()
		l.RunFor(context.Background(), 2*time.Second)
		if len(s[1].got) != want {
			t.Errorf("%d packets have arrived, want %d", len(s[1].got), want)
		}
	}
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	send()
	arrived(1)
	do(l.Cut("wire"))
	send()
	arrived(1)
	do(l.Heal("wire"))
	send()
	do(l.Cut("wire")) // while it is on its way
	do(l.Cut("b"))
	arrived(1)
	do(l.Heal("wire"))
	send()
	arrived(1) // b is cut still
	do(l.Heal(""))
	send()
	arrived(2)
	if want := []bool{false, true, false, false, false, true}; !slices.Equal(s[1].up, want) {
		t.Errorf("carrier of b: %v, want %v", s[1].up, want)
	}
	if want := []bool{false, true, false, true, true}; !slices.Equal(s[2].up, want) {
		t.Errorf("carrier of c: %v, want %v", s[2].up, want)
	}
	if l.Cut("nothing") == nil || l.Heal("nothing") == nil || l.Cut("") == nil || l.Reboot("nothing") == nil {
		t.Error("a name that nobody has is taken")
	}
}

// The numbers drawn for one link do not depend on the traffic of another.
func TestLinksAreIndependent(t *testing.T) {
	topo := &Topology{Links: []LinkConfig{{Name: "x", Impairment: Impairment{Loss: 0.5}}, {Name: "y", Impairment: Impairment{Loss: 0.5}}}}
	run := func(seed uint64, both bool) []int {
		l, err := New(topo, Options{Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		var out *sink
		for _, name := range []string{"x", "y"} {
			l.plug(name, &sink{lab: l, addr: v4(10, 0, 0, 1)}, Impairment{}, "", "")
			s := &sink{lab: l, addr: v4(10, 0, 0, 2)}
			l.plug(name, s, Impairment{}, "", "")
			if name == "x" {
				out = s
			}
		}
		rnd := rand.New(rand.NewPCG(1, 2))
		for i := range 200 {
			k := l.links["x"]
			k.transmit(k.ports[0], v4(10, 0, 0, 2), packet(t, "10.0.0.2", uint16(i), 100, false))
			if both && rnd.IntN(2) == 0 {
				k = l.links["y"]
				k.transmit(k.ports[0], v4(10, 0, 0, 2), packet(t, "10.0.0.2", uint16(i), 100, false))
			}
		}
		l.RunFor(context.Background(), time.Second)
		return out.ids()
	}
	if !slices.Equal(run(1, false), run(1, true)) {
		t.Error("traffic of y changes what x loses")
	}
	if slices.Equal(run(1, false), run(2, false)) {
		t.Error("the seed changes nothing")
	}
}

func TestReason(t *testing.T) {
	for code, want := range map[uint8]string{
		1: "Destination Host Unreachable", 3: "Destination Port Unreachable", 13: "Packet filtered", 200: "Dest Unreachable, Bad Code: 200",
	} {
		if got := reason(probe.Result{Kind: probe.Unreachable, Code: code}); got != want {
			t.Errorf("code %d: %q, want %q", code, got, want)
		}
	}
}
