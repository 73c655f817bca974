package engine

import (
	"fmt"
	"strings"

	"axle/nhrp"
)

// Debug selects what an engine tells in debug actions.
type Debug uint8

// The conditions of "debug nhrp ...".
const (
	DebugProtocol  Debug = 1 << iota // debug nhrp
	DebugPacket                      // debug nhrp packet
	DebugCache                       // debug nhrp cache
	DebugExtension                   // debug nhrp extension
	DebugError                       // debug nhrp error
)

// tell prints a debug line if its condition is on. Secrets are not among the
// arguments.
func (e *Engine) tell(d Debug, format string, args ...any) {
	if e.debug&d != 0 {
		e.do(Tell{d, fmt.Sprintf(format, args...) + "\n"})
	}
}

// tellPacket prints a message if "debug nhrp packet" is on. The dump has no
// secret in it.
func (e *Engine) tellPacket(m *nhrp.Message) {
	if e.debug&DebugPacket != 0 {
		e.do(Tell{DebugPacket, m.Dump()})
	}
}

// tellExtensions lists the extensions of a message if "debug nhrp extension"
// is on, without secrets.
func (e *Engine) tellExtensions(m *nhrp.Message) {
	if e.debug&DebugExtension != 0 {
		e.do(Tell{DebugExtension, m.DumpExtensions()})
	}
}

// tellSend prints what is said before a message is sent. A reply goes to the
// message's source.
func (t *tunnel) tellSend(m *nhrp.Message, size int) {
	src, dst := m.SrcProto, m.DstProto
	switch m.Op {
	case nhrp.RegistrationReply, nhrp.ResolutionReply, nhrp.PurgeReply:
		src, dst = dst, src
	}
	t.e.tell(DebugProtocol, "NHRP: Attempting to send packet through interface %s via DEST  dst %s", t.cfg.Name, dst)
	t.e.tell(DebugProtocol, "NHRP: Send %s via %s vrf: %s, packet size: %d\n      src: %s, dst: %s",
		m.Op, t.cfg.Name, t.vrf(), size, src, dst)
	t.e.tellPacket(m)
}

// short returns the tunnel's name as tables have it: "Tu0".
func (t *tunnel) short() string {
	if n, ok := strings.CutPrefix(t.cfg.Name, "Tunnel"); ok {
		return "Tu" + n
	}
	return t.cfg.Name
}

// vrf names the VRF of the tunnel interface in debug output.
func (t *tunnel) vrf() string {
	if t.cfg.VRF == "" {
		return "global(0x0)"
	}
	return fmt.Sprintf("%s(0x%X)", t.cfg.VRF, t.cfg.VRFID)
}
