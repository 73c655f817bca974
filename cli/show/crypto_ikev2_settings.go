package show

import (
	"fmt"
	"strings"
)

// IKEv2Proposals is "show crypto ikev2 proposal [NAME]".
func IKEv2Proposals(v *View, name string) string {
	s := new(screen)
	for i := range v.Crypto.Settings.Proposals {
		p := &v.Crypto.Settings.Proposals[i]
		if name != "" && name != p.Name {
			continue
		}
		s.line("IKEv2 proposal: %s", p.Name)
		s.line("     Encryption : %s", strings.Join(p.Encryption, " "))
		integrity := strings.Join(p.Integrity, " ")
		if integrity == "" {
			integrity = "none"
		}
		s.line("     Integrity  : %s", integrity)
		s.line("     PRF        : %s", strings.Join(p.PRF, " "))
		s.line("     DH Group   : %s", strings.Join(p.Groups, " "))
		if len(p.PQC) > 0 {
			s.line("     PQC Key Exchange: %s%s", strings.Join(p.PQC, " "), map[bool]string{true: " Optional"}[p.Optional])
		}
	}
	return s.String()
}

// IKEv2Policies is "show crypto ikev2 policy [NAME]".
func IKEv2Policies(v *View, name string) string {
	s := new(screen)
	for i := range v.Crypto.Settings.Policies {
		p := &v.Crypto.Settings.Policies[i]
		if name != "" && name != p.Name {
			continue
		}
		s.text("")
		s.line(" IKEv2 policy : %s", p.Name)
		s.line("      Match fvrf : %s", p.FVRF)
		if len(p.Local) == 0 {
			s.text("      Match address local : any")
		}
		for _, a := range p.Local {
			s.line("      Match address local : %s", address(a))
		}
		for _, n := range p.Proposals {
			s.line("      Proposal    : %s", n)
		}
	}
	return s.String()
}

// IKEv2Profiles is "show crypto ikev2 profile [NAME]".
func IKEv2Profiles(v *View, name string) string {
	s := new(screen)
	for i := range v.Crypto.Settings.Profiles {
		if p := &v.Crypto.Settings.Profiles[i]; name == "" || name == p.Name {
			ikev2Profile(s, p)
		}
	}
	return s.String()
}

// ikev2Profile writes one profile. What an operator cannot set is not there.
func ikev2Profile(s *screen, p *IKEv2Profile) {
	s.text("")
	s.line("IKEv2 profile: %s", p.Name)
	s.line(" Shutdown : %s", yesNo(p.Shutdown))
	s.text(" Match criteria: ")
	s.line("  Fvrf: %s", p.FVRF)
	s.line("  Local address/interface: %s", noneOr(p.Local))
	if s.WriteString("  Identities: "); len(p.Match) == 0 {
		s.WriteString("none")
	}
	s.text("")
	for _, m := range p.Match {
		s.line("   %s", m)
	}
	s.line("  Certificate maps: %s", noneOr(p.Certificate))
	s.line(" Local identity: %s", noneWord(p.Self))
	s.text(" Remote identity: none")
	s.line(" Local authentication method: %s", noneWord(p.LocalAuth))
	s.line(" Remote authentication method(s): %s", noneOr(p.RemoteAuth))
	s.text(" EAP options: none")
	s.line(" Keyring: %s", noneWord(p.Keyring))
	s.line(" Trustpoint(s): %s", noneOr(p.TrustPoints))
	s.line(" Lifetime: %d seconds", int64(p.Lifetime.Seconds()))
	dpd := "disabled"
	if p.DPD > 0 {
		dpd = fmt.Sprintf("interval %d, retry-interval %d, %s", int(p.DPD.Seconds()), int(p.Retry.Seconds()),
			map[bool]string{true: "periodic", false: "on-demand"}[p.Periodic])
	}
	s.line(" DPD: %s", dpd)
	nat := "disabled"
	if p.NATKeepalive > 0 {
		nat = fmt.Sprintf("%d seconds", int(p.NATKeepalive.Seconds()))
	}
	s.line(" NAT-keepalive: %s", nat)
	s.line(" Ivrf: %s", noneWord(p.IVRF))
	template := "none"
	if p.VirtualTemplate > 0 {
		template = fmt.Sprint(p.VirtualTemplate)
	}
	s.line(" Virtual-template: %s", template)
	s.text(" mode auto: none", " AAA AnyConnect EAP authentication mlist: none", " AAA EAP authentication mlist: none",
		" AAA authentication mlist: none", " AAA Accounting: none", " AAA group authorization: none", " AAA user authorization: none")
}

// noneWord is text, or "none".
func noneWord(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// noneOr joins words with blanks, or is "none".
func noneOr(words []string) string { return noneWord(strings.Join(words, " ")) }
