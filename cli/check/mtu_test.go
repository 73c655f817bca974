package check

import (
	"net/netip"
	"testing"
)

// TestOuter holds lengths against those that were computed by hand from the
// formats. The last column is the longest packet for a link of 1500 bytes.
func TestOuter(t *testing.T) {
	tests := []struct {
		name, tunnel, set, mode string
		n, want, room           int
	}{
		{"clear", "", "", "", 1476, 1500, 1476},
		{"key", " tunnel key 1\n", "", "", 1472, 1500, 1472},
		{"key and checksum", " tunnel key 1\n tunnel checksum\n", "", "", 1468, 1500, 1468},
		{"GCM transport", "", "esp-gcm 256", "transport", 1400, 1460, 1442},
		{"GCM transport, key", " tunnel key 1\n", "esp-gcm", "transport", 1400, 1464, 1438},
		{"GCM tunnel", "", "esp-gcm", "tunnel", 1400, 1480, 1422},
		{"CBC and SHA-1, transport", "", "esp-aes esp-sha-hmac", "transport", 1400, 1464, 1434},
		{"CBC and SHA-256, transport", "", "esp-aes 256 esp-sha256-hmac", "transport", 1400, 1468, 1434},
		{"CBC and SHA-512, tunnel", "", "esp-aes 256 esp-sha512-hmac", "tunnel", 1400, 1516, 1398},
		{"3DES and MD5, transport", "", "esp-3des esp-md5-hmac", "transport", 1400, 1456, 1442},
		{"AH alone, transport", "", "ah-sha-hmac", "transport", 1400, 1448, 1452},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := "interface Tunnel0\n ip nhrp network-id 1\n" + tt.tunnel
			if tt.set != "" {
				text = "crypto ipsec transform-set S " + tt.set + "\n mode " + tt.mode + "\ncrypto ipsec profile P\n set transform-set S\n" +
					text + " tunnel protection ipsec profile P\n"
			}
			f := Read("f", text)
			e := endsOf(&f)[0]
			if got := e.outer(tt.n, e.worst()); got != tt.want {
				t.Errorf("a packet of %d bytes is %d, want %d", tt.n, got, tt.want)
			}
			if got := e.room(); got != tt.room {
				t.Errorf("%d fit, want %d", got, tt.room)
			}
		})
	}
}

func TestKeyForPeer(t *testing.T) {
	f := Read("f", `crypto isakmp key any address 0.0.0.0
crypto isakmp key net address 203.0.113.0 255.255.255.0
crypto isakmp key host address 203.0.113.7
crypto isakmp key 6 sealed address 203.0.113.8
crypto isakmp key name hostname hub.example.com
crypto ipsec profile P
interface Tunnel0
 tunnel protection ipsec profile P
`)
	k := endsOf(&f)[0].keys("local")
	if len(k.all) != 4 || !k.unclear {
		t.Fatalf("%+v", k)
	}
	for _, tt := range []struct {
		peer, want string
		sealed     bool
	}{
		{"203.0.113.7", "host", false}, {"203.0.113.8", "sealed", true}, {"203.0.113.9", "net", false}, {"198.51.100.1", "any", false}, {"", "any", false},
	} {
		var a netip.Addr
		if tt.peer != "" {
			a = netip.MustParseAddr(tt.peer)
		}
		if got, ok := k.forPeer(a); !ok || got.text != tt.want || got.sealed != tt.sealed {
			t.Errorf("key for %q: %q, sealed %v; want %q, %v", tt.peer, got.text, got.sealed, tt.want, tt.sealed)
		}
	}
}
