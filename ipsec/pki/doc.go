// Package pki knows the certificates of a router: it reads them as they are pasted,
// kept in a configuration or packed in PKCS #12, writes requests and certificates of
// the router's own, keeps private keys in a file, and tells whether a peer's
// certificate is to be trusted and to whom it belongs.
//
// Time and chance are passed in. Nothing is fetched: what a certificate says about
// where a revocation list or another certificate may be had is shown and not
// followed, since a stranger may have written it.
//
// Missing: enrolment over a network (SCEP, EST, CMP), OCSP, delta and indirect
// revocation lists, PKCS #7, PKCS #12 in BER and with keys of RC4, signatures with
// MD5 and SHA-1 below a trusted certificate (crypto/x509 takes none), keys encrypted
// by PKCS #8 in PEM (PKCS #12 does), and policies of certificates.
package pki
