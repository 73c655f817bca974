package pki

import "errors"

// Errors that the functions of this package wrap.
var (
	ErrFormat    = errors.New("not in a known form")
	ErrSize      = errors.New("too large")
	ErrPassword  = errors.New("wrong password")
	ErrKey       = errors.New("unsuitable key")
	ErrRandom    = errors.New("no random bytes")
	ErrUntrusted = errors.New("no trusted certificate vouches for it")
	ErrValidity  = errors.New("not valid at this time")
	ErrPurpose   = errors.New("for another purpose")
	ErrRevoked   = errors.New("revoked")
	ErrNoList    = errors.New("no revocation list")
	ErrIdentity  = errors.New("not that of the identity")
)
