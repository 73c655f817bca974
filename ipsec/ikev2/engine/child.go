package engine

import (
	"bytes"
	"time"

	"axle/internal/schedule"
	"axle/ipsec"
	"axle/ipsec/esp"
)

// A childState is how far a child SA is.
type childState uint8

// The states. A replaced child was rekeyed, by us or by the peer, and waits to be
// deleted; a deleting one waits for the peer's answer.
const (
	childLive childState = iota
	childReplaced
	childDeleting
	childGone
)

// A child is a pair of ESP SAs that protects a socket.
type child struct {
	id        uint64
	sa        *sa
	sock      *socket
	profile   *ipsec.Profile
	initiator bool   // of the exchange that made it
	in, out   uint32 // SPIs
	suite     espSuite
	tunnel    bool
	state     childState
	installed bool
	sends     bool
	redundant bool // made by a rekey that lost a collision; its initiator deletes it
	lowNonce  []byte
	heir      *child // that replaces it
	rekey     *createTask

	secrets    espSecrets // until it is installed
	since      time.Time
	soft, hard time.Time
	timer      schedule.Timer
	use        ipsec.Use
	used       bool
	lastIn     time.Time
	reported   time.Time
}

// An espSecrets is what the keys of a child are made from.
type espSecrets struct {
	shared []byte   // of its own key exchange; nil: none
	more   [][]byte // of additional ones
	seed   seed
}

// makeChild makes a child by a plan. It is not installed yet.
func (s *sa) makeChild(p *childPlan, x espSecrets, initiator bool) *child {
	e := s.e
	e.childID++
	c := &child{
		id: e.childID, sa: s, sock: e.socketAt(p.socket, p.profile.Name), profile: p.profile, initiator: initiator,
		in: p.in, out: p.choice.spi, suite: p.choice.esp(), tunnel: !p.transport,
		lowNonce: lowest(x.seed.ni, x.seed.nr), secrets: x, since: e.now,
	}
	e.children[c.in], e.byID[c.id] = c, c
	s.children = append(s.children, c)
	return c
}

// lowest returns the lower of two nonces, octet by octet; a prefix is lower.
// RFC 7296 §2.8.1.
func lowest(a, b []byte) []byte {
	if bytes.Compare(a, b) <= 0 {
		return a
	}
	return b
}

// install makes the child receive, and with sends also send.
func (c *child) install(sends bool) {
	s, e := c.sa, c.sa.e
	fromI, fromR := c.suite.childKeys(s.suite.prf, s.keys.d, c.secrets.shared, &c.secrets.seed, c.secrets.more)
	out, in := fromI, fromR
	if !c.initiator {
		out, in = fromR, fromI
	}
	c.secrets = espSecrets{}
	c.installed, c.sends = true, sends
	c.setLife()
	e.do(ipsec.Install{Outbound: sends, Child: ipsec.Child{
		ID: c.id, Socket: c.sock.key, Profile: c.profile.Name,
		In: c.params(c.in, false, in), Out: c.params(c.out, true, out),
		Since: c.since, Soft: c.soft, Hard: c.hard,
	}})
	s.tell("IPSec child SA created: SPI in 0x%08X, out 0x%08X", c.in, c.out)
	c.sock.joined(c)
}

// params returns one direction of the child.
func (c *child) params(spi uint32, outbound bool, k espKey) esp.Params {
	s := c.sa
	from, to := s.path.remote, s.path.local
	if outbound {
		from, to = to, from
	}
	p := esp.Params{
		SPI: spi, Src: from.Addr(), Dst: to.Addr(), Tunnel: c.tunnel,
		Encryption: c.suite.cipher.Encryption, KeyBits: c.suite.cipher.KeyBits, Integrity: c.suite.integrity,
		Key: k.cipher, IntegrityKey: k.auth, ESN: c.suite.esn, Bytes: c.profile.Bytes,
	}
	if s.encapsulates() {
		p.SrcPort, p.DstPort = from.Port(), to.Port()
	}
	if !outbound {
		p.Window = c.profile.Window
	}
	return p
}

// activate makes the child send.
func (c *child) activate() {
	if c.state == childGone || c.sends || c.redundant || !c.installed {
		return
	}
	c.sends = true
	c.sa.e.do(ipsec.Activate{ID: c.id})
	c.sock.joined(c)
}

// remove ends the child without a word to the peer.
func (c *child) remove(reason string) {
	if c.state == childGone {
		return
	}
	e := c.sa.e
	c.state = childGone
	e.schedule.Stop(&c.timer)
	c.sa.drop(c)
	delete(e.children, c.in)
	delete(e.byID, c.id)
	if c.installed {
		e.do(ipsec.Remove{ID: c.id})
	}
	if c.heir != nil {
		c.heir.activate()
	}
	c.sock.left(c, reason)
	if len(c.sa.children) == 0 {
		c.sa.seekTwins()
	}
}

// linger ends the child after packets on their way have come.
func (c *child) linger() {
	if c.heir != nil {
		c.heir.activate()
	}
	c.state = childReplaced
	c.timer.Fire = func() { c.remove("rekeyed") }
	c.sa.e.after(&c.timer, lingerTime)
}

// setLife computes when the child is to be replaced and when it ends. The
// initiator goes first, so that both seldom rekey at once.
func (c *child) setLife() {
	e, life := c.sa.e, c.profile.Lifetime
	if life <= 0 {
		return
	}
	c.hard = c.since.Add(life)
	margin := e.margin(life, c.initiator)
	c.soft = c.hard.Add(-margin)
	c.timer.Fire = c.ages
	e.schedule.Set(&c.timer, c.soft)
}

// margin returns how long before its end an SA is replaced: 5 to 10 % of its life
// for the initiator, and half of that for the responder.
func (e *Engine) margin(life time.Duration, initiator bool) time.Duration {
	m := life/20 + e.rand.Jitter(life/20)
	if !initiator {
		m /= 2
	}
	return m
}

// ages is called when the child is to be replaced, and when it ends.
func (c *child) ages() {
	e := c.sa.e
	if !e.now.Before(c.hard) {
		e.stats.Expired++
		c.sa.tellPeer(c)
		c.remove("lifetime expired")
		return
	}
	e.schedule.Set(&c.timer, c.hard)
	// A child through which nothing went is not replaced: the next packet makes a
	// new one. Nor is one beside which there is a newer one.
	if c.state == childLive && (c.used || c.sock.wanted) && c.sock.newest() == c {
		c.replace()
	}
}

// replace rekeys the child, if that is not under way.
func (c *child) replace() {
	if c.state == childLive && c.rekey == nil && c.sa.alive() {
		c.rekey = &createTask{sock: c.sock, old: c}
		c.sa.asks(c.rekey)
	}
}

// tellPeer sends the peer the deletion of a child that ends, where it may be.
func (s *sa) tellPeer(c *child) {
	if s.alive() && c.state != childDeleting {
		s.asks(&deleteChildTask{in: c.in})
	}
}

// carried takes note of what the child has carried so far.
func (c *child) carried(u ipsec.Use) {
	e := c.sa.e
	if u.InPackets > c.use.InPackets {
		c.sa.traffic, c.lastIn = e.now, e.now
		// The peer sends through it, so it has it: RFC 7296 §2.8.
		if !c.sends && !c.redundant {
			c.activate()
		}
	}
	c.used = c.used || u.InPackets+u.OutPackets > 0
	moved := u.InPackets+u.OutPackets > c.use.InPackets+c.use.OutPackets
	c.use = u
	if moved || c.reported.IsZero() {
		c.reported = e.now
	}
	if n := c.profile.Bytes; n > 0 && c.state == childLive {
		// A tenth is left for the exchange, and a little so that both ends do
		// not begin at once.
		soft := n - n/10
		if c.initiator {
			soft -= n / 50
		}
		if max(u.InBytes, u.OutBytes) >= soft {
			c.replace()
		}
	}
	if idle := c.profile.Idle; idle > 0 && c.state == childLive && c.rekey == nil && e.now.Sub(c.reported) >= idle {
		c.sa.tellPeer(c)
		c.remove("idle")
	}
}
