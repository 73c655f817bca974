package lab_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"axle/internal/flash"
	"axle/internal/issuer"
	"axle/ipsec/pki"
	"axle/lab"
)

var update = flag.Bool("update", false, "rewrite the screens of testdata/pki")

// begin is when a lab begins.
var begin = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

const filePassword = "axle"

// certified returns the protected network of phase 3 with certificates in the place
// of its pre-shared key, and the files of its routers: each has its key with its
// certificate, and two revocation lists.
func certified(t *testing.T, kind, method string) (*lab.Topology, map[string]map[string][]byte) {
	t.Helper()
	topo, ok, err := lab.FindBuiltin("ipsec", 2)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	root := issuer.New("ec", "cn=Axle Root,o=Axle", begin)
	sub := root.Below("ec", "cn=Axle CA,o=Axle")
	const old = " match identity remote address 0.0.0.0\n authentication remote pre-share\n authentication local pre-share\n keyring local ike-keyring\n"
	now := " match certificate ROUTERS\n authentication remote " + method + "\n authentication local " + method + "\n pki trustpoint DMVPN\n dpd 10 2 periodic\n"
	files := map[string]map[string][]byte{}
	var last *x509.Certificate
	for i := range topo.Nodes {
		n := &topo.Nodes[i]
		if !strings.Contains(n.Config, old) {
			t.Fatalf("the profile of %s is another one:\n%s", n.Name, n.Config)
		}
		n.Config = strings.Replace(n.Config, old, now, 1)
		n.Config = strings.Replace(n.Config, "crypto ikev2 profile", "crypto pki certificate map ROUTERS 10\n issuer-name co cn=axle ca\n!\ncrypto ikev2 profile", 1)
		k := issuer.Key(kind, n.Name)
		last = sub.Issue("cn="+n.Name+",o=Axle", k, func(c *x509.Certificate) { c.DNSNames = []string{n.Name + ".example.com"} })
		b := &pki.Bundle{Key: k.Signer, Certificate: last, Authorities: []*x509.Certificate{sub.Certificate, root.Certificate}}
		der, err := b.PKCS12(issuer.Chance(n.Name), filePassword)
		if err != nil {
			t.Fatal(err)
		}
		files[n.Name] = map[string][]byte{"router.p12": der}
	}
	none, spoke2 := sub.Revoke(nil), sub.Revoke([]*x509.Certificate{last})
	for _, f := range files {
		f["none.crl"], f["spoke2.crl"] = none, spoke2
	}
	return topo, files
}

// store returns the flash of a router with its files.
func store(t *testing.T, files map[string][]byte) flash.Store {
	t.Helper()
	m := flash.NewMemory(func() time.Time { return begin })
	for name, b := range files {
		w, err := m.Create(name, false)
		if err == nil {
			_, err = w.Write(b)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// runs runs a script of testdata/pki in a network.
func runs(t *testing.T, name string, rewrite bool, topo *lab.Topology, files map[string]map[string][]byte) {
	t.Helper()
	file := "testdata/pki/" + name
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := lab.ReadScript(file, bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	r := &lab.Runner{
		Out: &out, Update: rewrite, Open: func(string, string) (*lab.Topology, error) { return topo, nil },
		Options: lab.Options{Seed: 1, Version: "test", Flash: func(node string) (flash.Store, error) { return store(t, files[node]), nil }},
	}
	if err := r.Run(context.Background(), s); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
}

// TestCertificates runs a network whose routers prove who they are by certificates
// of RSA and of ECDSA.
func TestCertificates(t *testing.T) {
	for kind, method := range map[string]string{"rsa": "rsa-sig", "ec": "ecdsa-sig"} {
		t.Run(kind, func(t *testing.T) {
			topo, files := certified(t, kind, method)
			runs(t, "certificates.lab", *update && kind == "rsa", topo, files)
		})
	}
}

// TestCertificatesIKEv1 does the same in main mode.
func TestCertificatesIKEv1(t *testing.T) {
	topo, files := certified(t, "rsa", "rsa-sig")
	for i := range topo.Nodes {
		n := &topo.Nodes[i]
		from, to := strings.Index(n.Config, "crypto ikev2 keyring"), strings.Index(n.Config, "crypto ipsec profile")
		if from < 0 || to < from {
			t.Fatalf("the configuration of %s is another one:\n%s", n.Name, n.Config)
		}
		n.Config = n.Config[:from] + "crypto isakmp policy 10\n encryption aes 256\n hash sha256\n group 14\n!\ncrypto isakmp keepalive 10 2 periodic\n" + n.Config[to:]
		n.Config = strings.Replace(n.Config, " set ikev2-profile ike-profile\n", "", 1)
	}
	runs(t, "certificates-ikev1.lab", *update, topo, files)
}
