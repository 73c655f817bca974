package lab_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"axle/cli/shell"
	"axle/internal/issuer"
	"axle/ipsec/pki"
	"axle/lab"
	"axle/router"
)

// A console is a session at a router of a lab with nothing but itself.
type console struct {
	t    *testing.T
	lab  *lab.Lab
	term *shell.Script
	sess *shell.Session
}

// atConsole boots a router, with its startup-config in the folder dir, and takes its
// console in configuration mode.
func atConsole(t *testing.T, dir string) *console {
	t.Helper()
	topo := &lab.Topology{Name: "one", Nodes: []lab.NodeConfig{{Name: "R1", Config: "", Ports: []lab.PortConfig{{Name: "GigabitEthernet0/0"}}}}}
	l, err := lab.New(topo, lab.Options{Seed: 7, Version: "test", Store: func(_, text string) router.Store {
		return router.FileStore{Path: filepath.Join(dir, "startup-config")}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	l.Boot(context.Background(), nil)
	c := &console{t: t, lab: l, term: shell.NewScript()}
	c.sess = shell.New(shell.Options{Backend: l.Backend("R1"), Terminal: c.term, Who: shell.Who{Line: "console"}, Privilege: 15})
	c.sess.Execute(context.Background(), "configure terminal")
	c.term.Take()
	return c
}

// types runs lines, and returns the screen of the last.
func (c *console) types(lines ...string) string {
	for _, l := range lines {
		c.term.Take()
		c.sess.Execute(context.Background(), l)
	}
	return c.term.Take()
}

// answers runs a line, and answers its questions; a text of many lines is pasted.
func (c *console) answers(line string, answers ...string) string {
	for _, a := range answers {
		c.term.Answer(strings.Split(a, "\n")...)
	}
	return c.types(line)
}

// shows fails unless a screen has all these texts.
func (c *console) shows(screen string, texts ...string) {
	c.t.Helper()
	for _, text := range texts {
		if !strings.Contains(screen, text) {
			c.t.Errorf("no %q in\n%s", text, screen)
		}
	}
}

// request returns the request that a screen shows.
func request(t *testing.T, screen string) []byte {
	t.Helper()
	b, _ := pem.Decode([]byte(screen[max(0, strings.Index(screen, "-----BEGIN")):]))
	if b == nil {
		t.Fatalf("no request in\n%s", screen)
	}
	return b.Bytes
}

func pasted(c *x509.Certificate) string { return pki.PEM(c.Raw) + "quit" }

// TestEnrolByTerminal is what an operator does to get a certificate by cut and paste.
func TestEnrolByTerminal(t *testing.T) {
	dir := t.TempDir()
	c := atConsole(t, dir)
	ca, other := issuer.New("ec", "cn=CA,o=Axle", begin), issuer.New("ec", "cn=Other", begin)
	c.types("hostname R1", "ip domain name example.com", "crypto pki trustpoint TP", "enrollment terminal pem", "subject-name cn=R1,o=Axle", "revocation-check none", "rsakeypair KEYS 2048", "exit")

	c.shows(c.types("crypto pki authenticate NO"), "% Trustpoint NO is not defined.")
	c.shows(c.types("crypto pki enroll TP"), "You must authenticate the Certificate Authority before")
	c.shows(c.types("crypto pki import TP certificate"), "You must authenticate")

	c.shows(c.answers("crypto pki authenticate TP", "junk", "quit"), "% Error in saving certificate: status = FAIL")
	c.shows(c.answers("crypto pki authenticate TP", pasted(ca.Certificate), "what", "no"), "Fingerprint SHA1: "+pki.SHA1(ca.Certificate), "Please answer 'yes' or 'no'")
	c.shows(c.types("do show crypto pki trustpoints TP status"), "Issuing CA certificate not configured.", "Issuing CA authenticated ....... No")
	c.shows(c.answers("crypto pki authenticate TP", pasted(ca.Certificate), "yes"), "% Do you accept this certificate? [yes/no]: yes", "Trustpoint CA certificate accepted.", "% Certificate successfully imported")
	c.shows(c.types("crypto pki authenticate TP"), "% Please delete your existing CA certificate first.")

	screen := c.answers("crypto pki enroll TP", "no", "no", "yes", "yes", "no")
	c.shows(screen, "% Start certificate enrollment ..", "will include: cn=R1,o=Axle", "will include: R1.example.com", "Certificate Request follows:", "---End - This line not part of the certificate request---", "Redisplay enrollment request? [yes/no]: no")
	if n := strings.Count(screen, "Certificate Request follows:"); n != 2 {
		t.Errorf("the request is shown %d times, want 2", n)
	}
	own, err := ca.Grant(request(t, screen))
	if err != nil {
		t.Fatal(err)
	}
	forged, err := other.Grant(request(t, screen))
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]*x509.Certificate{"of another authority": forged, "of another key": ca.Issue("cn=R1", issuer.Key("ec", "x"))} {
		if got := c.answers("crypto pki import TP certificate", pasted(bad)); !strings.Contains(got, "% Failed to parse or verify imported certificate") {
			t.Errorf("%s: %s", name, got)
		}
	}
	c.shows(c.answers("crypto pki import TP certificate", pasted(own)), "% Router Certificate successfully imported")
	c.shows(c.types("do show crypto pki certificates verbose TP"), "hostname=R1.example.com", "RSA Public Key: (2048 bit)", "Key Label: KEYS", "Associated Trustpoints: TP")
	c.shows(c.types("crypto pki export TP pem terminal"), "% CA certificate:", "% General Purpose Certificate:", pki.PEM(own.Raw))
	c.shows(c.answers("crypto pki export TP pkcs12 terminal password x"), "% The keys are not exportable.")
	c.shows(c.types("crypto pki crl request TP"), "Revocation lists are not fetched")

	// It is there after a reload, and the private key stands in a file of its own.
	running := c.types("do write memory", "do show running-config")
	c.types("end")
	if b, err := os.ReadFile(filepath.Join(dir, "startup-config")); err != nil || bytes.Contains(b, []byte("PRIVATE")) || strings.Contains(running, "PRIVATE") {
		t.Errorf("the startup-config has a private key: %v", err)
	}
	if i, err := os.Stat(filepath.Join(dir, "startup-config.private")); err != nil || i.Mode().Perm() != 0o600 {
		t.Errorf("the file of keys: %v, %v", i, err)
	}
	again := atConsole(t, dir)
	again.shows(again.types("do show crypto pki trustpoints status"), pki.SHA1(own), "Keys generated ............. Yes (General Purpose, non-exportable)")
	if got := again.types("do show running-config"); body(got) != body(running) {
		t.Errorf("another running-config after the reload:\n%s\n---\n%s", running, got)
	}

	// Without keys there is no certificate.
	again.shows(again.answers("crypto key zeroize rsa KEYS", "no"), "% Keys to be removed are named 'KEYS'.")
	again.shows(again.types("do show crypto key mypubkey all"), "Key name: KEYS")
	again.answers("crypto key zeroize rsa", "yes")
	if got := again.types("do show crypto key mypubkey all"); got != "" {
		t.Errorf("keys are left: %s", got)
	}
	if got := again.types("do show crypto pki certificates"); strings.Contains(got, "General Purpose") || !strings.Contains(got, "CA Certificate") {
		t.Errorf("certificates are left: %s", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "startup-config.private")); !os.IsNotExist(err) {
		t.Errorf("the file of keys is left: %v", err)
	}
}

// body returns a running-config without its heading.
func body(text string) string {
	_, text, _ = strings.Cut(text, "\nhostname")
	return text
}

func TestFingerprintConfigured(t *testing.T) {
	ca := issuer.New("ec", "cn=CA", begin)
	c := atConsole(t, t.TempDir())
	c.types("crypto pki trustpoint TP", "enrollment terminal", "fingerprint 00112233", "exit")
	c.shows(c.answers("crypto pki authenticate TP", pasted(ca.Certificate)), "the certificate is not accepted")
	c.types("crypto pki trustpoint TP", "fingerprint "+strings.ReplaceAll(pki.SHA1(ca.Certificate), " ", ""), "exit")
	c.shows(c.answers("crypto pki authenticate TP", pasted(ca.Certificate)), "fingerprints matched", "Trustpoint CA certificate accepted.")
	c.shows(c.answers("no crypto pki trustpoint TP", "no"), "% Removing an enrolled trustpoint will destroy all certificates")
	c.shows(c.types("do show running-config"), "crypto pki certificate chain TP")
	c.answers("no crypto pki trustpoint TP", "yes")
	if got := c.types("do show running-config"); strings.Contains(got, "certificate chain") {
		t.Errorf("certificates without their trust point: %s", got)
	}
	leaf := ca.Issue("cn=leaf", issuer.Key("ec", "leaf"))
	c.types("crypto pki trustpoint T2", "enrollment terminal", "exit")
	c.shows(c.answers("crypto pki authenticate T2", pasted(leaf), "yes"), "% The certificate is not that of a CA.")
	c.types("crypto pki trustpoint T3", "enrollment url http://192.0.2.1:80", "exit")
	c.shows(c.types("crypto pki authenticate T3"), "% Enrollment over a network is not available.")
	c.shows(c.types("crypto pki enroll T3"), "% Enrollment over a network is not available.")
}

func TestSelfSigned(t *testing.T) {
	c := atConsole(t, t.TempDir())
	c.types("hostname R1", "crypto pki trustpoint SELF", "enrollment selfsigned", "subject-name cn=R1", "eckeypair EC", "exit")
	c.shows(c.types("crypto pki authenticate SELF"), "is self-signed")
	c.shows(c.answers("crypto pki enroll SELF", "yes", "yes", "g0/9x", "192.0.2.7", "no"), "Generate Self Signed Router Certificate? [yes/no]: no", "% Invalid interface or address")
	c.shows(c.answers("crypto pki enroll SELF", "yes", "yes", "192.0.2.7", "yes"), "Router Self Signed Certificate successfully created")
	c.shows(c.types("do show crypto pki certificates"), "Router Self-Signed Certificate", "Certificate Serial Number (hex): 01", "IP Address: 192.0.2.7", "Serial Number: 9AX")
	c.shows(c.answers("crypto pki enroll SELF", "no", "no", "yes"), "successfully created")
	screen := c.types("do show running-config")
	c.shows(screen, " certificate self-signed 02\n")
	if strings.Contains(screen, "self-signed 01") {
		t.Error("the older certificate is left")
	}
}

func TestKeysGenerated(t *testing.T) {
	c := atConsole(t, t.TempDir())
	c.shows(c.types("crypto key generate rsa"), "% Please define a domain-name first.")
	c.shows(c.types("crypto key generate rsa label A modulus 512"), "too weak")
	c.shows(c.types("crypto key generate rsa label A modulus 1024 exportable"), "The name for the keys will be: A", "% The key modulus size is 1024 bits", "% Generating 1024 bit RSA keys, keys will be exportable...\n[OK]")
	c.shows(c.types("crypto key generate rsa label A modulus 1024"), "% You already have RSA keys defined named A.\n% They will be replaced.")
	c.shows(c.types("crypto key generate ec label A"), "% Keys of another kind are named A")
	c.types("hostname R1", "ip domain name example.com")
	c.shows(c.types("crypto key generate ec keysize 384"), "R1.example.com", "% Generating 384 bit EC keys, keys will be non-exportable...")
	c.shows(c.types("do show crypto key mypubkey all"), "Key name: A\nKey type: RSA KEYS", "Key name: R1.example.com\nKey type: EC KEYS", "Key is not exportable.")
	c.shows(c.types("do show crypto key mypubkey ec"), "EC KEYS")
	if got := c.types("do show crypto key mypubkey rsa R1.example.com"); got != "" {
		t.Errorf("an EC key among those of RSA: %s", got)
	}
	if got := c.types("do show running-config"); strings.Contains(got, "crypto key") {
		t.Errorf("keys in the configuration: %s", got)
	}
	c.shows(c.types("do show logging"), "%CRYPTO_ENGINE-5-KEY_ADDITION: A key named A has been generated or imported by crypto-engine")
}

// TestImportPEM takes a key in PEM, and exports it as PKCS #12 into another router.
func TestImportPEM(t *testing.T) {
	ca := issuer.New("ec", "cn=CA", begin)
	k := issuer.Key("rsa1024", "R1")
	own := ca.Issue("cn=R1", k)
	der, err := x509.MarshalPKCS8PrivateKey(k.Signer)
	if err != nil {
		t.Fatal(err)
	}
	key := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})) + "\nquit"
	c := atConsole(t, t.TempDir())
	wrong := c.answers("crypto pki import TP pem terminal exportable", pasted(ca.Certificate), key, pasted(ca.Certificate))
	c.shows(wrong, "% Enter PEM-formatted encrypted private General Purpose key.", "CRYPTO_PKI: Import PEM operation failed", "key is not that of the certificate")
	c.shows(c.answers("crypto pki import TP pem terminal exportable", pasted(ca.Certificate), key, pasted(own)), "% PEM files import succeeded.")
	c.shows(c.types("do show running-config"), "crypto pki trustpoint TP\n enrollment terminal\n", " rsakeypair TP\n")
	c.shows(c.types("crypto pki import TP pem terminal"), "% Trustpoint 'TP' is in use.")

	c.shows(c.answers("crypto pki export TP pkcs12 flash:r1.p12", "pass word"), "Destination filename [r1.p12]?", "Writing file to flash:/r1.p12")
	c.shows(c.types("do dir"), "r1.p12")
	screen := c.types("crypto pki export TP pkcs12 terminal password axle")
	at := strings.Index(screen, "-----BEGIN")
	if at < 0 {
		t.Fatal(screen)
	}
	file := screen[at:strings.Index(screen, "CRYPTO_PKI")] + "quit"
	d := atConsole(t, t.TempDir())
	d.shows(d.answers("crypto pki import T2 pkcs12 terminal password other", file), "% Importing pkcs12...", "Enter the base 64 encoded pkcs12.", "bad password?")
	d.shows(d.answers("crypto pki import T2 pkcs12 terminal", "axle", file), "CRYPTO_PKI: Imported PKCS12 file successfully.")
	d.shows(d.types("do show crypto pki certificates T2"), "cn=R1", "cn=CA", "Associated Trustpoints: T2")
	d.shows(d.types("crypto pki export T2 pkcs12 terminal password x"), "% The keys are not exportable.")
	for _, line := range []string{"crypto pki import T4 pkcs12 flash:none.p12 password x", "crypto pki import T4 pkcs12 tftp://192.0.2.1/x password x"} {
		d.shows(d.types(line), "%Error opening")
	}
}
