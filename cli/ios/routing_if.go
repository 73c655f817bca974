package ios

import "axle/cli/grammar"

// eigrpInterfaceCommands are the EIGRP commands of an interface, in the order
// of running-config. Nothing acts on them yet.
var eigrpInterfaceCommands = []*grammar.Command{
	with(list("ip bandwidth-percent eigrp <as> <percent>", "Set EIGRP bandwidth limit", "as"), args{"percent": num(1, 999999, "Maximum bandwidth percentage that EIGRP may use")}),
	list("ip authentication mode eigrp <as> md5", "Keyed message digest", "as"),
	list("ip authentication key-chain eigrp <as> <name>", "key-chain", "as"),
	list("ip hello-interval eigrp <as> <seconds>", "Configures EIGRP-IPv4 hello interval", "as"),
	list("ip hold-time eigrp <as> <seconds>", "Configures EIGRP-IPv4 hold time", "as"),
	list("ip dampening-change eigrp <as> [<line>]", "Percent interface metric must change to cause update", "as"),
	list("ip dampening-interval eigrp <as> [<line>]", "Time in seconds to check interface metrics", "as"),
	negatableList("ip next-hop-self eigrp <as> [no-ecmp-mode]", "Enable EIGRP next-hop-self", "as"),
	negatableList("ip split-horizon eigrp <as>", "Enhanced Interior Gateway Routing Protocol (EIGRP)", "as"),
	onByDefault("ip split-horizon", "Perform split horizon"),
	list("ip rip <line>", "Router Information Protocol"),
}

// ospfInterfaceCommands are the OSPF commands of an interface, in the order of
// running-config. Nothing acts on them yet.
var ospfInterfaceCommands = []*grammar.Command{
	leaf("ip ospf authentication [message-digest|null|key-chain <name>]", "Enable authentication"),
	passwordLine("ip ospf authentication-key", "Authentication password (key)"),
	passwordLine("ip ospf message-digest-key <key-id> md5", "Message digest authentication password (key)", "key-id"),
	leaf("ip ospf network {broadcast|non-broadcast|point-to-multipoint [non-broadcast]|point-to-point}", "Network type"),
	leaf("ip ospf dead-interval <seconds>", "Interval after which a neighbor is declared dead"),
	leaf("ip ospf hello-interval <seconds>", "Time between HELLO packets"),
	with(leaf("ip ospf priority <priority>", "Router priority"), args{"priority": num(0, 255, "Priority")}),
	leaf("ip ospf mtu-ignore", "Ignores the MTU in DBD packets"),
	leaf("ip ospf cost <process>", "Interface cost"),
	leaf("ip ospf bfd [disable]", "Enable/Disable BFD on this interface"),
	leaf("ip ospf demand-circuit [ignore]", "OSPF demand circuit"),
	leaf("ip ospf flood-reduction", "OSPF Flood Reduction"),
	leaf("ip ospf ttl-security <line>", "TTL security check"),
	leaf("ip ospf shutdown", "Shut down OSPF on this interface"),
	leaf("ip ospf retransmit-interval <seconds>", "Time between retransmitting lost link state advertisements"),
	leaf("ip ospf transmit-delay <seconds>", "Link state transmit delay"),
	leaf("ip ospf database-filter all out", "Outgoing LSA"),
	list("ip ospf <process> area <word> [secondaries none]", "Enable OSPF on this interface", "process"),
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
