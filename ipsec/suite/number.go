package suite

// An Encryption is a transform of type 1 of IKEv2. IANA "IKEv2 Parameters",
// Transform Type 1.
type Encryption uint16

// The encryption algorithms that Axle has words for.
const (
	EncryptionDES              Encryption = 2
	Encryption3DES             Encryption = 3
	EncryptionNull             Encryption = 11
	EncryptionAESCBC           Encryption = 12 // with a key length
	EncryptionAESCTR           Encryption = 13 // with a key length
	EncryptionAESGCM8          Encryption = 18 // with a key length
	EncryptionAESGCM12         Encryption = 19 // with a key length
	EncryptionAESGCM16         Encryption = 20 // with a key length
	EncryptionNullGMAC         Encryption = 21 // with a key length
	EncryptionChaCha20Poly1305 Encryption = 28
)

// A PRF is a pseudo-random function, a transform of type 2.
type PRF uint16

// The pseudo-random functions.
const (
	PRFHMACMD5    PRF = 1
	PRFHMACSHA1   PRF = 2
	PRFHMACSHA256 PRF = 5
	PRFHMACSHA384 PRF = 6
	PRFHMACSHA512 PRF = 7
)

// An Integrity is an integrity algorithm, a transform of type 3.
type Integrity uint16

// The integrity algorithms, with the length of what they add to a packet in
// bits.
const (
	IntegrityNone      Integrity = 0
	IntegrityMD596     Integrity = 1
	IntegritySHA196    Integrity = 2
	IntegritySHA256128 Integrity = 12
	IntegritySHA384192 Integrity = 13
	IntegritySHA512256 Integrity = 14
)

// A Group is a key exchange method, a transform of type 4, or of types 6 to 12
// for additional ones (RFC 9370).
type Group uint16

// The key exchange methods.
const (
	GroupNone      Group = 0
	GroupMODP768   Group = 1
	GroupMODP1024  Group = 2
	GroupMODP1536  Group = 5
	GroupMODP2048  Group = 14
	GroupMODP3072  Group = 15
	GroupMODP4096  Group = 16
	GroupECP256    Group = 19
	GroupECP384    Group = 20
	GroupECP521    Group = 21
	GroupMODP2048Q Group = 24 // with a 256-bit subgroup, RFC 5114 §2.3
	GroupX25519    Group = 31
	GroupMLKEM512  Group = 35
	GroupMLKEM768  Group = 36
	GroupMLKEM1024 Group = 37
)
