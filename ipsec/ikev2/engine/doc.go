// Package engine is the behaviour of IKEv2: initiator and responder for all crypto
// sockets of one router, as RFC 7296 has it, with the habits of Cisco's IOS.
//
// An Engine is a plain object: it starts nothing, opens nothing and reads no
// clock. Its owner calls it with the time and performs the actions it returns, in
// order. Keys, nonces, SPIs and jitter come from the reader that New gets.
//
// A tunnel asks with Open for a socket: GRE between two addresses. The engine
// makes an IKE SA (sa.go), in it a child (child.go), and tells who the peer has
// proved to be. What a peer asks for is held against Config.Tunnels. One file each:
// IKE_SA_INIT of the initiator and of the responder (init_task.go,
// init_request.go, cookie.go), IKE_INTERMEDIATE (intermediate.go), IKE_AUTH
// (auth_task.go, auth_request.go, proof.go, ppk.go, certificate.go, signature.go), new
// and rekeyed children (create_task.go, create_request.go, plan.go, followup.go),
// rekeyed IKE SAs (rekey.go), deletions and questions (inform.go), lifetimes and
// what both ends do at once (life.go), NAT boxes (nat.go), proposals (proposal.go,
// transform.go), selectors (selector.go), identities and keys for them
// (identity.go, keys.go). request.go sends requests, one at a time, and
// receive.go opens what comes.
//
// Whom to believe. Before IKE_AUTH nothing is: errors to IKE_SA_INIT are hints,
// and the true answer is waited for. A responder keeps little until a peer shows a
// cookie or gets its answer, and computes the shared secret when the first sealed
// message comes. Every failure of authentication looks the same from outside.
//
// # Limitations
//
// The window is 1 in both directions. Selectors are those of GRE between two
// hosts; in tunnel mode an address that a NAT box changed is not accepted.
// Signatures of RSA are made with PKCS1 only, and verified with PSS, too.
// Missing: EAP, certificate maps, URLs of certificates, lifetimes after a
// certificate, configuration payloads (ignored), MOBIKE, redirection, resumption,
// IPComp, AH, INVALID_IKE_SPI to messages of unknown SAs, several children for
// one socket on purpose (RFC 9611).
package engine
