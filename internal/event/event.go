// Package event holds what a router tells its operator: log messages in the
// form that IOS gives them, each declared once by the package that raises it.
//
// It formats texts; it keeps no log and knows no time.
package event

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// A Kind declares a log message: "%DMVPN-5-NHRP_NHS_UP: ...".
type Kind struct {
	Facility string // "DMVPN"
	Severity int    // 0 emergency to 7 debugging
	Mnemonic string // "NHRP_NHS_UP"
	// Format is the text after the colon in the form of package fmt. It begins
	// with a second blank where IOS prints two.
	Format string
}

// An Event is one message to log.
type Event struct {
	Kind *Kind
	Args []any
}

// New returns an event of kind k; the arguments fill its format.
func (k *Kind) New(args ...any) Event { return Event{Kind: k, Args: args} }

// Text returns the message as IOS prints it after the time stamp.
func (e Event) Text() string {
	k := e.Kind
	args := slices.Clone(e.Args)
	for i, a := range args {
		if a, ok := a.(netip.Addr); ok && a.Is6() {
			args[i] = strings.ToUpper(a.String()) // as IOS writes it
		}
	}
	return fmt.Sprintf("%%%s-%d-%s: ", k.Facility, k.Severity, k.Mnemonic) + fmt.Sprintf(k.Format, args...)
}
