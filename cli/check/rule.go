package check

// A fileRule looks at a file with its tunnels.
type fileRule struct {
	name, doc string
	judge     func(*File, []*end, *report)
}

// An endRule looks at one tunnel.
type endRule struct {
	name, doc string
	judge     func(*end, *report)
}

// A pairRule looks at a spoke's tunnel and that of its hub.
type pairRule struct {
	name, doc string
	judge     func(pair, *report)
}

// A networkRule looks at all files at once.
type networkRule struct {
	name, doc string
	judge     func(*network, *report)
}

// fileRules are part of One.
var fileRules = []fileRule{
	{"vrf-address", "no vrf forwarding behind ip address takes the address of an interface away", vrfAddress},
	{"tunnel-share", "multipoint tunnels with one source have keys of their own, and shared where they are protected", tunnelShare},
}

// endRules are part of One.
var endRules = []endRule{
	{"nhs-map", nhsMapDoc, nhsMap},
	{"network-id", "a tunnel with NHRP lines has ip nhrp network-id: without one NHRP is off", networkID},
	{"tunnel-source", "the tunnel has a source, and an interface named there exists and has an address", tunnelSource},
	{"tunnel-vrf", "tunnel vrf is the VRF of the tunnel source, and IKE looks there", tunnelVRF},
	{"source-shut", "the interface of the tunnel source is not shut down", sourceShut},
	{"mtu-fit", "ip mtu with GRE and encryption around it fits the MTU below the tunnel", mtuFit},
	{"mss-fit", "ip tcp adjust-mss is at most the ip mtu less 40 bytes", mssFit},
	{"profile", "the profiles, sets, keyrings and proposals that a protected tunnel names exist", profileWhole},
}

// pairRules are part of Network.
var pairRules = []pairRule{
	{"nhs-address", "the address of a next hop server is the tunnel address of the router at that NBMA address", nhsAddress},
	{"nhs-map", nhsMapDoc, nhsMapPair},
	{"hub-shut", "the hub's tunnel is not shut down", hubShut},
	{"hub-mode", "the hub's tunnel is multipoint", hubMode},
	{"tunnel-key", "both ends have the same tunnel key, or none", keyEqual},
	{"authentication", "both ends have the same NHRP authentication string, or none", authEqual},
	{"subnet", "the spoke's tunnel address lies in the hub's subnet, with the same mask", subnet},
	{"shortcut", "where the hub redirects, multipoint spokes act on it", shortcut},
	{"multicast", "where both ends run EIGRP, OSPF or RIP, NHRP carries multicast both ways", multicast},
	{"mtu-equal", "both ends have the same ip mtu", mtuEqual},
	{"mss-equal", "both ends have the same ip tcp adjust-mss where both have one", mssEqual},
	{"protection", "both tunnels are protected, or none", protection},
	{"ike-version", "both ends speak the same version of IKE", ikeVersion},
	{"ike-proposal", "IKE policies or proposals have one in common", ikeProposal},
	{"ike-authentication", "each end accepts the IKE authentication that the other one uses", ikeMethod},
	{"ike-key", "both ends have the same pre-shared key for each other's address", ikeKey},
	{"transform-set", "transform sets have one in common", transforms},
	{"transform-mode", "transform sets have the same mode", transformMode},
	{"pfs", "both ends have the same set pfs; one of the spoke alone is an information", pfsEqual},
}

// networkRules are part of Network.
var networkRules = []networkRule{
	{"nbma", "an NBMA address is some file's tunnel source", nbmaKnown},
	{"same-source", "no two routers have the same public tunnel source", sameSource},
	{"same-address", "no two tunnels of a hub have the same address", sameAddress},
	{"spoke-key", "multipoint spokes that are to talk directly have pre-shared keys for each other", spokeKey},
	{"point-to-point", "no point-to-point spoke is in a phase 2 network; in phase 3 an information", pointToPoint},
	{"phase2-summary", "without ip nhrp redirect no summary hides the next hops of the spokes", phase2Summary},
	{"phase3-override", "no more specific route of a spoke leads to another spoke's LAN by another way or by the hub", phase3Override},
}
