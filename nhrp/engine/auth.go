package engine

import (
	"crypto/subtle"

	"axle/nhrp"
)

// authentication returns the extension that carries the tunnel's password.
func (t *tunnel) authentication() nhrp.Extension {
	return nhrp.Authentication(t.cfg.Auth)
}

// authentic checks the authentication of a message. Where a password is
// configured, a message without one fails; more than one is refused always.
//
// RFC 2332 §5.3.4.1: "If the authentication fails, the packet MUST be
// discarded". An error indication, which has no extensions, is exempt: it
// changes nothing.
func (t *tunnel) authentic(m *nhrp.Message) bool {
	var found *nhrp.Extension
	for i := range m.Extensions {
		if x := &m.Extensions[i]; x.Type == nhrp.ExtAuth {
			if found != nil {
				return false
			}
			found = x
		}
	}
	if t.cfg.Auth == "" || m.Op == nhrp.ErrorIndication {
		return true
	}
	return found != nil && subtle.ConstantTimeCompare(found.Value, t.authentication().Value) == 1
}
