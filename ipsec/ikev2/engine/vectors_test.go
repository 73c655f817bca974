package engine

import (
	"bytes"
	"crypto/x509"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"axle/ipsec"
	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

// A recorded exchange between two daemons of strongSwan, with all secrets of one of
// them in the order in which it logged them.
type recorded struct {
	Messages []struct{ From, Hex string }
	A        []struct{ Name, Hex, Note string }
}

// The names under which strongSwan logs what an exchange of keys gave.
var secretNames = map[string]bool{
	"shared Diffie Hellman secret": true, "key exchange secret": true, "additional key exchange secret": true, "DH secret": true,
}

// An observer follows a recorded exchange with the secrets of its key exchanges,
// and computes everything else with the functions of the engine.
type observer struct {
	t       *testing.T
	log     map[string]map[string]bool // by name: values that were logged
	used    map[string]map[string]bool // by name: values that were computed
	secrets [][]byte
	firsts  map[ikev2.SPI][]byte
	sas     map[[2]ikev2.SPI]*observed
	auths   int
	opened  int
}

// An observed is one IKE SA.
type observed struct {
	suite ikeSuite
	keys  keys
	key   [2]*ikev2.Key // of the initiator, of the responder
	seed  seed
	parts [4]*fragments
	asked map[uint64]body
	s     *sa // holds the setup for IntAuth and octets
	later *laterKeys
}

// A laterKeys is a CREATE_CHILD_SA that waits for additional key exchanges.
type laterKeys struct {
	req, resp body
	shared    []byte
	more      [][]byte
}

func watch(t *testing.T, file string) *observer {
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var x recorded
	if err := json.Unmarshal(raw, &x); err != nil {
		t.Fatal(err)
	}
	o := &observer{
		t: t, log: map[string]map[string]bool{}, used: map[string]map[string]bool{},
		firsts: map[ikev2.SPI][]byte{}, sas: map[[2]ikev2.SPI]*observed{},
	}
	for _, e := range x.A {
		if e.Name == "" {
			continue
		}
		b, err := hex.DecodeString(e.Hex)
		if err != nil {
			t.Fatal(err)
		}
		if secretNames[e.Name] && len(b) > 0 {
			o.secrets = append(o.secrets, b)
		}
		if o.log[e.Name] == nil {
			o.log[e.Name], o.used[e.Name] = map[string]bool{}, map[string]bool{}
		}
		o.log[e.Name][string(b)] = true
	}
	var messages [][]byte
	for _, m := range x.Messages {
		b, err := hex.DecodeString(m.Hex)
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, b)
	}
	for _, b := range messages {
		// A scanner, which goes no further than IKE_SA_INIT, is none of the two.
		goesOn := func(x []byte) bool { return bytes.Equal(x[:8], b[:8]) && ikev2.Exchange(x[18]) != ikev2.InitSA }
		if ikev2.Exchange(b[18]) != ikev2.InitSA || slices.ContainsFunc(messages, goesOn) {
			o.message(b)
		}
	}
	return o
}

// found demands that a computed value was logged under a name.
func (o *observer) found(name string, b []byte) {
	o.t.Helper()
	if !o.log[name][string(b)] {
		o.t.Errorf("%s: %x was not logged", name, b)
		return
	}
	o.used[name][string(b)] = true
}

// secret returns what the next exchange of keys gave.
func (o *observer) secret() []byte {
	if len(o.secrets) == 0 {
		o.t.Fatal("no secret is left")
	}
	b := o.secrets[0]
	o.secrets = o.secrets[1:]
	return b
}

func (o *observer) message(raw []byte) {
	m, err := ikev2.Parse(raw)
	if err != nil {
		o.t.Fatal(err)
	}
	if m.Exchange == ikev2.InitSA {
		o.init(raw, m)
		return
	}
	x := o.sas[[2]ikev2.SPI{m.SPIi, m.SPIr}]
	if x == nil {
		o.t.Fatalf("message of an SA that was not seen: %v", m.Header)
	}
	from, slot := 1, 0
	if m.Flags&ikev2.FlagInitiator != 0 {
		from = 0
	}
	if m.Response() {
		slot = 2
	}
	first, plain, err := x.key[from].Open(raw, m)
	if err != nil {
		o.t.Fatalf("%v: %v", m.Header, err)
	}
	o.opened++
	if f, ok := m.Payloads[len(m.Payloads)-1].(*ikev2.Fragment); ok {
		if first, plain, ok = put(&x.parts[slot+from], m.MessageID, f, first, plain); !ok {
			return
		}
	}
	list, err := ikev2.ParsePayloads(first, plain)
	if err != nil {
		o.t.Fatal(err)
	}
	if m.Exchange == ikev2.Intermediate {
		x.s.keys, x.s.suite = x.keys, x.suite
		x.s.saidBy(from == 0, &m.Header, first, plain)
	}
	if !m.Response() {
		x.asked[uint64(from)<<32|uint64(m.MessageID)] = list
		return
	}
	o.pair(x, m, x.asked[uint64(1-from)<<32|uint64(m.MessageID)], list)
}

// init handles IKE_SA_INIT. Of several requests the last one counts.
func (o *observer) init(raw []byte, m *ikev2.Message) {
	if !m.Response() {
		o.firsts[m.SPIi] = raw
		return
	}
	b := body(m.Payloads)
	nonce, ok := find[*ikev2.Nonce](b)
	if !ok {
		return // a cookie, or another group
	}
	req, _ := ikev2.Parse(o.firsts[m.SPIi])
	offer, _ := find[*ikev2.SA](req.Payloads)
	answer, _ := find[*ikev2.SA](b)
	ni, _ := find[*ikev2.Nonce](req.Payloads)
	c, ok := accepted(offer, answer)
	if !ok {
		o.t.Fatal("the answer was not offered")
	}
	x := &observed{suite: c.ike(), seed: seed{ni.Data, nonce.Data, m.SPIi, m.SPIr}, asked: map[uint64]body{}}
	x.s = &sa{setup: &setup{first: o.firsts[m.SPIi], second: raw, seed: x.seed}}
	seed := firstSeed(x.suite.prf, &x.seed, o.secret())
	o.found("SKEYSEED", seed)
	o.use(x, x.suite.derive(seed, &x.seed))
	o.sas[[2]ikev2.SPI{m.SPIi, m.SPIr}] = x
}

// use makes k the keys of an SA, and demands that strongSwan had the same.
func (o *observer) use(x *observed, k keys) {
	for name, b := range map[string][]byte{"d": k.d, "ai": k.ai, "ar": k.ar, "ei": k.ei, "er": k.er, "pi": k.pi, "pr": k.pr} {
		if len(b) > 0 {
			o.found("Sk_"+name+" secret", b)
		}
	}
	i, r, err := x.suite.protection(&k)
	if err != nil {
		o.t.Fatal(err)
	}
	x.keys, x.key = k, [2]*ikev2.Key{i, r}
}

// pair handles a request and its response.
func (o *observer) pair(x *observed, m *ikev2.Message, req, resp body) {
	switch m.Exchange {
	case ikev2.Intermediate:
		seed := nextSeed(x.suite.prf, x.keys.d, &x.seed, o.secret())
		o.found("SKEYSEED", seed)
		o.use(x, x.suite.derive(seed, &x.seed))
	case ikev2.Authenticate:
		o.auth(x, m.MessageID, req, resp)
		o.child(x, req, resp, nil, nil, &x.seed)
	case ikev2.CreateChild:
		l := &laterKeys{req: req, resp: resp}
		if _, ok := find[*ikev2.KE](resp); ok {
			l.shared = o.secret()
		}
		x.later = l
		if resp.notify(ikev2.AdditionalKeyExchange) == nil {
			o.created(x, l)
		}
	case ikev2.FollowupKE:
		x.later.more = append(x.later.more, o.secret())
		if resp.notify(ikev2.AdditionalKeyExchange) == nil {
			o.created(x, x.later)
		}
	}
}

// auth computes AUTH of both sides from the pre-shared key, and demands that it is
// what was sent.
func (o *observer) auth(x *observed, id uint32, req, resp body) {
	x.s.keys, x.s.suite = x.keys, x.suite
	if resp.notify(ikev2.PPKIdentity) != nil {
		for ppk := range o.log["PPK"] {
			x.s.keys.mixPPK(x.suite.prf, []byte(ppk))
		}
		o.found("Sk_d secret", x.s.keys.d)
		x.keys.d = x.s.keys.d
	}
	for i, b := range []body{req, resp} {
		idp, _ := b.id(i == 1)
		auth, ok := find[*ikev2.Auth](b)
		if !ok {
			o.t.Fatal("no AUTH")
		}
		octets := x.s.octets(i == 0, idp.Body(), id)
		if auth.Method != ikev2.AuthPSK {
			o.signature(b, auth, octets)
			continue
		}
		if got := presharedAuth(x.suite.prf, ipsec.Secret("Cisco123"), octets); !bytes.Equal(got, auth.Data) {
			o.t.Errorf("AUTH %d: %x, want %x", i, got, auth.Data)
		}
		o.auths++
	}
}

// signature verifies AUTH with the certificate beside it, and that no change of it
// passes.
func (o *observer) signature(b body, auth *ikev2.Auth, octets []byte) {
	c, ok := find[*ikev2.Cert](b)
	if !ok {
		o.t.Fatal("no certificate")
	}
	x, err := x509.ParseCertificate(c.Data)
	if err != nil {
		o.t.Fatal(err)
	}
	if err := verifyWith(x.PublicKey, auth, octets); err != nil {
		o.t.Errorf("%v: method %d", err, auth.Method)
	}
	for i := range auth.Data {
		bad := ikev2.Auth{Method: auth.Method, Data: bytes.Clone(auth.Data)}
		bad.Data[i] ^= 1
		if verifyWith(x.PublicKey, &bad, octets) == nil {
			o.t.Errorf("byte %d of AUTH changed, and it passes", i)
		}
		if verifyWith(x.PublicKey, &ikev2.Auth{Method: auth.Method, Data: auth.Data[:i]}, octets) == nil {
			o.t.Errorf("%d bytes of AUTH pass", i)
		}
	}
	o.auths++
}

// created handles a CREATE_CHILD_SA with all that follows it.
func (o *observer) created(x *observed, l *laterKeys) {
	ni, ok1 := find[*ikev2.Nonce](l.req)
	nr, ok2 := find[*ikev2.Nonce](l.resp)
	if !ok1 || !ok2 {
		return // refused
	}
	offer, _ := find[*ikev2.SA](l.req)
	answer, _ := find[*ikev2.SA](l.resp)
	sd := seed{ni: ni.Data, nr: nr.Data}
	if offer.Proposals[0].Protocol != ikev2.ProtocolIKE {
		o.child(x, l.req, l.resp, l.shared, l.more, &sd)
		return
	}
	c, ok := accepted(offer, answer)
	if !ok {
		o.t.Fatal("the answer was not offered")
	}
	sd.spii = ikev2.SPI(binary.BigEndian.Uint64(offer.Proposals[0].SPI))
	sd.spir = ikev2.SPI(binary.BigEndian.Uint64(answer.Proposals[0].SPI))
	n := &observed{suite: c.ike(), seed: sd, asked: map[uint64]body{}, s: &sa{}}
	seed := rekeySeed(x.suite.prf, x.keys.d, &sd, l.shared, l.more)
	o.found("SKEYSEED", seed)
	o.use(n, n.suite.derive(seed, &sd))
	o.sas[[2]ikev2.SPI{sd.spii, sd.spir}] = n
}

// child computes the keys of a child.
func (o *observer) child(x *observed, req, resp body, shared []byte, more [][]byte, sd *seed) {
	offer, ok1 := find[*ikev2.SA](req)
	answer, ok2 := find[*ikev2.SA](resp)
	if !ok1 || !ok2 {
		return
	}
	c, ok := accepted(offer, answer)
	if !ok {
		o.t.Fatal("the answer was not offered")
	}
	esp := c.esp()
	i, r := esp.childKeys(x.suite.prf, x.keys.d, shared, sd, more)
	o.found("encryption initiator key", i.cipher)
	o.found("encryption responder key", r.cipher)
	if esp.integrity != suite.IntegrityNone {
		o.found("integrity initiator key", i.auth)
		o.found("integrity responder key", r.auth)
	}
}

// Every key that strongSwan computed in the recorded exchanges is computed here,
// every sealed message opened, every AUTH found right.
func TestVectors(t *testing.T) {
	files, _ := filepath.Glob("../testdata/v2_*.json")
	if len(files) < 17 {
		t.Fatalf("%d files", len(files))
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".json")
		t.Run(name, func(t *testing.T) {
			o := watch(t, f)
			checked := 0
			for name, values := range o.log {
				if name != "SKEYSEED" && !strings.HasPrefix(name, "Sk_") && !strings.HasSuffix(name, "or key") && !strings.HasSuffix(name, "er key") {
					continue
				}
				for v := range values {
					checked++
					// The keys before the PPK and after it have one name.
					if !o.used[name][v] && !(strings.Contains(f, "ppk") && strings.HasPrefix(name, "Sk_p")) {
						t.Errorf("%s: %x was not computed", name, v)
					}
				}
			}
			if checked < 8 || o.opened < 2 || len(o.secrets) > 0 {
				t.Errorf("%d values checked, %d messages opened, %d secrets left", checked, o.opened, len(o.secrets))
			}
			if o.auths != 2 {
				t.Errorf("%d AUTHs were checked", o.auths)
			}
		})
	}
}
