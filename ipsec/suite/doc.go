// Package suite is the cryptography of IPsec: the algorithms that IKE negotiates,
// by the numbers that IKEv2 gives them, and what they compute. IKEv1's numbers
// for the same algorithms are its own package's business.
//
// It knows no message and keeps no state; randomness is passed in.
package suite
