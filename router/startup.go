package router

import (
	"errors"

	"axle/cli/show"
	"axle/internal/event"
)

// maxStartup bounds a startup-config that is read.
const maxStartup = 16 << 20 // bytes

var eventNoStartup = &event.Kind{Facility: "SYS", Severity: 2, Mnemonic: "NVRAM", Format: "startup-config cannot be read: %s"}

// loadStartup returns the startup-config's text, "" where there is none.
func (r *Router) loadStartup() string {
	if r.opt.Store == nil {
		return ""
	}
	b, err := r.opt.Store.Load()
	if err == nil && len(b) > maxStartup {
		err = errors.New("larger than 16 MB")
	}
	if err != nil {
		r.raise(eventNoStartup.New(err.Error()))
		return ""
	}
	return string(b)
}

// RunningText returns the lines of the running-config, without its header.
func (r *Router) RunningText() string { return r.tree.Text() }

// running returns the whole screen of "show running-config".
func (r *Router) running(text string) string {
	return show.Running(r.plainView(), text, r.changed, r.changedBy)
}

// save writes the running-config to the store, as "write memory" does.
func (r *Router) save() error {
	text := r.RunningText()
	if r.opt.Store != nil {
		if err := r.opt.Store.Save([]byte(text + "end\n")); err != nil {
			return err
		}
	}
	r.saved, r.savedAt = text, r.now
	return nil
}

// Unsaved reports whether the running-config differs from the startup-config.
func (r *Router) Unsaved() bool { return r.RunningText() != r.saved }
