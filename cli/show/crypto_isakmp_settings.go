package show

import (
	"fmt"
	"net/netip"
	"strings"
)

// IsakmpPolicies is "show crypto isakmp policy".
func IsakmpPolicies(v *View) string {
	s := new(screen)
	s.text("")
	head := false
	for i := range v.Crypto.Settings.IsakmpPolicies {
		p := &v.Crypto.Settings.IsakmpPolicies[i]
		if !head {
			head = true
			s.text(map[bool]string{true: "Default IKE policy", false: "Global IKE policy"}[p.Default])
		}
		s.line("%srotection suite of priority %d", map[bool]string{true: "Default p", false: "P"}[p.Default], p.Priority)
		s.line("\tencryption algorithm:\t%s.", isakmpCipherWords(p.Encryption))
		s.line("\thash algorithm:\t\t%s", isakmpHashWords(p.Hash))
		s.line("\tauthentication method:\t%s", isakmpAuthWords(p.Auth))
		s.line("\tDiffie-Hellman group:\t#%d (%s)", p.Group, groupBits(p.Group))
		s.line("\tlifetime:\t\t%d seconds, no volume limit", int64(p.Lifetime.Seconds()))
	}
	return s.String()
}

// isakmpCipherWords describes a cipher of a protection suite.
func isakmpCipherWords(name string) string {
	switch name {
	case "des":
		return "DES - Data Encryption Standard (56 bit keys)"
	case "3des":
		return "Three key triple DES"
	}
	return fmt.Sprintf("AES - Advanced Encryption Standard (%s bit keys)", strings.TrimPrefix(name, "aes-cbc-"))
}

// isakmpHashWords describes a hash of a protection suite.
func isakmpHashWords(name string) string {
	switch name {
	case "md5":
		return "Message Digest 5"
	case "sha1":
		return "Secure Hash Standard"
	}
	return fmt.Sprintf("Secure Hash Standard 2 (%s bit)", strings.TrimPrefix(name, "sha"))
}

// isakmpAuthWords describes how a protection suite authenticates.
func isakmpAuthWords(name string) string {
	switch name {
	case "pre-share":
		return "Pre-Shared Key"
	case "rsa-encr":
		return "Rivest-Shamir-Adleman Encryption"
	}
	return "Rivest-Shamir-Adleman Signature"
}

// groupBits returns the size of a group.
func groupBits(group int) string {
	sizes := map[int]string{
		1: "768 bit", 2: "1024 bit", 5: "1536 bit", 14: "2048 bit", 15: "3072 bit", 16: "4096 bit",
		19: "256 bit", 20: "384 bit", 21: "521 bit", 24: "2048 bit, 256 bit subgroup",
	}
	return sizes[group]
}

// IsakmpKeys is "show crypto isakmp key" without the keys.
func IsakmpKeys(v *View) string {
	s := new(screen)
	s.line("Keyring      Hostname/Address                            Preshared Key")
	s.text("")
	for _, k := range v.Crypto.Settings.IsakmpKeys {
		whom := k.Host
		if whom == "" {
			whom = address(k.Peer.Addr())
			if k.Peer.Addr().Is4() && !k.Peer.IsSingleIP() {
				whom = fmt.Sprintf("%-15s[%-15s]", whom, netmask(k.Peer.Bits()))
			} else if !k.Peer.IsSingleIP() {
				whom = network(k.Peer)
			}
		}
		s.line("%-12s %-43s <not shown>", k.Keyring, whom)
	}
	return s.String()
}

// netmask returns the mask of a prefix of IPv4.
func netmask(bits int) string {
	var m [4]byte
	for i := range bits {
		m[i/8] |= 0x80 >> (i % 8)
	}
	return netip.AddrFrom4(m).String()
}

// IsakmpProfiles is "show crypto isakmp profile".
func IsakmpProfiles(v *View) string {
	s := new(screen)
	for i := range v.Crypto.Settings.IsakmpProfiles {
		p := &v.Crypto.Settings.IsakmpProfiles[i]
		s.text("")
		s.line("IKEv1 PROFILE %s", p.Name)
		s.text("Ref Count = 1", "   Identities matched are:")
		for _, m := range p.Match {
			s.line("    %s ", m)
		}
		s.text("   Certificate maps matched are:")
		s.line("   keyring(s): %s", noneOrAll(p.Keyrings))
		s.line("   trustpoint(s): %s", noneOrAll(p.TrustPoints))
	}
	return s.String()
}

// noneOrAll joins words with blanks; none of them are all there are.
func noneOrAll(words []string) string {
	if len(words) == 0 {
		return "<all>"
	}
	return strings.Join(words, " ")
}
