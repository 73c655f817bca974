package esp

// Counters are what an association has done.
type Counters struct {
	Packets, Bytes uint64 // carried; payload only
	Last           int64  // when the last of them passed, nanoseconds of the caller's clock; 0: none did
	Refused        uint64 // not carried: closed, used up, or over the limit of bytes
	// Of packets received.
	Auth      uint64 // integrity check failed
	Replays   uint64 // sequence number seen, or left of the window
	Malformed uint64 // a length, or the padding
}

// carried counts a packet. The clocks of workers may differ by the length of a
// batch.
func (c *Counters) carried(n int, now int64) {
	c.Packets++
	c.Bytes += uint64(n)
	c.Last = max(c.Last, now)
}
