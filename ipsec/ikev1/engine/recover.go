package engine

import (
	"encoding/binary"
	"time"

	"axle/ipsec"
	"axle/ipsec/ikev1"
)

// UnknownSPI says that an ESP packet came whose SPI is not there, from a peer that has
// not heard that we were restarted. Where Recovery is configured the peer is told: under
// an ISAKMP SA, or by a new one, with which comes INITIAL-CONTACT. The packet may be
// forged, so this happens at a limited rate.
func (e *Engine) UnknownSPI(now time.Time, key ipsec.Socket, spi uint32) []ipsec.Action {
	e.begin(now)
	if !e.cfg.Globals.Recovery || e.cfg.Globals.Disabled || !e.serves(key.VRF, key.Local, key.Remote) || !e.strange.take(now, maxReplies) {
		return nil
	}
	if s := e.newest(key, ""); s != nil {
		s.inform(&ikev1.Notify{
			DOI: 1, Protocol: ikev1.ProtocolESP, SPI: binary.BigEndian.AppendUint32(nil, spi), Type: ikev1.NotifyInvalidSPI,
		})
		return e.out
	}
	if e.calls[key] == nil && len(e.calls) < MaxCalls {
		local, remote := ports(key)
		e.beginMain(key, local, remote, "", nil)
	}
	return e.out
}
