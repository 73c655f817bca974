// Package lab runs networks of routers and hosts in one process, on a
// simulated underlay.
//
// A Lab has one clock and one queue of events; everything in it happens on one
// goroutine, in the order of time. Driven as fast as the processor goes the
// same seed gives the same bytes; driven by the wall clock (Run) it is a
// network that people attach to.
//
// Files, from the ground up: queue.go (events), link.go (links and clouds),
// node.go (routers), host.go (hosts), nat.go (NAT boxes: mapping.go, translate.go,
// natshell.go, natfile.go), topology.go (the YAML file), lab.go (all
// of them together), builtin.go and natnetwork.go (networks that come with the program),
// backend.go (sessions), realtime.go (the wall clock), script.go (scripts with
// expected screens), screen.go (comparing them), attach.go (consoles), socket.go
// (where they come in), desk.go and feed.go (all consoles on one terminal), capture.go (pcap files).
//
// The underlay carries IP packets: there is no Ethernet, no ARP and no neighbour
// discovery. A packet is given to the neighbour that owns the next hop's address.
// NAT boxes know IPv4 only, and of TCP no connections.
package lab
