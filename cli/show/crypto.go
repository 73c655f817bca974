package show

import (
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"axle/ipsec/esp"
	ikev1 "axle/ipsec/ikev1/engine"
	ikev2 "axle/ipsec/ikev2/engine"
	"axle/ipsec/suite"
)

// Crypto is what protects the tunnels of a router. There is no key in it.
type Crypto struct {
	IKEv2    ikev2.Snapshot
	IKEv1    ikev1.Snapshot
	Flows    []Flow // by tunnel, then by peer
	Settings CryptoSettings
}

// A Flow is the protection of GRE between a tunnel and a peer.
type Flow struct {
	Tunnel        string // interface
	Profile       string // of IPsec
	IKEProfile    string // of the key exchange; "": none
	Version       int    // of IKE
	FVRF, IVRF    string // of the underlay and of the tunnel; "": the global one
	Local, Remote netip.Addr
	Port          uint16 // of the peer's IKE
	Status        string // "UP-ACTIVE", "UP-NO-IKE", "DOWN-NEGOTIATING", "DOWN"
	Identity      string // who the peer is; "": not known
	Since         time.Time
	IKE           []IKE         // SAs with the peer
	Pairs         []Association // newest first
	In, Out       esp.Counters  // of all associations since the flow came up
	Underlay      string        // interface that packets to the peer leave by; "": not known
	PathMTU       int           // of the underlay, bytes
	PlainMTU      int           // what fits without protection, IP header included; 0: not known
}

// An IKE is a key exchange's SA as sessions show it.
type IKE struct {
	ID             int
	Local, Remote  netip.AddrPort
	Active         bool
	DPD, NAT, Frag bool
	Left           time.Duration // of its life
}

// An Association is a pair of SAs of IPsec.
type Association struct {
	ID            uint64
	InSPI, OutSPI uint32
	Transform     string // "esp-256-aes esp-sha256-hmac "
	Tunnel, UDP   bool
	ESN           bool
	Initiator     string // "True", "False", "" where it is not known
	Window        int    // of replay detection, packets; 0: none
	IV            int    // bytes
	Group         suite.Group
	Hard          time.Time // end of its life; zero: none
	Bytes         uint64    // that it may carry; 0: no limit
	Sends         bool
	In, Out       esp.Counters
}

// up reports whether packets pass.
func (f *Flow) up() bool { return len(f.Pairs) > 0 }

// pair returns the association that sends; nil where there is none.
func (f *Flow) pair() *Association {
	for i := range f.Pairs {
		if f.Pairs[i].Sends {
			return &f.Pairs[i]
		}
	}
	return nil
}

// TransformWords returns what IOS calls algorithms of ESP in its screens,
// "esp-256-aes esp-sha256-hmac ", with a blank behind each.
func TransformWords(e suite.Encryption, bits int, i suite.Integrity) string {
	var s string
	switch e {
	case suite.EncryptionNull:
		s = "esp-null "
	case suite.EncryptionAESCBC:
		if s = "esp-aes "; bits != 128 {
			s = fmt.Sprintf("esp-%d-aes ", bits)
		}
	case suite.EncryptionAESGCM16, suite.EncryptionNullGMAC:
		if s = "esp-gcm "; e == suite.EncryptionNullGMAC {
			s = "esp-gmac "
		}
		if bits != 128 {
			s += strconv.Itoa(bits) + " "
		}
	default:
		s = "esp-" + e.Name(0) + " "
	}
	switch i {
	case suite.IntegrityNone:
	case suite.IntegritySHA196:
		s += "esp-sha-hmac "
	default:
		s += "esp-" + i.String() + "-hmac "
	}
	return s
}

// cipherName returns the name of a cipher in the screens of IKE, "AES-CBC".
func cipherName(e suite.Encryption) string { return e.Shown(0) }

// hashName returns the name of an integrity algorithm, "None" with combined
// ciphers.
func hashName(i suite.Integrity) string {
	if i == suite.IntegrityNone {
		return "None"
	}
	return i.Shown()
}

// endpoint writes an address with its port, "1.1.1.1/500".
func endpoint(a netip.AddrPort) string { return fmt.Sprintf("%s/%d", address(a.Addr()), a.Port()) }

// left returns what is left of a life that ends at t.
func (v *View) left(t time.Time) time.Duration { return max(0, t.Sub(v.Now)) }

// kilobytes returns how many are left of limit bytes.
func kilobytes(limit, used uint64) uint64 { return (limit - min(limit, used)) >> 10 }

// vrfOr names a VRF, or says that it is the global one.
func vrfOr(name, global string) string {
	if name == "" {
		return global
	}
	return name
}
