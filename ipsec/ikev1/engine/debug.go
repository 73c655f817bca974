package engine

import (
	"fmt"

	"axle/ipsec"
	"axle/ipsec/ikev1"
)

// tell prints a debug line in IOS's words, if "debug crypto isakmp" is on. Secrets
// are not among the arguments. kind is "PAK", "ERROR" or "".
func (s *sa) tell(kind, format string, args ...any) {
	if !s.e.debug {
		return
	}
	if kind != "" {
		kind = "-" + kind
	}
	text := fmt.Sprintf("ISAKMP%s: (%d):", kind, s.number) + fmt.Sprintf(format, args...) + "\n"
	s.e.do(ipsec.Tell{Category: ipsec.DebugIsakmp, Text: text})
}

// tellPhase1 prints what a transform of phase 1 says.
func (s *sa) tellPhase1(p ikev1.Phase1) {
	if !s.e.debug {
		return
	}
	s.tell("", "      encryption %s", cipherName(p.Encryption.Shown(0)))
	if p.KeyBits > 0 {
		s.tell("", "      keylength of %d", p.KeyBits)
	}
	s.tell("", "      hash %s", hashName(p.Hash.Shown()))
	s.tell("", "      default group %d", p.Group)
	if p.Auth == ikev1.AuthPSK {
		s.tell("", "      auth pre-share")
	} else {
		s.tell("", "      auth %d", p.Auth)
	}
	if p.Lifetime > 0 {
		s.tell("", "      life type in seconds")
		s.tell("", "      life duration (basic) of %d", int64(p.Lifetime.Seconds()))
	}
}

// tellPhase2 prints what a transform of phase 2 says.
func (s *sa) tellPhase2(p ikev1.Phase2) {
	if !s.e.debug {
		return
	}
	s.tell("", "   attributes in transform:")
	mode := "Transport"
	if p.Encapsulation.Tunnel() {
		mode = "Tunnel"
	}
	if p.Encapsulation.UDP() {
		mode += "-UDP"
	}
	s.tell("", "      encaps is %d (%s)", p.Encapsulation, mode)
	if p.Lifetime > 0 {
		s.tell("", "      SA life type in seconds")
		s.tell("", "      SA life duration (basic) of %d", int64(p.Lifetime.Seconds()))
	}
	if p.Bytes > 0 {
		s.tell("", "      SA life type in kilobytes")
		s.tell("", "      SA life duration of %d", p.Bytes/1024)
	}
	if p.Integrity != 0 {
		s.tell("", "      authenticator is HMAC-%s", hashName(p.Integrity.String()))
	}
	if p.KeyBits > 0 {
		s.tell("", "      key length is %d", p.KeyBits)
	}
}

// cipherName returns what debug lines of IKEv1 call a cipher.
func cipherName(shown string) string {
	switch shown {
	case "DES", "3DES":
		return shown + "-CBC"
	}
	return shown
}

// hashName returns what debug lines of IKEv1 call a hash.
func hashName(shown string) string {
	switch shown {
	case "SHA1", "sha1":
		return "SHA"
	}
	return shown
}

// exchangeState returns what debug lines of IOS call the stage of phase 1.
func (s *sa) exchangeState() string {
	switch s.stage {
	case awaitMM2:
		return "IKE_I_MM1"
	case awaitMM3:
		return "IKE_R_MM2"
	case awaitMM4:
		return "IKE_I_MM3"
	case awaitMM5:
		return "IKE_R_MM4"
	case awaitMM6:
		return "IKE_I_MM5"
	case awaitAM3:
		return "IKE_R_AM2"
	case done:
		return "IKE_P1_COMPLETE"
	}
	return "IKE_DEST_SA"
}
