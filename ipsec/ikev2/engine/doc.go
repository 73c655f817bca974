// Package engine is the behaviour of IKEv2: initiator and responder for all crypto
// sockets of one router, as RFC 7296 has it, with the habits of Cisco's IOS.
//
// An Engine is a plain object: it starts nothing, opens nothing and reads no
// clock. Its owner calls it with the time and performs the actions it returns, in
// order.
package engine
