package ios

import "axle/cli/grammar"

// The EIGRP and OSPF lines of an interface that their decoders read.
var (
	ifEIGRPBandwidth = with(list("ip bandwidth-percent eigrp <as> <percent>", "Set EIGRP bandwidth limit", "as"), args{"percent": num(1, 999999, "Maximum bandwidth percentage that EIGRP may use")})
	ifEIGRPAuthMode  = list("ip authentication mode eigrp <as> md5", "Keyed message digest", "as")
	ifEIGRPKeyChain  = list("ip authentication key-chain eigrp <as> <name>", "key-chain", "as")
	ifEIGRPHello     = list("ip hello-interval eigrp <as> <seconds>", "Configures EIGRP-IPv4 hello interval", "as")
	ifEIGRPHold      = list("ip hold-time eigrp <as> <seconds>", "Configures EIGRP-IPv4 hold time", "as")
	ifEIGRPNextHop   = negatableList("ip next-hop-self eigrp <as> [no-ecmp-mode]", "Enable EIGRP next-hop-self", "as")
	ifEIGRPSplit     = negatableList("ip split-horizon eigrp <as>", "Enhanced Interior Gateway Routing Protocol (EIGRP)", "as")
	ifEIGRPSummary   = canon(list("ip summary-address eigrp <as> <address> <mask> [<line>]", "Enhanced Interior Gateway Routing Protocol (EIGRP)", "as", "address", "mask"), cutSummary)

	ifOSPFAuth       = leaf("ip ospf authentication [message-digest|null|key-chain <name>]", "Enable authentication")
	ifOSPFKey        = passwordLine("ip ospf authentication-key", "Authentication password (key)")
	ifOSPFDigest     = passwordLine("ip ospf message-digest-key <key-id> md5", "Message digest authentication password (key)", "key-id")
	ifOSPFNetwork    = leaf("ip ospf network {broadcast|non-broadcast|point-to-multipoint [non-broadcast]|point-to-point}", "Network type")
	ifOSPFDead       = leaf("ip ospf dead-interval <seconds>", "Interval after which a neighbor is declared dead")
	ifOSPFHello      = leaf("ip ospf hello-interval <seconds>", "Time between HELLO packets")
	ifOSPFPriority   = with(leaf("ip ospf priority <priority>", "Router priority"), args{"priority": num(0, 255, "Priority")})
	ifOSPFIgnoreMTU  = leaf("ip ospf mtu-ignore", "Ignores the MTU in DBD packets")
	ifOSPFCost       = leaf("ip ospf cost <process>", "Interface cost")
	ifOSPFShutdown   = leaf("ip ospf shutdown", "Shut down OSPF on this interface")
	ifOSPFRetransmit = leaf("ip ospf retransmit-interval <seconds>", "Time between retransmitting lost link state advertisements")
	ifOSPFDelay      = leaf("ip ospf transmit-delay <seconds>", "Link state transmit delay")
	ifOSPFArea       = with(list("ip ospf <process> area <area> [secondaries none]", "Enable OSPF on this interface", "process"), args{"area": areaType{}})
)

// eigrpInterfaceCommands are the EIGRP commands of an interface, in the order
// of running-config. Nothing acts on them yet.
var eigrpInterfaceCommands = []*grammar.Command{
	ifEIGRPBandwidth,
	ifEIGRPAuthMode,
	ifEIGRPKeyChain,
	ifEIGRPHello,
	ifEIGRPHold,
	list("ip dampening-change eigrp <as> [<line>]", "Percent interface metric must change to cause update", "as"),
	list("ip dampening-interval eigrp <as> [<line>]", "Time in seconds to check interface metrics", "as"),
	ifEIGRPNextHop,
	ifEIGRPSplit,
	onByDefault("ip split-horizon", "Perform split horizon"),
	list("ip rip <line>", "Router Information Protocol"),
}

// ospfInterfaceCommands are the OSPF commands of an interface, in the order of
// running-config. Nothing acts on them yet.
var ospfInterfaceCommands = []*grammar.Command{
	ifOSPFAuth,
	ifOSPFKey,
	ifOSPFDigest,
	ifOSPFNetwork,
	ifOSPFDead,
	ifOSPFHello,
	ifOSPFPriority,
	ifOSPFIgnoreMTU,
	ifOSPFCost,
	leaf("ip ospf bfd [disable]", "Enable/Disable BFD on this interface"),
	leaf("ip ospf demand-circuit [ignore]", "OSPF demand circuit"),
	leaf("ip ospf flood-reduction", "OSPF Flood Reduction"),
	leaf("ip ospf ttl-security <line>", "TTL security check"),
	ifOSPFShutdown,
	ifOSPFRetransmit,
	ifOSPFDelay,
	leaf("ip ospf database-filter all out", "Outgoing LSA"),
	ifOSPFArea,
	leaf("ip ospf dead-interval minimal hello-multiplier <n>", "Fast hellos"),
	leaf("ip ospf bfd strict-mode", "Strict mode of BFD"),
	list("ip ospf {adjacency|fast-reroute|lls|multi-area|prefix-suppression|resync-timeout|topology} [<line>]", "OSPF interface commands"),
}

// negatableList declares a stored command that stands many times and is on by
// default.
func negatableList(syntax, help string, key ...string) *grammar.Command {
	c := list(syntax, help, key...)
	c.Negatable = true
	return c
}
