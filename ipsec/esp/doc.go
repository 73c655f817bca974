// Package esp seals and opens packets of the Encapsulating Security Payload,
// RFC 4303. So far it holds what two ends agree on; the sealing is missing.
package esp
