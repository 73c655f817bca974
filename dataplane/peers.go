package dataplane

import "axle/mgre"

// A PeerTable maps next hops of a multipoint tunnel to their adjacencies, by
// longest prefix. It is persistent: With and Without return a new table. The
// zero PeerTable and a nil one are empty.
type PeerTable = mgre.Table[*Adjacency]

// port returns the Port of an adjacency, 0 of none.
func (a *Adjacency) port() uint16 {
	if a == nil {
		return 0
	}
	return a.Port
}
