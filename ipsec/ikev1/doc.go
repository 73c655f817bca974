// Package ikev1 reads and writes messages of the Internet Key Exchange, version
// 1: RFC 2408, RFC 2409 and RFC 2407, with dead peer detection (RFC 3706) and NAT
// traversal (RFC 3947).
//
// The package knows bytes and nothing else: it keeps no state and has no keys.
// The protocol's behaviour is in package engine.
//
// Parse and AppendTo are the two doors to bytes. What Parse accepts, AppendTo
// writes back byte for byte; so who hashes payloads as they came may write them
// again. The payloads of an encrypted message are ciphertext to Parse; when they
// are decrypted, ParsePayloads reads them. message.go holds the header, payload.go
// the payloads, sa.go proposals, phase1.go and phase2.go what proposals say in
// terms of package suite.
//
// # Limitations
//
// Only the situation "identity only" of the IPsec DOI is understood. Payloads of
// the transaction exchange (XAUTH, mode configuration) are kept as they are, and
// IKE fragments are read but not put together.
package ikev1
