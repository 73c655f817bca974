package engine

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"time"

	"axle/ipsec"
	"axle/ipsec/ikev2"
)

// cookieSize is the length of a cookie in bytes: the generation of its secret and
// what is left of an HMAC.
const cookieSize = 1 + 24

// A cookieJar makes cookies and knows them again, without keeping any. RFC 7296
// §2.6. There are two secrets, so that a cookie is good for a minute at least.
type cookieJar struct {
	secrets    [2][]byte // the newest first
	generation uint8
	since      time.Time
}

// rotate sees to it that the secrets are there and new enough.
func (e *Engine) rotate() {
	j := &e.cookies
	if j.secrets[0] != nil && e.now.Sub(j.since) < cookieRotation {
		return
	}
	if e.now.Sub(j.since) >= 2*cookieRotation {
		j.secrets[0] = nil
	}
	j.secrets[1], j.secrets[0] = j.secrets[0], e.rand.Bytes(sha256.Size)
	j.generation++
	j.since = e.now
}

// cookie computes the cookie for a first request by a secret. RFC 7296 §2.6 has
// nonce, address and SPI in it; the port is there because one NAT box has many
// peers.
func cookie(secret []byte, generation uint8, d *ipsec.Datagram, spi ikev2.SPI, nonce []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write(nonce)
	h.Write(d.Remote.Addr().AsSlice())
	h.Write(binary.BigEndian.AppendUint16(nil, d.Remote.Port()))
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(spi)))
	h.Write([]byte(d.VRF))
	return append([]byte{generation}, h.Sum(nil)[:cookieSize-1]...)
}

// wantCookie reports whether a peer must show that it gets what is sent to it
// before anything is kept for it.
func (e *Engine) wantCookie(d *ipsec.Datagram) bool {
	free := e.cfg.Globals.CookieChallenge
	if free <= 0 {
		free = MaxHalfOpenFree
	}
	return len(e.halfOpen) >= free || e.sources[d.Remote.Addr()] >= MaxHalfOpenPeer
}

// goodCookie reports whether c is a cookie for the first request.
func (e *Engine) goodCookie(d *ipsec.Datagram, spi ikev2.SPI, nonce, c []byte) bool {
	if len(c) != cookieSize {
		return false
	}
	e.rotate()
	for i, secret := range e.cookies.secrets {
		g := e.cookies.generation - uint8(i)
		if secret != nil && c[0] == g && hmac.Equal(c, cookie(secret, g, d, spi, nonce)) {
			return true
		}
	}
	return false
}
