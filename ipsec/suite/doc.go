// Package suite is the cryptography of IPsec: the algorithms that IKE negotiates,
// by the numbers that IKEv2 gives them, and what they compute. IKEv1's numbers
// for the same algorithms are its own package's business.
//
// It knows no message and keeps no state; randomness is passed in, and the same
// random bytes give the same keys.
//
// Missing: AES-CCM, AES-XCBC and AES-CMAC, GCM with a short check value, ML-KEM-512
// and X448, which neither the standard library nor IOS has.
package suite
