package engine

import "time"

// Limits of an engine. Everything that a message can make grow has one.
const (
	MaxSAs          = 20000 // ISAKMP SAs, half-open ones included
	MaxHalfOpen     = 1000  // exchanges of phase 1 that others began
	MaxHalfOpenPeer = 5     // of them, those of one source
	MaxExchanges    = 32    // quick modes of an ISAKMP SA that are under way or remembered
	MaxMessageIDs   = 256   // finished ones that are remembered, so that nobody repeats them
	MaxChildren     = 64    // pairs of SAs of one socket
	MaxDeleted      = 64    // ISAKMP SAs that are shown as deleted
	MaxSources      = 65536 // sources that are counted within a second
	MaxSourceRate   = 50    // first messages of one source in a second
	MaxCalls        = 1000  // phases 1 that we begin for strangers, see UnknownSPI
	maxReplies      = 20    // answers to strangers, and log messages about them, in a second
)

// Sizes of what is drawn, in bytes.
const nonceSize = 32

// DefaultNATKeepalive is how often a NAT box is kept awake where nothing else is
// configured.
const DefaultNATKeepalive = 20 * time.Second

// The timers that the RFCs leave open; those of IOS where they are known.
const (
	retransmitEvery = 10 * time.Second
	retransmitTries = 5                // after the first; then the exchange has failed
	halfOpenTime    = 30 * time.Second // how long a responder waits for the next message
	rememberTime    = 2 * time.Minute  // how long a finished quick mode answers repetitions
	replaceRetry    = 90 * time.Second // between attempts to replace an ISAKMP SA
	deletedTime     = time.Minute      // how long a deleted ISAKMP SA is shown
	graceTime       = 30 * time.Second // a replaced child still receives
	retryFirst      = 5 * time.Second  // after a failure, doubled each time
	retryMax        = 60 * time.Second
	probeTries      = 5 // of a liveness check, after the first
	defaultRetry    = 2 * time.Second
	defaultLifetime = 24 * time.Hour
	rekeyLead       = 30 * time.Second // before its end a child is replaced at the latest
)
