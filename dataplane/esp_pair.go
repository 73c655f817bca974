package dataplane

import (
	"net/netip"

	"axle/ipsec/esp"
)

// An SAPair protects GRE between two NBMA addresses: a security association for
// each direction. It is immutable but for what the associations themselves keep.
type SAPair struct {
	ID  uint64 // the owner's name for it; no other pair has it
	VRF int    // number of the table of the outer packets
	// Local and Remote are the addresses of the GRE packets that were agreed on,
	// whatever a NAT box makes of them.
	Local, Remote netip.Addr
	// Peer is where ESP packets go: to Remote, or to the NAT box in front of it.
	// Its port is 0 where they do not go in UDP.
	Peer netip.AddrPort
	Port uint16 // the router's own, of UDP
	In   *esp.Inbound
	Out  *esp.Outbound

	spi    uint32     // of In
	here   netip.Addr // where packets of In come to
	tunnel bool       // tunnel mode
}

// NewSAPair makes the associations for GRE between local and remote. It copies
// what it needs of the keys.
func NewSAPair(id uint64, local, remote netip.Addr, in, out esp.Params) (*SAPair, error) {
	p := &SAPair{
		ID: id, Local: local.Unmap(), Remote: remote.Unmap(),
		Peer: netip.AddrPortFrom(out.Dst.Unmap(), out.DstPort), Port: out.SrcPort,
		spi: in.SPI, here: in.Dst.Unmap(), tunnel: in.Tunnel,
	}
	var err error
	if p.In, err = esp.NewInbound(in); err != nil {
		return nil, err
	}
	if p.Out, err = esp.NewOutbound(out); err != nil {
		return nil, err
	}
	return p, nil
}

// moved returns the pair with another address of the peer.
func (p *SAPair) moved(peer netip.AddrPort) *SAPair {
	c := *p
	c.Peer = netip.AddrPortFrom(peer.Addr().Unmap(), peer.Port())
	return &c
}

// Close ends both associations and forgets their keys. Workers that still have the
// pair drop what they would send or receive with it.
func (p *SAPair) Close() {
	p.In.Close()
	p.Out.Close()
}
