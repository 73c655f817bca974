// Package host runs one router on a Linux machine: the machine's interfaces are
// its ports, each tunnel interface is a TUN device, and GRE and ESP leave and come by raw
// sockets, IKE and ESP in UDP come by UDP ports.
//
// The machine's stack forwards between its own interfaces and the tunnels, and
// answers for the router's addresses. Between two tunnel peers packets never leave
// the process. One goroutine owns the router; one for each socket of a tunnel source
// reads that, and for each TUN one reads that. These forward by a snapshot that
// the owner publishes, and hand the owner what it must see.
//
// Missing: VRFs inside tunnels; more than one reader for a device; captures of what
// the machine's stack receives and forwards by itself.
package host
