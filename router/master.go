package router

import (
	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
)

// A KeyStore is a Store that keeps the master key of type 6 keys, which never
// stands in a configuration.
type KeyStore interface {
	// LoadKey returns the master key, "" where there is none.
	LoadKey() (string, error)
	// SaveKey keeps it; "" forgets it.
	SaveKey(key string) error
}

// masterActs are the commands of the master key.
var masterActs = map[*grammar.Command]act{
	ios.MasterKey: func(r *Router, _ shell.Who, l *grammar.Line) string {
		if len(l.Args["clear"]) < ios.MinMasterKey {
			return "% The master key must have at least 8 characters\n"
		}
		return r.setMaster(l.Args["clear"])
	},
	ios.NoMasterKey: func(r *Router, _ shell.Who, l *grammar.Line) string { return r.setMaster("") },
}

// setMaster takes a master key into force. Keys of type 6 that stand in the
// configuration are encrypted anew; without a master key they stay, and cannot
// be read any more.
func (r *Router) setMaster(key string) string {
	if k, ok := r.opt.Store.(KeyStore); ok {
		if err := k.SaveKey(key); err != nil {
			return "% The master key could not be saved: " + err.Error() + "\n"
		}
	}
	if key != "" && r.master != "" {
		ios.Reencrypt(r.tree, r.master, key, chance{r.rnd})
	}
	r.master = key
	r.seal(r.tree)
	r.changed, r.cfg = r.now, ios.Decode(r.tree)
	r.reconfigure()
	return ""
}

// loadMaster reads the master key.
func (r *Router) loadMaster() {
	r.master = ""
	k, ok := r.opt.Store.(KeyStore)
	if !ok {
		return
	}
	key, err := k.LoadKey()
	if err != nil {
		r.raise(eventNoStartup.New(err.Error()))
	}
	r.master = key
}

// seal gives the passwords and keys of a configuration the form that it asks
// for. Secrets that are those in force keep their form.
func (r *Router) seal(t *grammar.Tree) {
	s := ios.SealerOf(t, r.master, chance{r.rnd})
	if r.tree != nil {
		s.Known = r.tree
	}
	s.Tree(t)
}
