package show

import "axle/ipsec/suite"

// TransformSets is "show crypto ipsec transform-set [NAME]".
func TransformSets(v *View, name string) string {
	s := new(screen)
	for i := range v.Crypto.Settings.TransformSets {
		t := &v.Crypto.Settings.TransformSets[i]
		if name != "" && name != t.Name {
			continue
		}
		s.line("Transform set %s: { %s } ", t.Name, t.Words)
		mode := "Tunnel, "
		if t.Transport {
			mode = "Transport, "
		}
		if t.Require {
			mode += "require "
		}
		s.line("   will negotiate = { %s }, ", mode)
		s.text("   ")
	}
	return s.String()
}

// IPsecProfiles is "show crypto ipsec profile [NAME]".
func IPsecProfiles(v *View, name string) string {
	s := new(screen)
	for i := range v.Crypto.Settings.IPsecProfiles {
		p := &v.Crypto.Settings.IPsecProfiles[i]
		if name != "" && name != p.Name {
			continue
		}
		s.line("IPSEC profile %s", p.Name)
		if p.IKEv2 != "" {
			s.line("        IKEv2 Profile: %s", p.IKEv2)
		}
		if p.Isakmp != "" {
			s.line("        ISAKMP Profile: %s", p.Isakmp)
		}
		ipsecProfileLines(s, p, "        ")
		s.text("")
	}
	return s.String()
}

// ipsecProfileLines writes what the screens of profiles and of crypto maps have in
// common.
func ipsecProfileLines(s *screen, p *IPsecProfile, indent string) {
	if p.Kilobytes > 0 {
		s.line("%sSecurity association lifetime: %d kilobytes/%d seconds", indent, p.Kilobytes, int64(p.Lifetime.Seconds()))
	} else {
		s.line("%sKilobyte Volume Rekey has been disabled", indent)
		s.line("%sSecurity association lifetime: %d seconds", indent, int64(p.Lifetime.Seconds()))
	}
	if p.Idle > 0 {
		s.line("%sSecurity association idletime: %d seconds", indent, int64(p.Idle.Seconds()))
	}
	s.line("%sResponder-Only (Y/N): %s", indent, yn(p.ResponderOnly))
	s.line("%sPFS (Y/N): %s", indent, yn(p.PFS != suite.GroupNone))
	if p.PFS != suite.GroupNone {
		s.line("%sDH group:  %s", indent, groupName(p.PFS))
	}
	s.line("%sMixed-mode : %s", indent, enabled(p.MixedMode))
	s.line("%sTransform sets={ ", indent)
	for _, t := range p.Transforms {
		s.line("%s%s%s:  { %s } , ", indent, indent, t.Name, t.Words)
	}
	s.line("%s}", indent)
}
