package engine

import (
	"net/netip"
	"slices"

	"axle/nhrp"
)

// A registrar registers a client with its next hop servers. RFC 2332 §5.2.3.
type registrar struct {
	t    *tunnel
	list []*server // in configured order
}

// configure brings the list to the configuration. Servers that stay keep their
// counters; restart lets all register anew.
func (r *registrar) configure(restart bool) {
	t := r.t
	old := r.list
	r.list = nil
	if t.cfg.NetworkID != 0 {
		for _, cfg := range t.cfg.Servers {
			r.list = append(r.list, r.session(&old, cfg))
		}
	}
	for _, s := range old {
		s.withdraw()
	}
	if !t.running {
		return
	}
	for _, s := range r.list {
		if nbma := t.serverNBMA(s.cfg); nbma != s.nbma {
			s.end(reasonExternal)
			s.active, s.nbma = false, nbma
		} else if restart {
			s.end(reasonExternal)
			s.active = false
		}
	}
	r.choose()
}

// session takes the session with the server cfg out of old, or starts one.
func (r *registrar) session(old *[]*server, cfg ServerConfig) *server {
	for i, s := range *old {
		if s.cfg.Addr == cfg.Addr && s.cfg.NBMA == cfg.NBMA {
			*old = slices.Delete(*old, i, i+1)
			s.cfg = cfg
			return s
		}
	}
	s := &server{t: r.t, cfg: cfg, addr: cfg.Addr, nbma: r.t.serverNBMA(cfg), id: uint32(r.t.e.env.Uint64())}
	s.timer.Fire = s.fire
	s.leave.Fire = s.withdraw
	return s
}

// stop ends all sessions.
func (r *registrar) stop(reason string) {
	for _, s := range r.list {
		s.end(reason)
		s.active = false
	}
}

// anyUp reports whether some server responds.
func (r *registrar) anyUp() bool {
	return slices.ContainsFunc(r.list, func(s *server) bool { return s.up })
}

// best returns the responding server to ask: of those with the best priority
// the first configured. If none responds it is the first that is tried; nil if
// there is none.
func (r *registrar) best() *server {
	var found *server
	for _, s := range r.list {
		if !s.active || !s.nbma.IsValid() {
			continue
		}
		if found == nil || s.up && !found.up || s.up == found.up && s.cfg.Priority < found.cfg.Priority {
			found = s
		}
	}
	return found
}

// trusts reports whether an NBMA address is that of a server in use.
func (r *registrar) trusts(nbma netip.Addr) bool {
	return slices.ContainsFunc(r.list, func(s *server) bool { return s.active && s.nbma == nbma })
}

// reply handles a registration reply. RFC 2332 §5.2.4. It must answer the
// outstanding request of a server, and come from that server.
func (r *registrar) reply(p Packet, m *nhrp.Message) {
	t := r.t
	i := slices.IndexFunc(r.list, func(s *server) bool {
		return s.active && s.pending && s.id == m.RequestID && s.nbma == p.Src
	})
	if i < 0 || m.SrcNBMA != t.cfg.NBMA {
		t.refuse("Registration Reply that answers no request")
		return
	}
	s := r.list[i]
	s.received++
	s.lastReply = t.e.now
	if len(m.Clients) > 0 && m.Clients[0].Code != nhrp.CodeOK {
		code := m.Clients[0].Code
		t.e.log(EventRefused, m.Op, code, int(code))
		if s.up {
			s.fail(reasonProhibited)
		}
		return // the retransmission goes on
	}
	if s.addr != m.DstProto && t.unicast(m.DstProto) && !s.cfg.Addr.IsValid() {
		s.addr = m.DstProto
		t.configureMaps()
	}
	t.learnPublic(m)
	s.answered()
}

// learnPublic remembers under which NBMA address the servers see us, if it is
// not our own: the second entry of the NAT extension has it.
func (t *tunnel) learnPublic(m *nhrp.Message) {
	t.public = netip.Addr{}
	x := m.Extension(nhrp.ExtNAT)
	if x == nil {
		return
	}
	for _, c := range x.Clients {
		if c.Proto == t.addr() && c.NBMA.IsValid() && c.NBMA != t.cfg.NBMA {
			t.public = c.NBMA
		}
	}
}
