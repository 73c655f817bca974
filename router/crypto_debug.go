package router

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
	"axle/cli/show"
	"axle/dataplane"
	"axle/ipsec"
	"axle/ipsec/esp"
)

// A cryptoDebug is a "debug crypto" command in force: its words.
type cryptoDebug string

// cryptoDebugs are the commands of "debug crypto", in the order of "show debugging",
// with what they are called there.
var cryptoDebugs = []struct {
	words cryptoDebug
	group string
	text  string
}{
	{"isakmp", "Cryptographic Subsystem", "Crypto ISAKMP"},
	{"isakmp error", "Cryptographic Subsystem", "Crypto ISAKMP Error"},
	{"ipsec", "Cryptographic Subsystem", "Crypto IPSEC"},
	{"ipsec client", "Cryptographic Subsystem", "Crypto IPSEC Client"},
	{"ipsec error", "Cryptographic Subsystem", "Crypto IPSEC Error"},
	{"ipsec message", "Cryptographic Subsystem", "Crypto IPSEC Message"},
	{"ipsec states", "Cryptographic Subsystem", "Crypto IPSEC States"},
	{"socket", "Cryptographic Subsystem", "Crypto Secure Socket events"},
	{"ikev2", "IKEV2", "IKEv2 default"},
	{"ikev2 error", "IKEV2", "IKEv2 error"},
	{"ikev2 internal", "IKEV2", "IKEv2 internal"},
	{"ikev2 packet", "IKEV2", "IKEv2 packet"},
}

// setCryptoDebug turns one kind of debug output of protection on or off.
func (r *Router) setCryptoDebug(l *grammar.Line, on bool) string {
	_, words, _ := strings.Cut(strings.Join(l.Words, " "), "crypto ")
	for _, d := range cryptoDebugs {
		if string(d.words) != words {
			continue
		}
		r.debug.crypto = slices.DeleteFunc(slices.Clone(r.debug.crypto), func(w cryptoDebug) bool { return w == d.words })
		word := "off"
		if on {
			r.debug.crypto, word = append(r.debug.crypto, d.words), "on"
		}
		r.debugExchanges()
		return d.text + " debugging is " + word + "\n"
	}
	return ""
}

// debugs reports whether a command of "debug crypto", or one that is more precise, is
// in force.
func (d *debugFlags) debugs(word string) bool {
	return slices.ContainsFunc(d.crypto, func(w cryptoDebug) bool {
		return string(w) == word || strings.HasPrefix(string(w), word+" ")
	})
}

// debugExchanges selects whether the key exchanges tell.
func (r *Router) debugExchanges() {
	r.crypto.v2.SetDebug(r.debug.debugs("ikev2"))
	r.crypto.v1.SetDebug(r.debug.debugs("isakmp"))
}

// showCrypto lists what of protection is on, as "show debugging" does.
func (d *debugFlags) showCrypto() string {
	var b strings.Builder
	group := ""
	for _, x := range cryptoDebugs {
		if !slices.Contains(d.crypto, x.words) {
			continue
		}
		if x.group != group {
			group = x.group
			fmt.Fprintf(&b, "\n\n%s:\n", group)
		}
		b.WriteString("  " + x.text + " debugging is on\n")
	}
	return b.String()
}

// cryptoDebugActs are the acts of "debug crypto" and what takes it back.
var cryptoDebugActs = func() map[*grammar.Command]act {
	acts := map[*grammar.Command]act{}
	for _, c := range []*grammar.Command{ios.DebugIKEv2, ios.DebugIsakmp, ios.DebugIPsec, ios.DebugSocket} {
		acts[c] = func(r *Router, _ shell.Who, l *grammar.Line) string { return r.setCryptoDebug(l, !l.No) }
	}
	for _, c := range []*grammar.Command{ios.UndebugIKEv2, ios.UndebugIsakmp, ios.UndebugIPsec, ios.UndebugSocket} {
		acts[c] = func(r *Router, _ shell.Who, l *grammar.Line) string { return r.setCryptoDebug(l, false) }
	}
	return acts
}()

// tellInstalled prints the associations of a child that is taken into force, if
// "debug crypto ipsec" is on. There is no key in it.
func (r *Router) tellInstalled(p *dataplane.SAPair, c *ipsec.Child) {
	if !r.debug.debugs("ipsec") {
		return
	}
	life := "(0/0)"
	if !c.Hard.IsZero() {
		life = fmt.Sprintf("(%d/%d)", p.Out.Params().Bytes>>10, int64(c.Hard.Sub(r.now).Seconds()))
	}
	for i, q := range [...]esp.Params{p.In.Params(), p.Out.Params()} {
		dest := p.Local
		if i == 1 {
			dest = p.Remote
		}
		r.tell(fmt.Sprintf("IPSEC(create_sa): sa created,\n  (sa) sa_dest= %v, sa_proto= 50, \n    sa_spi= 0x%X(%d), \n    sa_trans= %s, sa_conn_id= %d\n    sa_lifetime(k/sec)= %s\n",
			dest, q.SPI, q.SPI, show.TransformWords(q.Encryption, q.KeyBits, q.Integrity), 2*c.ID+uint64(i)+1, life))
	}
}

// tellRemoved prints the associations of a pair that is no more.
func (r *Router) tellRemoved(p *dataplane.SAPair) {
	if !r.debug.debugs("ipsec") {
		return
	}
	for i, q := range [...]esp.Params{p.In.Params(), p.Out.Params()} {
		dest := p.Local
		if i == 1 {
			dest = p.Remote
		}
		r.tell(fmt.Sprintf("IPSEC(delete_sa): deleting SA,\n  (sa) sa_dest= %v, sa_proto= 50, \n    sa_spi= 0x%X(%d), \n    sa_trans= %s\n",
			dest, q.SPI, q.SPI, show.TransformWords(q.Encryption, q.KeyBits, q.Integrity)))
	}
}

// tellSS prints what became of a socket, if "debug crypto socket" is on.
func (r *Router) tellSS(s ipsec.Socket, what string) {
	if r.debug.debugs("socket") {
		host := func(a netip.Addr) string { return fmt.Sprintf("%v %v/%d/0", a, a, a.BitLen()) }
		r.tell(fmt.Sprintf("CRYPTO_SS(TUNNEL SEC): %s, socket info: local %s, remote %s, prot 47\n", what, host(s.Local), host(s.Remote)))
	}
}
