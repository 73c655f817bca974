// Package ikev2 reads and writes messages of the Internet Key Exchange, version 2:
// RFC 7296 §3, fragments of RFC 7383, the additional key exchanges of RFC 9370
// and the notifications that a DMVPN router meets.
//
// The package knows bytes and nothing else: it keeps no state, opens no socket
// and reads no clock. The protocol's behaviour is in package engine.
//
// Parse and AppendTo are the two doors to bytes. message.go holds the message,
// payload.go the chain of payloads, sa.go to config.go the payloads, protect.go the
// sealing of the Encrypted payload and names.go the words for all of them.
//
// # Limitations
//
// EAP is kept as bytes. Selectors other than ranges of addresses are kept as
// bytes. Bits that the RFC reserves are not kept, except those of identities,
// which are signed.
package ikev2
