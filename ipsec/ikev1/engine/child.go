package engine

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"time"

	"axle/internal/schedule"
	"axle/ipsec"
	"axle/ipsec/esp"
	"axle/ipsec/ikev1"
	"axle/ipsec/suite"
)

// A child is a pair of SAs that a quick mode made.
type child struct {
	e         *Engine
	id        uint64
	socket    *socket
	identity  string       // of the peer
	maker     ikev1.Cookie // ours, of the ISAKMP SA that made it
	remote    netip.AddrPort
	initiator bool
	active    bool     // it sends
	replaced  bool     // by a newer one; it only receives a while longer
	replaces  []*child // those that sent when its quick mode began

	in, out           esp.Params
	encap             ikev1.Encapsulation
	group             suite.Group // of perfect forward secrecy
	localID, remoteID *ikev1.ID

	since      time.Time
	life       time.Duration
	bytes      uint64 // that each SA may carry; 0: no limit
	softBytes  uint64
	idleLimit  time.Duration
	use        ipsec.Use
	lastIn     time.Time
	soft, hard schedule.Timer
	idle       schedule.Timer
}

// An agreement is what a quick mode has agreed on.
type agreement struct {
	Phase2        ikev1.Phase2 // with the lifetimes that count
	inSPI, outSPI uint32
	secret        []byte // of perfect forward secrecy
	local, peer   *ikev1.ID
	ni, nr        []byte
	window        int
	idle          time.Duration
}

// newChild makes a child of what a quick mode agreed on.
func (s *sa) newChild(x *socket, a *agreement, initiator bool, replaces []*child) *child {
	e := s.e
	e.childID++
	c := &child{
		e: e, id: e.childID, socket: x, identity: s.name, maker: s.ours(), remote: s.remote, initiator: initiator,
		replaces: replaces, encap: a.Phase2.Encapsulation, group: a.Phase2.Group, localID: a.local, remoteID: a.peer,
		since: e.now, lastIn: e.now, life: a.Phase2.Lifetime, bytes: a.Phase2.Bytes, idleLimit: a.idle,
	}
	c.in = s.params(a, a.inSPI)
	c.in.Src, c.in.Dst, c.in.Window = s.remote.Addr(), s.local.Addr(), a.window
	c.out = s.params(a, a.outSPI)
	c.out.Src, c.out.Dst = s.local.Addr(), s.remote.Addr()
	if c.encap.UDP() {
		c.in.SrcPort, c.in.DstPort = s.remote.Port(), s.local.Port()
		c.out.SrcPort, c.out.DstPort = s.local.Port(), s.remote.Port()
	}
	clear(a.secret)
	return c
}

// params computes one SA. RFC 2409 §5.5.
func (s *sa) params(a *agreement, spi uint32) esp.Params {
	p := &a.Phase2
	n, m := p.Encryption.KeyLen(p.KeyBits), p.Integrity.KeyLen()
	key := s.keys.keymat(a.secret, ikev1.ProtocolESP, binary.BigEndian.AppendUint32(nil, spi), a.ni, a.nr, n+m)
	return esp.Params{
		SPI: spi, Tunnel: p.Encapsulation.Tunnel(), Encryption: p.Encryption, KeyBits: p.KeyBits, Integrity: p.Integrity,
		Key: key[:n:n], IntegrityKey: key[n:], ESN: p.ESN, Bytes: p.Bytes,
	}
}

// install hands the child to the owner; it sends if outbound.
func (c *child) install(outbound bool) {
	e, x := c.e, c.socket
	if len(x.children) >= MaxChildren {
		x.children[0].remove("too many", true)
	}
	e.children[c.in.SPI], e.byID[c.id] = c, c
	x.children = append(x.children, c)
	lead := rekeyLead
	if c.initiator { // who made it replaces it first
		lead += c.life/20 + e.rand.Jitter(c.life/20)
	}
	if lead > c.life/2 {
		lead = c.life / 8
		if c.initiator {
			lead += c.life/8 + e.rand.Jitter(c.life/8)
		}
	}
	c.softBytes = c.bytes - c.bytes/20
	if c.initiator && c.bytes > 0 {
		c.softBytes -= c.bytes/20 + uint64(e.rand.Jitter(time.Duration(min(c.bytes/20, 1<<60))))
	}
	c.soft.Fire = c.stale
	c.hard.Fire = func() { c.remove("lifetime expired", true) }
	c.idle.Fire = c.lookIdle
	e.after(&c.soft, c.life-lead)
	e.after(&c.hard, c.life)
	if c.idleLimit > 0 {
		e.after(&c.idle, c.idleLimit)
	}
	e.stats.Children++
	e.do(ipsec.Install{
		Child: ipsec.Child{
			ID: c.id, Socket: x.key, Profile: x.profile, In: c.in, Out: c.out, Since: c.since,
			Soft: c.soft.At(), Hard: c.hard.At(),
		},
		Outbound: outbound,
	})
	if outbound {
		c.begin()
	}
}

// activate lets a child send that only received so far.
func (c *child) activate() {
	if c.active || c.e.byID[c.id] != c {
		return
	}
	c.e.do(ipsec.Activate{ID: c.id})
	c.begin()
}

// begin is called when the child sends: those that it replaces go soon. Only those
// that sent when its quick mode began are among them: of two quick modes that cross
// each other neither replaces the other's child, or both ends might remove both.
func (c *child) begin() {
	c.active = true
	for _, old := range c.replaces {
		if c.e.byID[old.id] == old && !old.replaced {
			old.replaced = true
			old.hard.Fire = func() { old.remove("replaced", true) }
			c.e.schedule.Stop(&old.soft)
			if old.hard.At().Sub(c.e.now) > graceTime {
				c.e.after(&old.hard, graceTime)
			}
		}
		if c.socket.stale == old {
			c.socket.stale = nil
		}
	}
	c.replaces = nil
	c.socket.succeed(c)
}

// stale is called when the child is to be replaced. One that nobody wants and that
// has carried nothing is left to its end.
func (c *child) stale() {
	x := c.socket
	if c.replaced || x.stale == c || x.active() != c || !x.wanted && c.use.InPackets+c.use.OutPackets == 0 {
		return
	}
	x.stale = c
	x.connect()
}

// lookIdle removes a child that carries nothing.
func (c *child) lookIdle() {
	last := c.since
	if c.use.Last.After(last) {
		last = c.use.Last
	}
	if rest := c.idleLimit - c.e.now.Sub(last); rest > 0 {
		c.e.after(&c.idle, rest)
		return
	}
	c.remove("idle", true)
}

// carried takes note of what the child has carried.
func (c *child) carried(u ipsec.Use) {
	in, out := u.InPackets > c.use.InPackets, u.OutPackets > c.use.OutPackets
	c.use = u
	if in {
		c.lastIn = c.e.now
		c.activate() // the peer sends, so it has our answer
	}
	if c.bytes > 0 && max(u.InBytes, u.OutBytes) >= c.bytes {
		c.remove("volume used up", true)
		return
	}
	if c.bytes > 0 && max(u.InBytes, u.OutBytes) >= c.softBytes {
		c.stale()
	}
	if s := c.e.newest(c.socket.key, ""); s != nil {
		if in {
			s.lastHeard = c.e.now
		} else if out {
			s.unanswered(c)
		}
	}
}

// remove ends the child, and tells the peer where it may.
func (c *child) remove(reason string, tell bool) {
	e, x := c.e, c.socket
	if e.byID[c.id] != c {
		return
	}
	if s := e.newest(x.key, ""); tell && s != nil {
		spi := binary.BigEndian.AppendUint32(nil, c.in.SPI)
		s.inform(&ikev1.Delete{DOI: 1, Protocol: ikev1.ProtocolESP, SPIs: [][]byte{spi}})
	}
	for _, t := range []*schedule.Timer{&c.soft, &c.hard, &c.idle} {
		e.schedule.Stop(t)
	}
	delete(e.children, c.in.SPI)
	delete(e.byID, c.id)
	x.children = slices.DeleteFunc(x.children, func(o *child) bool { return o == c })
	e.do(ipsec.Remove{ID: c.id})
	x.lost(c, reason)
}

// peer returns who the other end is.
func (c *child) peer() ipsec.Peer {
	return ipsec.Peer{Identity: c.identity, Remote: c.remote, Claimed: c.claimed()}
}

// removeAll removes the children of one address, or of all.
func (e *Engine) removeAll(remote *netip.Addr, reason string) {
	var list []*child
	for _, c := range e.byID {
		if remote == nil || c.socket.key.Remote == *remote {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b *child) int { return int(int64(a.id) - int64(b.id)) })
	for _, c := range list {
		c.remove(reason, true)
	}
}
