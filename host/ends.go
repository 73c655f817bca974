//go:build linux

package host

import (
	"errors"
	"net/netip"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"axle/dataplane"
	"axle/dataplane/port"
	"axle/internal/ip"
)

// Ports of IKE, the second one of ESP in UDP, too.
const (
	portIKE = 500
	portNAT = 4500
)

// ends are the sockets of a tunnel source. Everything is sent by the one of GRE.
type ends struct {
	host  *Host
	raw   *port.Raw // of GRE
	place place
	table atomic.Int32 // of its VRF in the snapshot
	// protected are those of IPsec, where a tunnel is protected.
	protected []socket
}

// A socket receives whole packets.
type socket interface {
	ReadBatch(in []dataplane.Packet) (int, error)
	OnError(f func(port.PathError))
	Close() error
}

// openEnds opens the socket of GRE at a tunnel source.
func (h *Host) openEnds(at place, table int) *ends {
	raw, err := port.OpenRaw(ip.ProtoGRE, at.addr, at.vrf)
	if h.tell("no socket for GRE at "+at.addr.String(), err) {
		return nil
	}
	e := &ends{host: h, raw: raw, place: at}
	e.table.Store(int32(table))
	raw.OnError(e.refused)
	go e.serve(raw.Reader())
	return e
}

// protect opens or closes the sockets of IPsec. Without all of them there are
// none: then no association is made, and nothing leaves.
func (e *ends) protect(wanted bool) {
	h := e.host
	if !wanted {
		e.expose()
		return
	}
	if e.protected != nil {
		return
	}
	esp, err := port.OpenRaw(ip.ProtoESP, e.place.addr, e.place.vrf)
	if h.tell("no socket for ESP at "+e.place.addr.String(), err) {
		return
	}
	e.protected = append(e.protected, esp)
	for _, n := range [...]uint16{portIKE, portNAT} {
		at := netip.AddrPortFrom(e.place.addr, n)
		u, err := port.OpenUDP(at, e.place.vrf)
		if errors.Is(err, unix.EACCES) {
			err = errors.Join(err, errors.New("needs CAP_NET_BIND_SERVICE"))
		}
		if h.tell("no socket for IKE at "+at.String(), err) {
			e.expose()
			return
		}
		e.protected = append(e.protected, u)
	}
	for _, s := range e.protected {
		s.OnError(e.refused)
		go e.serve(s)
	}
}

// expose closes the sockets of IPsec.
func (e *ends) expose() {
	for _, s := range e.protected {
		_ = s.Close()
	}
	e.protected = nil
}

// close closes all sockets.
func (e *ends) close() {
	e.expose()
	_ = e.raw.Close()
}

// serve takes what peers send, until the socket is closed.
func (e *ends) serve(read interface {
	ReadBatch(in []dataplane.Packet) (int, error)
},
) {
	w := newPath(e.host)
	in := buffers(batch)
	for {
		n, err := read.ReadBatch(in)
		if err != nil {
			return
		}
		s := e.host.snap.Load()
		if s == nil {
			continue
		}
		at := s.Owner(int(e.table.Load()), e.place.addr)
		for i := range n {
			in[i].If, in[i].From = at, netip.Addr{}
		}
		w.work.Now = time.Now().UnixNano()
		w.work.Forward(s, in[:n])
		w.send(s)
	}
}

// refused hears what the underlay says of packets that it did not let through.
func (e *ends) refused(x port.PathError) {
	if x.MTU <= 0 {
		return
	}
	select {
	case e.host.inbox <- func() { e.host.router.PathMTU(time.Now(), e.place.vrf, e.place.addr, x.MTU) }:
	default: // the next packet will be refused, too
	}
}
