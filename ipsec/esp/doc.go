// Package esp seals and opens packets of the Encapsulating Security Payload,
// RFC 4303: what two ends agree on (Params), and the security associations that
// come of it, one for each direction (Outbound, Inbound).
//
// It knows the ESP packet, from the SPI to the integrity check value, and the
// lengths of what is around it. The headers in front of it, which SA a packet
// belongs to, and whether what it carries was agreed on, are its caller's
// business.
//
// A packet is sealed and opened in the buffer that it lies in. Nothing is
// allocated for it.
//
// Not implemented: AES-CTR, AES-CCM, AES-GCM with other check values than of 16
// bytes, AES-XCBC and CMAC; encryption without integrity (refused); more padding than
// the cipher needs, and dummy packets (RFC 4303 §2.6, §2.7: received, not sent);
// finding the place again after 2^32 lost packets (appendix A3).
package esp
