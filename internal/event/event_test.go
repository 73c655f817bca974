package event_test

import (
	"testing"

	"axle/internal/event"
)

func TestText(t *testing.T) {
	up := &event.Kind{Facility: "DMVPN", Severity: 5, Mnemonic: "NHRP_NHS_UP", Format: "%s: Next Hop Server : (Tunnel: %s NBMA: %s) is  UP"}
	two := &event.Kind{Facility: "DMVPN", Severity: 5, Mnemonic: "CRYPTO_SS", Format: " %s: socket is UP"}
	plain := &event.Kind{Facility: "SYS", Severity: 0, Mnemonic: "END", Format: "no arguments"}
	tests := []struct {
		name string
		e    event.Event
		want string
	}{
		{"arguments", up.New("Tunnel0", "10.0.0.1", "203.0.113.1"), "%DMVPN-5-NHRP_NHS_UP: Tunnel0: Next Hop Server : (Tunnel: 10.0.0.1 NBMA: 203.0.113.1) is  UP"},
		{"two blanks", two.New("Tunnel0"), "%DMVPN-5-CRYPTO_SS:  Tunnel0: socket is UP"},
		{"no arguments", plain.New(), "%SYS-0-END: no arguments"},
		{"a percent sign in an argument", two.New("100%d"), "%DMVPN-5-CRYPTO_SS:  100%d: socket is UP"},
	}
	for _, tt := range tests {
		if got := tt.e.Text(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
