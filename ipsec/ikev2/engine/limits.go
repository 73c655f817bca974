package engine

import "time"

// Limits of an engine. Everything that a message can make grow has one.
const (
	// crossing is how long the first message of a peer may have been on its way, with
	// its answers, when it says that it has no SA.
	crossing = 5 * time.Second

	MaxSAs          = 20000 // IKE SAs, half-open ones included
	MaxNegotiating  = 1000  // SAs being negotiated, as initiator and as responder each
	MaxHalfOpenFree = 30    // half-open SAs without cookies
	MaxHalfOpenPeer = 3     // half-open SAs of one source without cookies
	MaxPerSource    = 20    // half-open SAs of one source, cookies or not
	MaxSAsPerPeer   = 16    // IKE SAs with one identity at one address; the oldest goes first
	MaxChildren     = 64    // child SAs of an IKE SA
	MaxQueue        = 128   // tasks that wait for their turn in an IKE SA
	MaxSources      = 65536 // sources that are counted within a second
	MaxSourceRate   = 50    // first messages of one source in a second
	MaxCertificates = 8     // of a peer's chain
	maxRestarts     = 4     // of IKE_SA_INIT, for cookies and other groups
	maxReplies      = 100   // answers to strangers in a second
)

// Sizes of what is drawn or kept, in bytes.
const (
	nonceSize   = 32
	fragmentSum = 1 << 16 // of the fragments of one message that are kept
	maxInit     = 1 << 13 // of a first request: a responder keeps it until IKE_AUTH
)

// DefaultMTU is the size in bytes of an IP datagram above which messages are sent in
// fragments.
const DefaultMTU = 1280

// DefaultNATKeepalive is how often a NAT box is kept awake where nothing else is
// configured.
const DefaultNATKeepalive = 20 * time.Second

// The timers that RFC 7296 leaves open.
const (
	retransmitFirst  = time.Second      // doubled each time
	retransmitTries  = 6                // of a request; about a minute
	probeTries       = 5                // of a liveness check, after the first
	halfOpenTime     = 30 * time.Second // how long a responder waits for IKE_AUTH
	replacedTime     = 60 * time.Second // how long a replaced IKE SA waits to be deleted
	lingerTime       = 5 * time.Second  // a replaced child still receives
	followupTime     = 30 * time.Second // how long a responder waits for additional key exchanges
	cookieRotation   = time.Minute
	retryFirst       = time.Second // after a failure, doubled each time
	retryMax         = 64 * time.Second
	temporaryTries   = 5 // TEMPORARY_FAILUREs in a row until a new IKE SA is made
	hintTries        = 2 // retransmissions after an answer that nobody vouches for
	defaultLifetime  = 24 * time.Hour
	redundantDelay   = 2 * time.Second // until one of two IKE SAs with a peer is deleted
	minimumRemaining = 5 * time.Second
)
