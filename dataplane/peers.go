package dataplane

import "axle/mgre"

// A PeerTable maps next hops of a multipoint tunnel to their adjacencies, by
// longest prefix. It is persistent: With and Without return a new table. The
// zero PeerTable and a nil one are empty.
type PeerTable = mgre.Table[*Adjacency]
