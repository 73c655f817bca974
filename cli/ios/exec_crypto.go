package ios

import "axle/cli/grammar"

// cryptoExecTypes are the argument types of the commands below.
var cryptoExecTypes = args{
	"peer":      grammar.Addr{What: "Address of the peer"},
	"local":     grammar.Addr{What: "Local address"},
	"interface": InterfaceType{},
	"name":      grammar.Word{What: "Name"},
	"id":        num(1, 2147483647, "Connection id of SA"),
}

// cryptoExec declares a command of protection that runs at once.
func cryptoExec(syntax, help string) *grammar.Command {
	return &grammar.Command{Syntax: syntax, Help: help, Args: cryptoExecTypes}
}

// The show commands of IKEv2.
var (
	// ShowIKEv2SA shows IKE SAs: with <peer> or from <local>; the keyword detailed.
	ShowIKEv2SA = cryptoExec("show crypto ikev2 sa [* remote <peer> | local <local> | detailed *]", "Shows IKEv2 SA")
	// ShowIKEv2Session shows IKE SAs with their child SAs; the keyword detailed.
	ShowIKEv2Session = cryptoExec("show crypto ikev2 session [detailed]", "Shows ikev2 active session")
	// ShowIKEv2Proposal shows proposals: <name>, or all.
	ShowIKEv2Proposal = cryptoExec("show crypto ikev2 proposal [<name>]", "Show proposals")
	// ShowIKEv2Policy shows policies: <name>, or all.
	ShowIKEv2Policy = cryptoExec("show crypto ikev2 policy [<name>]", "Show policies")
	// ShowIKEv2Profile shows profiles: <name>, or all.
	ShowIKEv2Profile = cryptoExec("show crypto ikev2 profile [<name>]", "Shows crypto ikev2 profiles")
	// ShowIKEv2Stats counts what IKEv2 did.
	ShowIKEv2Stats = cryptoExec("show crypto ikev2 stats", "Shows ikev2 sa stats")
)

// The show commands of IKEv1.
var (
	// ShowIsakmpSA shows ISAKMP SAs; the keywords detail or count.
	ShowIsakmpSA = cryptoExec("show crypto isakmp sa [detail|count]", "Show ISAKMP Security Associations")
	// ShowIsakmpPolicy shows protection suites.
	ShowIsakmpPolicy = cryptoExec("show crypto isakmp policy", "Show ISAKMP protection suite policy")
	// ShowIsakmpPeers shows peers: <peer>, or all.
	ShowIsakmpPeers = cryptoExec("show crypto isakmp peers [<peer>]", "Show ISAKMP peer structures")
	// ShowIsakmpKey lists whom there are keys for.
	ShowIsakmpKey = &grammar.Command{
		Syntax: "show crypto isakmp key", Help: "Show ISAKMP preshared keys",
		Notes: "The keys themselves are not shown, which IOS does: `show running-config` has them.",
	}
	// ShowIsakmpProfile shows ISAKMP profiles.
	ShowIsakmpProfile = cryptoExec("show crypto isakmp profile", "Show ISAKMP profiles")
)

// The show commands of IPsec.
var (
	// ShowIPsecSA shows the protection of peers: of <peer> or on <interface>; the
	// keyword detail.
	ShowIPsecSA = cryptoExec("show crypto ipsec sa [* peer <peer> | interface <interface> | detail *]", "IPSEC SA table")
	// ShowIPsecProfile shows IPsec profiles: <name>, or all.
	ShowIPsecProfile = cryptoExec("show crypto ipsec profile [<name>]", "Show ipsec profile information")
	// ShowTransformSet shows transform sets: <name>, or all.
	ShowTransformSet = cryptoExec("show crypto ipsec transform-set [<name>]", "Crypto transform sets")
	// ShowCryptoSession shows what protects which peer: <peer>, or on <interface>; the
	// keywords detail or brief.
	ShowCryptoSession = cryptoExec("show crypto session [* remote <peer> | local <local> | interface <interface> | {brief|detail} *]", "Status of active crypto sessions")
	// ShowCryptoMap shows the crypto maps of protected tunnels.
	ShowCryptoMap = &grammar.Command{
		Syntax: "show crypto map", Help: "Crypto maps",
		Notes: "Configured crypto maps are stored without effect, and are not shown.",
	}
	// ShowCryptoSockets shows the sockets that tunnels have opened.
	ShowCryptoSockets = cryptoExec("show crypto sockets", "Secure Socket Information")
)

// The commands that end associations.
var (
	// ClearCryptoSession ends all SAs: with <peer>, from <local>, or all.
	ClearCryptoSession = cryptoExec("clear crypto session [remote <peer>]", "clear crypto sessions (tunnels)")
	// ClearCryptoSA ends the SAs of IPsec: with <peer>, or all; with the keyword
	// counters nothing but the counters.
	ClearCryptoSA = cryptoExec("clear crypto sa [peer <peer>|counters]", "Clear all crypto SAs")
	// ClearIKEv2SA ends IKE SAs: with <peer>, from <local>, or all.
	ClearIKEv2SA = cryptoExec("clear crypto ikev2 sa [fast] [* remote <peer> | local <local> *]", "Clear IKEv2 SAs")
	// ClearIKEv2Stats sets the counters of IKEv2 to zero.
	ClearIKEv2Stats = cryptoExec("clear crypto ikev2 stats", "Clear IKEv2 SA stats")
	// ClearIsakmp ends ISAKMP SAs: <id>, or all.
	ClearIsakmp = cryptoExec("clear crypto isakmp [<id>]", "Flush the ISAKMP database")
)

// The commands that turn debug output of protection on and off.
var (
	// DebugIKEv2 is "debug crypto ikev2" with, at most, one of the keywords
	// packet, internal, error.
	DebugIKEv2 = &grammar.Command{
		Syntax: "debug crypto ikev2 [packet|internal|error]", Help: "IKEv2 debugging",
		Notes: "All four turn on the same lines: messages with their payloads, and what came of them. No key is among them.",
	}
	// DebugIsakmp is "debug crypto isakmp", with the keyword error or alone.
	DebugIsakmp = &grammar.Command{Syntax: "debug crypto isakmp [error]", Help: "Crypto ISAKMP debug"}
	// DebugIPsec is "debug crypto ipsec", with one of its keywords or alone.
	DebugIPsec = &grammar.Command{Syntax: "debug crypto ipsec [client|error|message|states]", Help: "IPSEC processing"}
	// DebugSocket is "debug crypto socket".
	DebugSocket = &grammar.Command{Syntax: "debug crypto socket", Help: "Crypto Secure Socket Debug"}

	// UndebugIKEv2 takes DebugIKEv2 back.
	UndebugIKEv2 = undebug(DebugIKEv2)
	// UndebugIsakmp takes DebugIsakmp back.
	UndebugIsakmp = undebug(DebugIsakmp)
	// UndebugIPsec takes DebugIPsec back.
	UndebugIPsec = undebug(DebugIPsec)
	// UndebugSocket takes DebugSocket back.
	UndebugSocket = undebug(DebugSocket)
)

// undebug declares the command that takes back what another one turns on.
func undebug(c *grammar.Command) *grammar.Command {
	return &grammar.Command{Syntax: "un" + c.Syntax, Aliases: []string{"no " + c.Syntax}, Help: c.Help}
}

// cryptoExecUser are the commands of protection that everybody may give.
var cryptoExecUser = []*grammar.Command{
	ShowIKEv2SA, ShowIKEv2Session, ShowIKEv2Proposal, ShowIKEv2Policy, ShowIKEv2Profile, ShowIKEv2Stats,
	ShowIsakmpSA, ShowIsakmpPolicy, ShowIsakmpPeers, ShowIsakmpProfile,
	ShowIPsecSA, ShowIPsecProfile, ShowTransformSet, ShowCryptoSession, ShowCryptoMap, ShowCryptoSockets,
}

// cryptoExecPriv are those of level 15.
var cryptoExecPriv = []*grammar.Command{
	ShowIsakmpKey,
	ClearCryptoSession, ClearCryptoSA, ClearIKEv2SA, ClearIKEv2Stats, ClearIsakmp,
	DebugIKEv2, DebugIsakmp, DebugIPsec, DebugSocket, UndebugIKEv2, UndebugIsakmp, UndebugIPsec, UndebugSocket,
}
