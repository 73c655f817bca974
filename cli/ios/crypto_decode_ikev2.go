package ios

import (
	"strconv"
	"strings"
	"time"

	"axle/cli/grammar"
)

// defaultProposal returns the proposal of IOS-XE 17 that is there without being
// configured.
func defaultProposal() IKEv2Proposal {
	return IKEv2Proposal{
		Name: defaultName, Encryption: []string{"aes-cbc-256"}, Integrity: []string{"sha512", "sha384"},
		PRF: []string{"sha512", "sha384"}, Groups: []int{19, 14, 21, 5}, Default: true,
	}
}

func (d *decoder) proposal(s *grammar.Tree) IKEv2Proposal {
	p := IKEv2Proposal{Name: s.Line.Args["name"]}
	if p.Name == defaultName {
		p = defaultProposal()
		p.Default = false
	}
	list := func(c *grammar.Command, into *[]string) {
		if l := d.line(s, c); l != nil {
			*into = strings.Fields(l.Args["algorithms"])
		}
	}
	list(proposalEncryption, &p.Encryption)
	list(proposalIntegrity, &p.Integrity)
	switch {
	case d.line(s, proposalPRF) != nil:
		list(proposalPRF, &p.PRF)
	case d.line(s, proposalIntegrity) != nil:
		p.PRF = p.Integrity
	}
	if len(p.Encryption) > 0 && aead(p.Encryption[0]) {
		p.Integrity = nil
	}
	if l := d.line(s, proposalGroup); l != nil {
		p.Groups = nil
		for w := range strings.FieldsSeq(l.Args["algorithms"]) {
			n, _ := strconv.Atoi(w) // the grammar has checked it
			p.Groups = append(p.Groups, n)
		}
	}
	list(proposalPQC, &p.PQC)
	if n := len(p.PQC); n > 0 && p.PQC[n-1] == "optional" {
		p.PQC, p.PQCOptional = p.PQC[:n-1], true
	}
	return p
}

func (d *decoder) ikev2Policy(s *grammar.Tree) IKEv2Policy {
	p := IKEv2Policy{Name: s.Line.Args["name"]}
	if l := d.line(s, policyFVRF); l != nil {
		p.FVRF = l.Args["name"]
		p.AnyFVRF = p.FVRF == ""
	} else if p.Name == defaultName {
		p.AnyFVRF = true
	}
	for l := range d.lines(s, policyLocal) {
		p.Local = append(p.Local, addr(l, "ip"))
	}
	for l := range d.lines(s, policyProposal) {
		p.Proposals = append(p.Proposals, proposalNames(l)...)
	}
	if len(p.Proposals) == 0 && p.Name == defaultName {
		p.Proposals = []string{defaultName}
	}
	return p
}

func (d *decoder) ikev2Keyring(s *grammar.Tree) IKEv2Keyring {
	k := IKEv2Keyring{Name: s.Line.Args["name"]}
	for x := range s.Lines(ikev2Peer) {
		k.Peers = append(k.Peers, d.ikev2Peer(x))
	}
	return k
}

func (d *decoder) ikev2Peer(s *grammar.Tree) IKEv2Peer {
	p := IKEv2Peer{Name: s.Line.Args["name"], Description: d.text(s, peerText), Host: d.text(s, peerHost)}
	if l := d.line(s, peerAddress); l != nil {
		p.Address = peersOf(l)
	}
	if l := d.line(s, peerIdentity); l != nil {
		p.Identity = identityOf(l, 1)
	}
	if l := d.line(s, peerKey); l != nil {
		p.Local = keyOf(l)
		p.Remote = p.Local
	}
	if l := d.line(s, peerKeyLocal); l != nil {
		p.Local = keyOf(l)
	}
	if l := d.line(s, peerKeyRemote); l != nil {
		p.Remote = keyOf(l)
	}
	return p
}

// identityOf reads an identity whose type is the n-th word of a line.
func identityOf(l *grammar.Line, n int) Identity {
	return Identity{Type: l.Words[n], Value: firstOf(l, "ip", "word"), Domain: len(l.Words) > n+2 && l.Words[n+1] == "domain"}
}

func (d *decoder) ikev2Profile(s *grammar.Tree) IKEv2Profile {
	p := IKEv2Profile{
		Name: s.Line.Args["name"], Description: d.text(s, profileText), Keyring: d.text(s, profileKeyring), IVRF: d.text(s, profileIVRF),
		Lifetime: 24 * time.Hour, LifetimeOfCert: d.line(s, profileLifetimeCert) != nil, ForceEncap: d.line(s, profileEncap) != nil,
		InitialContact: d.line(s, profileContact) != nil, ConfigRequest: d.on(s, profileRequest), Shutdown: d.line(s, profileShutdown) != nil,
	}
	for l := range d.lines(s, profileLocal) {
		p.Local = append(p.Local, firstOf(l, "ip", "interface"))
	}
	if l := d.line(s, profileFVRF); l != nil {
		p.FVRF = l.Args["name"]
		p.AnyFVRF = p.FVRF == ""
	}
	if l := d.line(s, profileLifetime); l != nil {
		p.Lifetime = ofSeconds(l, "lifetime")
	}
	if l := d.line(s, profileDPD); l != nil {
		p.DPD = livenessOf(l)
	}
	if l := d.line(s, profileNAT); l != nil {
		p.NATKeepalive = ofSeconds(l, "nat")
	}
	if l := d.line(s, profileTemplate); l != nil {
		p.VirtualTemplate = number(l, "n")
	}
	for l := range d.lines(s, profileTrust) {
		sign, verify := l.Has("sign"), l.Has("verify")
		p.TrustPoints = append(p.TrustPoints, TrustUse{l.Args["name"], sign || !verify, verify || !sign})
	}
	d.profilePeers(s, &p)
	return p
}

// profilePeers reads how an IKEv2 profile knows its peers and proves itself.
func (d *decoder) profilePeers(s *grammar.Tree, p *IKEv2Profile) {
	for l := range d.lines(s, profileAddress) {
		p.Match = append(p.Match, Identity{Type: "address", Prefix: peersOf(l)})
	}
	for _, c := range []*grammar.Command{profileFQDN, profileEmail, profileKeyID} {
		for l := range d.lines(s, c) {
			p.Match = append(p.Match, identityOf(l, 3))
		}
	}
	if d.line(s, profileAny) != nil {
		p.Match = append(p.Match, Identity{Type: "any"})
	}
	for l := range d.lines(s, profileCertificate) {
		p.Certificates = append(p.Certificates, l.Args["name"])
	}
	if l := d.line(s, profileIdentity); l != nil {
		p.Self = identityOf(l, 2)
	}
	if l := d.line(s, profileLocalAuth); l != nil {
		p.LocalAuth = IKEv2Auth{l.Words[2], keyOf(l)}
	}
	for _, c := range []*grammar.Command{profileRemotePSK, profileRemoteRSA, profileRemoteECDSA, profileRemoteEAP, profileRemoteAnyconnect} {
		if l := d.line(s, c); l != nil {
			p.RemoteAuth = append(p.RemoteAuth, IKEv2Auth{l.Words[2], keyOf(l)})
		}
	}
}

func (d *decoder) authorization(s *grammar.Tree) IKEv2Authorization {
	a := IKEv2Authorization{Name: s.Line.Args["name"], Pool: d.text(s, authorPool), Domain: d.text(s, authorDomain)}
	byDefault := a.Name == defaultName
	a.RouteInterface = d.line(s, authorInterface) != nil || byDefault && d.on(s, authorInterface)
	a.AcceptAny = d.line(s, authorAcceptAny) != nil || byDefault && d.on(s, authorAcceptAny)
	for l := range d.lines(s, authorRoute) {
		a.Routes = append(a.Routes, l.Args["line"])
	}
	for l := range d.lines(s, authorAccept) {
		a.Accept = append(a.Accept, l.Args["line"])
	}
	for l := range d.lines(s, authorDNS) {
		a.DNS = append(a.DNS, l.Args["line"])
	}
	return a
}

func (d *decoder) ikev2Globals(t *grammar.Tree) IKEv2Globals {
	g := IKEv2Globals{FragmentMTU: 576, Window: 5, CookieChallenge: -1, MaxNegotiationIn: 40, MaxNegotiationOut: 400, QueueInit: 5000, HTTPCert: d.on(t, ikev2HTTPCert)}
	if l := d.line(t, ikev2DPD); l != nil {
		g.DPD = livenessOf(l)
	}
	if l := d.line(t, ikev2NAT); l != nil {
		g.NATKeepalive = ofSeconds(l, "nat")
	}
	if l := d.line(t, ikev2Fragmentation); l != nil {
		g.Fragmentation = true
		if l.Args["mtu"] != "" {
			g.FragmentMTU = number(l, "mtu")
		}
	}
	if l := d.line(t, ikev2Window); l != nil {
		g.Window = number(l, "window")
	}
	if l := d.line(t, ikev2Cookie); l != nil {
		g.CookieChallenge = number(l, "watermark")
	}
	if l := d.line(t, ikev2MaxSA); l != nil {
		g.MaxSA = number(l, "limit")
	}
	if l := d.line(t, ikev2Queue); l != nil {
		g.QueueInit = number(l, "queue")
	}
	for l := range d.lines(t, ikev2MaxNegotiation) {
		n := number(l, "limit")
		if !l.Has("outgoing") {
			g.MaxNegotiationIn = n
		}
		if !l.Has("incoming") {
			g.MaxNegotiationOut = n
		}
	}
	return g
}
