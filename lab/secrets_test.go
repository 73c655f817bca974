package lab_test

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"axle/lab"
)

// secretScreens are all screens that have to do with protection.
var secretScreens = strings.Fields(`
show_crypto_ikev2_sa show_crypto_ikev2_sa_detailed show_crypto_ikev2_session show_crypto_ikev2_session_detailed
show_crypto_ikev2_proposal show_crypto_ikev2_policy show_crypto_ikev2_profile show_crypto_ikev2_stats
show_crypto_isakmp_sa show_crypto_isakmp_sa_detail show_crypto_isakmp_sa_count show_crypto_isakmp_policy
show_crypto_isakmp_peers show_crypto_isakmp_key show_crypto_isakmp_profile
show_crypto_ipsec_sa show_crypto_ipsec_sa_detail show_crypto_ipsec_profile show_crypto_ipsec_transform-set
show_crypto_session show_crypto_session_detail show_crypto_session_brief show_crypto_map show_crypto_sockets
show_dmvpn show_dmvpn_detail show_ip_nhrp_detail show_interfaces_Tunnel0 show_debugging show_configuration_unsupported show_logging`)

// TestNoSecret: whatever an operator asks for or debugs, there is no key in it:
// neither one of the configuration, nor what was made of it, which would be a long
// row of hexadecimal digits.
func TestNoSecret(t *testing.T) {
	const psk, wrong = "HushPreShared1", "HushPreShared2"
	long := regexp.MustCompile(`[0-9a-fA-F]{20,}`)
	for _, tt := range []struct{ name, lab, config string }{
		{"IKEv2", "ipsec", "(config)# crypto ikev2 keyring ike-keyring\n(config-ikev2-keyring)# peer dmvpn\n(config-ikev2-keyring-peer)# pre-shared-key KEY\n(config-ikev2-keyring-peer)# end\n"},
		{"IKEv1", "isakmp/isakmp.yaml", "(config)# no crypto isakmp key OLD address 0.0.0.0\n(config)# crypto isakmp key KEY address 0.0.0.0\n(config)# end\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var s strings.Builder
			configure := func(node, old, key string) {
				fmt.Fprintf(&s, "%s# configure terminal\n", node)
				for l := range strings.Lines(strings.NewReplacer("KEY", key, "OLD", old).Replace(tt.config)) {
					s.WriteString(node + l)
				}
			}
			fmt.Fprintf(&s, "lab %s\n", tt.lab)
			for _, node := range []string{"hub", "spoke1"} {
				fmt.Fprintf(&s, "%s# configure terminal\n%s(config)# logging buffered 1000000\n%s(config)# end\n%s# debug all\n", node, node, node, node)
				configure(node, "Cisco123", psk)
			}
			s.WriteString("spoke1# clear crypto session\nrun 20s\n")
			screens := func() {
				for _, node := range []string{"hub", "spoke1"} {
					for _, x := range secretScreens {
						fmt.Fprintf(&s, "%s# %s\n", node, strings.ReplaceAll(x, "_", " "))
					}
				}
			}
			screens()
			configure("spoke1", psk, wrong)
			s.WriteString("spoke1# clear crypto session\nrun 20s\n")
			screens()
			script, err := lab.ReadScript("testdata/scripts/secrets.lab", strings.NewReader(s.String()))
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			r := &lab.Runner{Options: lab.Options{Seed: 1, Version: "test"}, Out: &out, Open: open}
			if err := r.Run(context.Background(), script); err != nil {
				t.Fatalf("%v\n%s", err, out.String())
			}
			text := out.String()
			for _, want := range []string{"UP-ACTIVE", "DOWN-NEGOTIATING", "create_sa", "Payload|payload"} {
				if !regexp.MustCompile(want).MatchString(text) {
					t.Fatalf("the script shows no %s:\n%s", want, text)
				}
			}
			for l := range strings.Lines(text) {
				if strings.Contains(l, "Hush") && !strings.Contains(l, "(config") || long.MatchString(l) {
					t.Errorf("a key: %s", l)
				}
			}
		})
	}
}
