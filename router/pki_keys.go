package router

import (
	"fmt"
	"strconv"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
	"axle/internal/event"
	"axle/ipsec/pki"
)

// A PrivateStore is a Store that keeps the private keys of the router, which never
// stand in a configuration.
type PrivateStore interface {
	// LoadPrivate returns what SavePrivate kept; nil where there is nothing.
	LoadPrivate() ([]byte, error)
	// SavePrivate keeps it; nothing forgets it.
	SavePrivate(keys []byte) error
}

// Log messages of keys.
var (
	eventKeyMade   = &event.Kind{Facility: "CRYPTO_ENGINE", Severity: 5, Mnemonic: "KEY_ADDITION", Format: "A key named %s has been generated or imported by crypto-engine"}
	eventKeyGone   = &event.Kind{Facility: "CRYPTO_ENGINE", Severity: 5, Mnemonic: "KEY_DELETED", Format: "A key named %s has been removed from key storage"}
	eventKeysUnset = &event.Kind{Facility: "CRYPTO_ENGINE", Severity: 3, Mnemonic: "KEYS_UNREADABLE", Format: "The private keys cannot be read: %s"}
)

// loadKeys reads the private keys.
func (r *Router) loadKeys() {
	r.keys = nil
	s, ok := r.opt.Store.(PrivateStore)
	if !ok {
		return
	}
	b, err := s.LoadPrivate()
	if err == nil {
		r.keys, err = pki.ParseRing(b)
	}
	if err != nil {
		r.raise(eventKeysUnset.New(err.Error()))
	}
}

// setKeys takes other private keys into force, and keeps them.
func (r *Router) setKeys(keys pki.Ring) error {
	b, err := keys.Bytes()
	if err != nil {
		return err
	}
	if s, ok := r.opt.Store.(PrivateStore); ok {
		if err := s.SavePrivate(b); err != nil {
			return err
		}
	}
	r.keys = keys
	r.crypto.stale = true
	return nil
}

// addKey adds a key, in the place of one with its label.
func (r *Router) addKey(k *pki.Key) error {
	k.Made = r.now
	keys, err := r.keys.With(k)
	if err == nil {
		err = r.setKeys(keys)
	}
	if err == nil {
		r.raise(eventKeyMade.New(k.Label))
	}
	return err
}

// keyFailure is what an operator reads where a key could not be made or kept.
func keyFailure(err error) string { return "% The keys could not be made: " + err.Error() + "\n" }

// makeKey makes a key of the given bits; 0: as usual.
func (r *Router) makeKey(label string, ec bool, bits int) (*pki.Key, error) {
	if ec {
		s, err := pki.GenerateEC(r.crypto.random, max(bits, defaultCurve))
		return &pki.Key{Label: label, Signer: s}, err
	}
	if bits == 0 {
		bits = pki.DefaultModulus
	}
	s, err := pki.GenerateRSA(r.crypto.random, bits)
	return &pki.Key{Label: label, Signer: s}, err
}

// defaultCurve is the size of an EC key in bits where the command does not say it.
const defaultCurve = 256

// generateKey is "crypto key generate".
func generateKey(r *Router, _ shell.Who, l *grammar.Line) string {
	ec, label := l.Command == ios.GenerateECKey, l.Args["name"]
	if label == "" {
		if r.cfg.DomainName == "" {
			return "% Please define a domain-name first.\n"
		}
		label = r.keyName()
	}
	word, bits, export := "RSA", pki.DefaultModulus, "non-exportable"
	if ec {
		word, bits = "EC", defaultCurve
	}
	if n, err := strconv.Atoi(l.Args["modulus"] + l.Args["keysize"]); err == nil {
		bits = n
	}
	if l.Has("exportable") {
		export = "exportable"
	}
	text := fmt.Sprintf("The name for the keys will be: %s\n\n", label)
	if old := r.keys.Find(label); old != nil {
		if old.IsRSA() == ec {
			return "% Keys of another kind are named " + label + ": give another label.\n"
		}
		text = fmt.Sprintf("%% You already have %s keys defined named %s.\n%% They will be replaced.\n\n", word, label)
	}
	if !ec {
		if bits < pki.MinModulus {
			return fmt.Sprintf("%% Keys of %d bits are too weak to be made: give %d bits or more.\n", bits, pki.MinModulus)
		}
		bits -= bits % 16
		text += fmt.Sprintf("%% The key modulus size is %d bits\n", bits)
	}
	k, err := r.makeKey(label, ec, bits)
	if err == nil {
		k.Exportable = l.Has("exportable")
		err = r.addKey(k)
	}
	if err != nil {
		return keyFailure(err)
	}
	return text + fmt.Sprintf("%% Generating %d bit %s keys, keys will be %s...\n[OK] (elapsed time was 0 seconds)\n\n", bits, word, export)
}

// keyName is the label of keys that were not given one.
func (r *Router) keyName() string {
	if r.cfg.DomainName == "" {
		return r.hostname()
	}
	return r.hostname() + "." + r.cfg.DomainName
}

// zeroizeKey is "crypto key zeroize". The certificates of the keys go with them.
func zeroizeKey(r *Router, _ shell.Who, l *grammar.Line) string {
	var kept, gone pki.Ring
	for _, k := range r.keys {
		if k.IsRSA() != l.Has("ec") && (l.Args["name"] == "" || l.Args["name"] == k.Label) {
			gone = append(gone, k)
		} else {
			kept = append(kept, k)
		}
	}
	if gone == nil {
		return "% No keys found.\n"
	}
	if err := r.setKeys(kept); err != nil {
		return "% The keys could not be removed: " + err.Error() + "\n"
	}
	for _, k := range gone {
		r.raise(eventKeyGone.New(k.Label))
	}
	r.dropCertificates(gone)
	return ""
}
