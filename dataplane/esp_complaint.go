package dataplane

import "net/netip"

// Limits of what is said of packets that anybody may send.
const (
	// maxWanted bounds the peers without an association that one call punts.
	maxWanted = 32
	// maxComplaints is how many punts of one reason there are in complaintEvery
	// nanoseconds.
	maxComplaints  = 8
	complaintEvery = 100_000_000
)

// A wanted is a peer that a call found no association for.
type wanted struct {
	out  int
	nbma netip.Addr
	port uint16
}

// A complaint is what was punted of late, so that it is not again at once.
type complaint struct {
	reason PuntReason
	spi    uint32
	from   netip.AddrPort
}

// complain tells the owner of a packet in t that should not have come as it did,
// once for a sender in a while.
func (w *Worker) complain(r PuntReason, f *Interface, t *transit, spi uint32, from netip.AddrPort) {
	if w.Now >= w.complaintsUntil {
		w.complaints, w.complaintsUntil = w.complaints[:0], w.Now+complaintEvery
	}
	c, n := complaint{r, spi, from}, 0
	for _, old := range w.complaints {
		if old == c {
			return
		}
		if old.reason == r {
			n++
		}
	}
	if n >= maxComplaints {
		return
	}
	w.complaints = append(w.complaints, c)
	w.punt(Punt{
		Reason: r, If: f.Index, From: from.Addr(), FromPort: from.Port(), SPI: spi,
		Local: netip.AddrPortFrom(t.dst(), 0), Remote: from,
	})
}
