// Package ipsec holds the nouns that the key exchanges share: what a tunnel asks
// them for (Socket, Profile), and what they want done (Action).
//
// The behaviour is in ikev2/engine and ikev1/engine, what protects packets in
// esp. The package itself computes nothing but what is drawn at random.
package ipsec
