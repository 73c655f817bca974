package esp

import "errors"

// Errors of NewOutbound and NewInbound.
var (
	ErrSuite  = errors.New("esp: algorithms not supported")
	ErrKey    = errors.New("esp: wrong length of key")
	ErrWindow = errors.New("esp: replay window out of range")
)

// Errors of Seal.
var (
	ErrRoom      = errors.New("esp: no room around the packet")
	ErrExhausted = errors.New("esp: sequence numbers used up") // RFC 4303 §3.3.3
)

// Errors of Open.
var (
	ErrShort   = errors.New("esp: packet too short, or no whole blocks")
	ErrReplay  = errors.New("esp: sequence number seen, or too old")
	ErrAuth    = errors.New("esp: integrity check failed")
	ErrPadding = errors.New("esp: wrong padding") // RFC 4303 §2.4
)

// Errors of both.
var (
	ErrLifetime = errors.New("esp: no bytes left to carry")
	ErrClosed   = errors.New("esp: closed")
)
