package engine

import "time"

// Limits of an engine. Everything that a packet can make grow has one.
const (
	MaxEntries     = 20000 // remote entries of a tunnel's cache, incomplete ones included
	MaxLocal       = 1024  // local entries of a tunnel's cache
	MaxIncomplete  = 256   // incomplete and negative entries of a tunnel's cache
	MaxQueries     = 256   // unanswered resolution requests of a tunnel
	MaxRequesters  = 64    // remembered requesters of an entry; the oldest goes first
	MaxPurges      = 1024  // unanswered purge requests of a tunnel
	MaxRedirects   = 4096  // flows that the redirect table of a tunnel remembers
	MaxTransit     = 16    // transit records of a message that is forwarded
	MaxSources     = 65536 // senders that are counted within a second
	MaxSourceRate  = 200   // packets a second taken from one sender
	MaxErrorRate   = 10    // error indications, and their log messages, a second on a tunnel
	MaxRedirectIn  = 50    // traffic indications a second that a tunnel acts on
	MaxErrorPacket = 512   // bytes of the offending packet in an error indication
)

// The timers that RFC 2332 leaves open, and Cisco's habits.
const (
	retryFirst     = time.Second      // the first retransmission of a request
	retryMax       = 64 * time.Second // the longest interval between retransmissions of a registration
	triesDown      = 3                // unanswered tries after which a server is down
	secondDelay    = time.Second      // from the first success to the extra registration
	resolveRetry   = 7 * time.Second  // the longest interval between resolution requests
	incompleteHold = 30 * time.Second // how long a resolution is tried
	negativeHold   = 60 * time.Second // how long its failure is remembered
	purgeTries     = 3                // transmissions of a purge request
	renewLead      = 2 * time.Minute  // before its end an entry in use is renewed; a third of a shorter holding time
	usedWindow     = time.Minute      // an entry counts as used for so long after a packet
	sampleEvery    = 30 * time.Second // how often use is looked at
	redirectEvery  = 8 * time.Second  // between traffic indications for one flow, unless configured
	minAnswer4     = 8                // bits of the shortest IPv4 prefix given or taken in an answer
	minAnswer6     = 16               // the same for IPv6
	hopCount       = 255              // of what this router originates
)
