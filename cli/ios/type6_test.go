package ios

import (
	"bytes"
	"strings"
	"testing"
)

func TestDecrypt6(t *testing.T) {
	for _, tt := range []struct{ name, master, text, clear string }{
		{"the published example", "cisco123", `NdUI^_YP[VEPG[MT_bfTEFNZYFCYe\R\M`, "password"},
		{"from a router", "Cisco123", "fe_a`iJYE\\DZYJhDhTP[`MYaTgRH_MAAB", "Cisco123"},
		{"without a NUL at its end", "mySecretMasterkey", "XOUDEUYHeLGdB`UAZKX\\GK[iEgCWMZXEXN^dTGZ[UAAAB", "mySecretPassword"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := Decrypt6(tt.master, tt.text); !ok || got != tt.clear {
				t.Errorf("Decrypt6 = %q, %v, want %q", got, ok, tt.clear)
			}
			if got, ok := Decrypt6(tt.master+"x", tt.text); ok {
				t.Errorf("another master key gives %q", got)
			}
			for n := range len(tt.text) {
				if got, ok := Decrypt6(tt.master, tt.text[:n]); ok {
					t.Errorf("the first %d letters give %q", n, got)
				}
			}
		})
	}
}

func TestEncrypt6(t *testing.T) {
	// The salt of the published example gives its text again.
	raw, ok := unbase41(`NdUI^_YP[VEPG[MT_bfTEFNZYFCYe\R\M`)
	if !ok {
		t.Fatal("the example is not read")
	}
	if got := Encrypt6("cisco123", "password", bytes.NewReader(raw)); got != `NdUI^_YP[VEPG[MT_bfTEFNZYFCYe\R\M` {
		t.Errorf("Encrypt6 = %q", got)
	}
	for _, clear := range []string{"", "a", strings.Repeat("x", 15), strings.Repeat("x", 16), strings.Repeat("x", 17), "clé ?", strings.Repeat("y", maxClear6)} {
		text := Encrypt6("master", clear, bytes.NewReader(raw))
		if got, ok := Decrypt6("master", text); !ok || got != clear {
			t.Errorf("%.20q becomes %.20q, %v", clear, got, ok)
		}
	}
	if got := Encrypt6("master", strings.Repeat("y", maxClear6+1), bytes.NewReader(raw)); got != "" {
		t.Error("a text too long is encrypted")
	}
	if got := Encrypt6("master", "x", bytes.NewReader(raw[:3])); got != "" {
		t.Error("a salt is made up")
	}
}

func FuzzDecrypt6(f *testing.F) {
	f.Add("cisco123", `NdUI^_YP[VEPG[MT_bfTEFNZYFCYe\R\M`)
	f.Add("", "AAB")
	f.Fuzz(func(t *testing.T, master, text string) {
		clear, ok := Decrypt6(master, text)
		if !ok {
			return
		}
		raw, _ := unbase41(text)
		if strings.HasSuffix(clear, "\x00") || base41(raw) != text {
			return // only what Encrypt6 writes comes back
		}
		if again := Encrypt6(master, clear, bytes.NewReader(raw)); again != text && len(raw)-saltSize6-macSize6 > len(clear) {
			t.Errorf("%q is read from %q and written as %q", clear, text, again)
		}
	})
}
