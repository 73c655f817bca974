package ikev1

// An Exchange is the type of an exchange. RFC 2408 §3.1, RFC 2409 appendix A.
type Exchange uint8

// The exchanges.
const (
	ExchangeMain          Exchange = 2 // identity protection
	ExchangeAggressive    Exchange = 4
	ExchangeInformational Exchange = 5
	ExchangeTransaction   Exchange = 6
	ExchangeQuick         Exchange = 32
)

// Flags are the flags of the header. RFC 2408 §3.1.
type Flags uint8

// The flags.
const (
	FlagEncrypted Flags = 1 << iota
	FlagCommit
	FlagAuthOnly
)

// A Kind is the type of a payload. RFC 2408 §3.1, RFC 3947 §3.2.
type Kind uint8

// The kinds of payloads. The drafts of RFC 3947 had numbers of their own.
const (
	KindNone       Kind = 0
	KindSA         Kind = 1
	KindKE         Kind = 4
	KindID         Kind = 5
	KindCert       Kind = 6
	KindCertReq    Kind = 7
	KindHash       Kind = 8
	KindSig        Kind = 9
	KindNonce      Kind = 10
	KindNotify     Kind = 11
	KindDelete     Kind = 12
	KindVendor     Kind = 13
	KindNATD       Kind = 20
	KindNATOA      Kind = 21
	KindNATDDraft  Kind = 130
	KindNATOADraft Kind = 131
	KindFragment   Kind = 132
)

// A Protocol is a security protocol. RFC 2407 §4.4.1.
type Protocol uint8

// The protocols.
const (
	ProtocolISAKMP Protocol = 1
	ProtocolAH     Protocol = 2
	ProtocolESP    Protocol = 3
)

// doiIPsec is the domain of interpretation of IPsec, situationIdentity its
// situation "identity only". RFC 2407 §4.2, §4.6.1.
const (
	doiIPsec          = 1
	situationIdentity = 1
)

// An IDType is the type of an identification. RFC 2407 §4.6.2.1.
type IDType uint8

// The types of identifications.
const (
	IDIPv4       IDType = 1
	IDFQDN       IDType = 2
	IDUserFQDN   IDType = 3
	IDIPv4Subnet IDType = 4
	IDIPv6       IDType = 5
	IDIPv6Subnet IDType = 6
	IDIPv4Range  IDType = 7
	IDIPv6Range  IDType = 8
	IDDN         IDType = 9
	IDGN         IDType = 10
	IDKey        IDType = 11
)

// A NotifyType is the type of a notification. RFC 2408 §3.14.1, RFC 2407 §4.6.3,
// RFC 3706 §5.
type NotifyType uint16

// The notifications. Up to 16383 they are errors.
const (
	NotifyInvalidPayloadType   NotifyType = 1
	NotifyInvalidCookie        NotifyType = 4
	NotifyInvalidMajorVersion  NotifyType = 5
	NotifyInvalidExchangeType  NotifyType = 7
	NotifyInvalidSPI           NotifyType = 11
	NotifyNoProposalChosen     NotifyType = 14
	NotifyBadProposalSyntax    NotifyType = 15
	NotifyPayloadMalformed     NotifyType = 16
	NotifyInvalidKey           NotifyType = 17
	NotifyInvalidID            NotifyType = 18
	NotifyInvalidHash          NotifyType = 23
	NotifyAuthenticationFailed NotifyType = 24
	NotifyInvalidSignature     NotifyType = 25
	NotifyConnected            NotifyType = 16384
	NotifyResponderLifetime    NotifyType = 24576
	NotifyReplayStatus         NotifyType = 24577
	NotifyInitialContact       NotifyType = 24578
	NotifyAreYouThere          NotifyType = 36136
	NotifyAreYouThereAck       NotifyType = 36137
)

// Error reports whether the notification is of an error.
func (t NotifyType) Error() bool { return t < 16384 }
