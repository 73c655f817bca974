// Package linux is the network configuration of a Linux machine, as far as a
// router needs it: links and their counters, addresses, the routes of the main
// table, settings under /proc/sys, and the capabilities of the process. It
// speaks netlink and knows nothing of DMVPN, nor of packets.
//
// What the router puts into the kernel is marked with a number, 161 by default:
// routes carry it as their protocol and, from Linux 5.18 on, addresses too. So
// that which a crashed process left behind is found and removed by Clean.
//
// A Kernel belongs to one goroutine; only the channel of Changes is for others.
// It keeps no copy of the kernel's tables: every call reads what it needs, so
// that a call repeated after any outside change repairs what that change broke.
//
// Missing: writing to tables other than the main one (Clean excepted), policy
// rules, weights of next hops, next hop objects of our own, alternative names of
// links. A next hop that somebody appends to an IPv6 route of ours becomes part of
// it, and goes with it. On kernels before 5.18 Clean finds the addresses of this process only.
// Outside Linux the package is empty.
package linux
