package shell

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"strings"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/ipsec/pki"
)

// askPKI asks what belongs to a command of keys or of trust points, and returns the
// line with the answers; nil where the operator declined, or where it has run.
func (s *Session) askPKI(ctx context.Context, l *grammar.Line) *grammar.Line {
	if text := ios.RefusePKI(s.b.Config(), l); text != "" {
		s.print(text)
		return nil
	}
	t := s.b.Config().PKI.TrustPoint(l.Args["name"])
	switch l.Command {
	case ios.ZeroizeKey:
		return s.askZeroize(l)
	case ios.PKIAuthenticate:
		return s.askAuthenticate(l, t)
	case ios.PKIEnroll:
		return s.askEnroll(ctx, l, t)
	case ios.PKIImport:
		return s.askImport(l)
	case ios.PKIExport:
		if l.Has("pkcs12") {
			return s.askExport(l)
		}
	}
	return l
}

// answered returns the line with more arguments.
func answered(l *grammar.Line, name, value string) *grammar.Line {
	c := *l
	c.Args = maps.Clone(l.Args)
	if c.Args == nil {
		c.Args = map[string]string{}
	}
	c.Args[name] = value
	return &c
}

// maxEmpty is how many empty lines end a paste of which nothing has come.
const maxEmpty = 100

// paste reads what an operator pastes: up to "quit", or with blank set up to an empty
// line behind it.
func (s *Session) paste(blank bool) (text string, ok bool) {
	var b strings.Builder
	for empty := 0; empty < maxEmpty; {
		line, err := s.t.ReadAnswer("")
		if err != nil {
			return "", false
		}
		line = strings.TrimSpace(line)
		switch {
		case strings.EqualFold(line, "quit"), line == "" && blank && b.Len() > 0:
			return b.String(), true
		case b.Len()+len(line) >= pki.MaxText:
			s.print("% Text too long\n")
			return "", false
		case line == "":
			empty++
		}
		if line != "" || b.Len() > 0 {
			b.WriteString(line + "\n")
		}
	}
	return "", false
}

// askZeroize asks whether keys are to be removed.
func (s *Session) askZeroize(l *grammar.Line) *grammar.Line {
	what := "% All RSA keys will be removed.\n"
	if l.Has("ec") {
		what = "% All EC keys will be removed.\n"
	}
	if name := l.Args["name"]; name != "" {
		what = "% Keys to be removed are named '" + name + "'.\n"
	}
	s.print(what + "% All router certs issued using these keys will also be removed.\n")
	if yes, ok := s.yesNo("Do you really want to remove these keys? [yes/no]: "); !yes || !ok {
		return nil
	}
	return l
}

// asksRemoval asks before a trust point goes with its certificates. It reports whether
// the line may be entered.
func (s *Session) asksRemoval(l *grammar.Line) bool {
	if !ios.Enrolled(s.b.Config(), l) {
		return true
	}
	s.print("% Removing an enrolled trustpoint will destroy all certificates\n received from the related Certificate Authority.\n\n")
	yes, ok := s.yesNo("Are you sure you want to do this? [yes/no]: ")
	if yes && ok {
		s.print("% Be sure to ask the CA administrator to revoke your certificates.\n\n")
	}
	return yes && ok
}

// pasteText asks for something in base64.
func pasteText(what string) string {
	return "\nEnter the base 64 encoded " + what + ".\nEnd with a blank line or the word \"quit\" on a line by itself\n\n"
}

// askAuthenticate reads the certificate of an authority, and asks whether it is the
// right one unless the configuration has its fingerprint.
func (s *Session) askAuthenticate(l *grammar.Line, t *ios.TrustPoint) *grammar.Line {
	s.print(pasteText("CA certificate"))
	text, ok := s.paste(true)
	if !ok {
		return nil
	}
	list, err := pki.Certificates(text)
	if err != nil {
		s.print("% Error in saving certificate: status = FAIL\n")
		return nil
	}
	s.print(fmt.Sprintf("Certificate has the following attributes:\n       Fingerprint MD5: %s \n      Fingerprint SHA1: %s \n\n", pki.MD5(list[0]), pki.SHA1(list[0])))
	if t.Fingerprint != "" {
		if !pki.HasFingerprint(list[0], t.Fingerprint) {
			s.print("Certificate validation failed - fingerprints did not match.\n% Error: the certificate is not accepted\n")
			return nil
		}
		s.print("Trustpoint Fingerprint: " + t.Fingerprint + " \nCertificate validated - fingerprints matched.\n")
		return answered(l, ios.PastedArg, text)
	}
	if yes, ok := s.yesNo("% Do you accept this certificate? [yes/no]: "); !yes || !ok {
		return nil
	}
	return answered(l, ios.PastedArg, text)
}

// askEnroll asks what the configuration leaves open about the subject. It shows a
// request as often as it is wanted.
func (s *Session) askEnroll(ctx context.Context, l *grammar.Line, t *ios.TrustPoint) *grammar.Line {
	self := t.Enrollment == "selfsigned"
	if !self {
		s.print("% Start certificate enrollment .. \n\n")
	}
	if t.Subject != "" {
		s.print("% The subject name in the certificate will include: " + t.Subject + "\n")
	}
	if name := ios.HostnameOf(s.b.Config(), t); name != "" {
		s.print("% The subject name in the certificate will include: " + name + "\n")
	}
	if t.Serial == "" {
		yes, ok := s.yesNo("% Include the router serial number in the subject name? [yes/no]: ")
		if !ok {
			return nil
		}
		if yes {
			l = answered(l, ios.SerialArg, "yes")
		}
	}
	if t.Address == "" {
		if l = s.askSubjectAddress(l); l == nil {
			return nil
		}
	}
	question := "Display Certificate Request to terminal? [yes/no]: "
	if self {
		question = "Generate Self Signed Router Certificate? [yes/no]: "
	}
	for {
		if yes, ok := s.yesNo(question); !yes || !ok {
			return nil
		}
		if self {
			return l
		}
		s.output(ctx, nil, func(ctx context.Context, w io.Writer) error { return s.b.Exec(ctx, s.who, l, w) })
		question = "Redisplay enrollment request? [yes/no]: "
	}
}

// askSubjectAddress asks for an address in the subject.
func (s *Session) askSubjectAddress(l *grammar.Line) *grammar.Line {
	answer, err := s.t.ReadAnswer("% Include an IP address in the subject name? [no]: ")
	if err != nil {
		return nil
	}
	if a := strings.ToLower(strings.TrimSpace(answer)); a == "" || !strings.HasPrefix("yes", a) {
		return l
	}
	for range tries {
		if answer, err = s.t.ReadAnswer("Enter Interface name or IP Address[]: "); err != nil {
			return nil
		}
		answer = strings.TrimSpace(answer)
		if _, err := netip.ParseAddr(answer); err == nil {
			return answered(l, ios.AddressArg, answer)
		}
		if name, _, _, ok := (ios.InterfaceType{}).Parse(strings.Fields(answer + " .")); ok {
			return answered(l, ios.AddressArg, name)
		}
		s.print("% Invalid interface or address\n")
	}
	return nil
}

// askImport reads what is pasted for an import, and asks for what is missing.
func (s *Session) askImport(l *grammar.Line) *grammar.Line {
	switch {
	case l.Has("pem"):
		return s.askPEM(l)
	case l.Has("pkcs12"):
		s.print("% Importing pkcs12...\n")
		if l = s.askPassphrase(l); l == nil {
			return nil
		}
	}
	if l.Args["url"] != "" {
		if !s.quiet() {
			if l = s.askName(l, "url", "Source filename"); l == nil {
				return nil
			}
		}
		s.print("Reading file from " + l.Args["url"] + "\n")
		return l
	}
	what := "certificate"
	switch {
	case l.Has("pkcs12"):
		what = "pkcs12"
	case l.Has("crl"):
		what = "CRL"
	}
	s.print(pasteText(what))
	text, ok := s.paste(true)
	if !ok {
		return nil
	}
	return answered(l, ios.PastedArg, text)
}

// askPassphrase asks for a passphrase where the line does not give it.
func (s *Session) askPassphrase(l *grammar.Line) *grammar.Line {
	if l.Args[ios.PasswordArg] != "" {
		return l
	}
	text, err := s.t.ReadSecret("Passphrase: ")
	if err != nil {
		return nil
	}
	return answered(l, ios.PasswordArg, text)
}

// askPEM reads a certificate of an authority, a private key, and its certificate.
func (s *Session) askPEM(l *grammar.Line) *grammar.Line {
	const end = "% End with a blank line or \"quit\" on a line by itself.\n"
	for _, part := range []struct {
		arg, text string
		blank     bool
	}{
		{ios.PastedArg, "% Enter PEM-formatted CA certificate.\n" + end, true},
		{ios.PastedKey, "% Enter PEM-formatted encrypted private General Purpose key.\n% End with \"quit\" on a line by itself.\n", false},
		{ios.PastedOwn, "% Enter PEM-formatted General Purpose certificate.\n" + end, true},
	} {
		s.print(part.text)
		text, ok := s.paste(part.blank)
		if !ok {
			return nil
		}
		l = answered(l, part.arg, text)
	}
	return l
}

// askExport asks for the passphrase, and for the name of the file.
func (s *Session) askExport(l *grammar.Line) *grammar.Line {
	if l = s.askPassphrase(l); l == nil {
		return nil
	}
	if l.Args[ios.PasswordArg] == "" {
		s.print("% A passphrase is needed.\n")
		return nil
	}
	url := l.Args["url"]
	if url == "" || s.quiet() {
		return l
	}
	if l = s.askName(l, "url", "Destination filename"); l == nil {
		return nil
	}
	if files, ok := s.b.(Files); ok && files.HasFile(l.Args["url"]) {
		s.print("%Warning:There is a file already existing with this name \n")
		if !s.confirm("Do you want to over write? [confirm]") {
			return nil
		}
	}
	return l
}
