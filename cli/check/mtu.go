package check

import "fmt"

// Lengths of headers, bytes.
const (
	ipHeader     = 20
	tcpHeader    = 20
	greHeader    = 4
	greOption    = 4 // the key; the checksum
	espHeader    = 8 // SPI and sequence number
	espTrailer   = 2 // length of padding and next header
	ahHeader     = 12
	etherMTU     = 1500
	smallestIPv4 = 68
)

// outer returns the length on the wire, without NAT traversal, of an IP packet of
// n bytes in the tunnel:
//
//	clear:      IP 20 + GRE 4 [+ key 4] [+ checksum 4] + n
//	transport:  IP 20 + ESP 8 + IV + pad(GRE + n + 2) + ICV
//	tunnel:     IP 20 + ESP 8 + IV + pad(IP 20 + GRE + n + 2) + ICV
//
// pad rounds up to the cipher's block: AES-CBC has IV 16 and blocks of 16, DES and
// 3DES 8 and 8, AES-GCM 8 and 4 with an ICV of 16. The ICV of HMAC is 12 bytes
// for MD5 and SHA-1, 16, 24 and 32 for SHA-256, 384 and 512.
func (e *end) outer(n int, set *transformSet) int {
	n += greHeader
	if e.Tunnel.HasKey {
		n += greOption
	}
	if e.Tunnel.Checksum {
		n += greOption
	}
	if set == nil {
		return ipHeader + n
	}
	if set.mode == "tunnel" {
		n += ipHeader
	}
	s := set.sizes()
	if s.esp {
		n = espHeader + s.iv + (n+espTrailer+s.block-1)/s.block*s.block + s.icv
	}
	if s.ah > 0 {
		n += ahHeader + s.ah
	}
	return ipHeader + n
}

// lowerMTU returns the MTU below the tunnel, 1500 where nothing is configured.
func (e *end) lowerMTU() int {
	switch {
	case e.below != nil && e.below.IPMTU > 0:
		return e.below.IPMTU
	case e.below != nil && e.below.MTU > 0:
		return e.below.MTU
	default:
		return etherMTU
	}
}

// worst returns the transform set of the tunnel that adds most, nil where it is
// clear.
func (e *end) worst() *transformSet {
	if e.crypt == nil {
		return nil
	}
	var worst *transformSet
	for i := range e.crypt.sets {
		s := &e.crypt.sets[i]
		if worst == nil || e.outer(etherMTU, s) > e.outer(etherMTU, worst) {
			worst = s
		}
	}
	return worst
}

// room returns the longest packet that fits the tunnel.
func (e *end) room() int {
	limit, set := e.lowerMTU(), e.worst()
	n := limit
	for n > smallestIPv4 && e.outer(n, set) > limit {
		n--
	}
	return n
}

// mtuFit: what does not fit is fragmented behind the encryption, or lost.
func mtuFit(e *end, r *report) {
	if e.IPMTU == 0 {
		return // follows what lies below
	}
	set := e.worst()
	if n, limit := e.outer(e.IPMTU, set), e.lowerMTU(); n > limit {
		with := "GRE"
		if set != nil {
			with = "GRE and encryption"
		}
		r.fault(e.at("ip mtu"), e.mtuCause(), "a packet of %d bytes is %d with %s, and %d fit: enter \"ip mtu %d\" or less", e.IPMTU, n, with, limit, e.room())
	}
}

// mtuCause returns the line that leaves a packet the least room: that of the MTU
// below the tunnel, of the protection, or of the source.
func (e *end) mtuCause() Place {
	if e.below != nil && e.lowerMTU() != etherMTU {
		for _, words := range []string{"ip mtu", "mtu"} {
			if t := line(e.file.face(e.below.Name), words); t != nil {
				return e.file.place(t)
			}
		}
	}
	if e.crypt != nil {
		return e.at("tunnel protection")
	}
	return e.at("tunnel source")
}

// mssFit: a segment with its headers must fit. RFC 879 §3.
func mssFit(e *end, r *report) {
	mtu, what := e.IPMTU, "ip mtu"
	if mtu == 0 {
		mtu, what = e.room(), "what fits the tunnel,"
	}
	if most := mtu - ipHeader - tcpHeader; e.MSS > most {
		r.fault(e.at("ip tcp adjust-mss"), e.mtuPlace(), "segments of %d bytes are longer than %s %d less 40: enter \"ip tcp adjust-mss %d\" or less", e.MSS, what, mtu, most)
	}
}

// mtuPlace returns where "ip mtu" stands, else the line that limits it.
func (e *end) mtuPlace() Place {
	if e.IPMTU == 0 {
		return e.mtuCause()
	}
	return e.at("ip mtu")
}

// mtuEqual: routing protocols compare it, and a longer packet is lost or
// fragmented one way.
func mtuEqual(p pair, r *report) {
	if s, h := p.spoke.IPMTU, p.hub.IPMTU; s != h {
		r.fault(p.spoke.at("ip mtu"), p.hub.at("ip mtu"), "%s here, %s at the hub: enter the same on both", mtuText(s), mtuText(h))
	}
}

func mtuText(n int) string {
	if n == 0 {
		return "no ip mtu"
	}
	return fmt.Sprintf("ip mtu %d", n)
}

// mssEqual: one side alone adjusts both directions.
func mssEqual(p pair, r *report) {
	if s, h := p.spoke.MSS, p.hub.MSS; s != h && s > 0 && h > 0 {
		r.fault(p.spoke.at("ip tcp adjust-mss"), p.hub.at("ip tcp adjust-mss"), "ip tcp adjust-mss %d here, %d at the hub: enter the same on both", s, h)
	}
}
