package pki

import (
	"bytes"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"
)

// Limits of what is read.
const (
	MaxText  = 128 << 10 // bytes of a paste or a file
	MaxDER   = 16 << 10  // bytes of a certificate
	MaxCRL   = 62 << 10  // bytes of a revocation list: a configuration takes 2000 lines of it
	MaxChain = 8         // certificates of a chain
	maxBlock = 16        // blocks of a paste
)

// Kinds of PEM blocks.
const (
	blockCertificate = "CERTIFICATE"
	blockCRL         = "X509 CRL"
	blockRequest     = "CERTIFICATE REQUEST"
	blockPKCS8       = "PRIVATE KEY"
	blockRSA         = "RSA PRIVATE KEY"
	blockEC          = "EC PRIVATE KEY"
	blockPKCS12      = "PKCS12"
)

// A block is a thing of a paste: its kind, "" where it came as base64 without a
// header.
type block struct {
	kind    string
	headers map[string]string
	der     []byte
}

// blocks reads a paste: PEM blocks, with anything between them, or the base64 of one
// thing without header.
func blocks(text string) ([]block, error) {
	if len(text) > MaxText {
		return nil, fmt.Errorf("pki: text of %d bytes: %w", len(text), ErrSize)
	}
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	rest := []byte(strings.Join(lines, "\n") + "\n")
	if !bytes.Contains(rest, []byte("-----BEGIN ")) {
		der, err := base64.StdEncoding.DecodeString(string(bytes.ReplaceAll(rest, []byte("\n"), nil)))
		if err != nil || len(der) == 0 {
			return nil, fmt.Errorf("pki: text: %w", ErrFormat)
		}
		return []block{{der: der}}, nil
	}
	var out []block
	for {
		var b *pem.Block
		if b, rest = pem.Decode(rest); b == nil {
			break
		}
		if len(out) == maxBlock {
			return nil, fmt.Errorf("pki: more than %d PEM blocks: %w", maxBlock, ErrSize)
		}
		out = append(out, block{b.Type, b.Headers, b.Bytes})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("pki: text: %w", ErrFormat)
	}
	return out, nil
}

// only returns the bytes of the first block of a kind, or of one without a header.
func only(text, kind string) ([]byte, error) {
	list, err := blocks(text)
	if err != nil {
		return nil, err
	}
	for _, b := range list {
		if b.kind == kind || b.kind == "" {
			return b.der, nil
		}
	}
	return nil, fmt.Errorf("pki: no PEM block %q: %w", kind, ErrFormat)
}

// hexGroups is how many groups of four bytes stand in a line of a configuration.
const hexGroups = 8

// Hex returns the lines in which a running-config shows the bytes of a certificate
// or of a revocation list.
func Hex(der []byte) []string {
	var lines []string
	for len(der) > 0 {
		row := der[:min(len(der), 4*hexGroups)]
		der = der[len(row):]
		var groups []string
		for len(row) > 0 {
			n := min(len(row), 4)
			groups = append(groups, strings.ToUpper(hex.EncodeToString(row[:n])))
			row = row[n:]
		}
		lines = append(lines, strings.Join(groups, " "))
	}
	return lines
}

// FromHex reads the lines of Hex. What they hold must be one whole value of ASN.1.
func FromHex(lines []string) ([]byte, error) {
	digits := strings.Join(strings.Fields(strings.Join(lines, " ")), "")
	if len(digits) > 2*MaxCRL {
		return nil, fmt.Errorf("pki: %d hexadecimal digits: %w", len(digits), ErrSize)
	}
	der, err := hex.DecodeString(digits)
	if err != nil {
		return nil, fmt.Errorf("pki: hexadecimal digits: %w", ErrFormat)
	}
	var v asn1.RawValue
	if rest, err := asn1.Unmarshal(der, &v); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("pki: hexadecimal digits are no value of ASN.1: %w", ErrFormat)
	}
	return der, nil
}

// Base64 returns bytes in lines of base64, without a header.
func Base64(der []byte) string {
	const width = 64
	text := base64.StdEncoding.EncodeToString(der)
	var b strings.Builder
	for len(text) > 0 {
		n := min(len(text), width)
		b.WriteString(text[:n] + "\n")
		text = text[n:]
	}
	return b.String()
}

// PEM returns a certificate in PEM.
func PEM(der []byte) string { return encode(blockCertificate, der) }

// RequestPEM returns a certificate request in PEM.
func RequestPEM(der []byte) string { return encode(blockRequest, der) }

func encode(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
