package router

import (
	"errors"
	"fmt"
	"time"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
	"axle/cli/show"
	"axle/internal/event"
)

// A rollback is a change of the configuration that is taken back unless it is
// confirmed.
type rollback struct {
	file  string        // URL of the configuration before it
	after time.Duration // how long it may stay
	idle  bool          // counted from the last line that anyone entered
	user  string

	set    time.Time
	at     time.Time
	warned bool
}

// warnBefore is how long before the end the operators are warned.
const warnBefore = time.Minute

var (
	errArchiveOff = errors.New("the archive is not enabled")
	errNeedsPath  = errors.New("%Turn config archive on before using Rollback Confirmed Change")
	errWaiting    = errors.New("%Rollback Confirmed Change is already pending")
)

const nothingPending = "%No Rollback Confirmed Change pending\n"

var (
	eventBackup    = rollbackKind(5, "ROLLBK_CNFMD_CHG_BACKUP", "Backing up current running config to %s")
	eventNoBackup  = rollbackKind(3, "ROLLBK_CNFMD_CHG_BACKUP_ERROR", "The configuration was not archived: %s")
	eventScheduled = rollbackKind(5, "ROLLBK_CNFMD_CHG_START_ABSTIMER", "User: %s(Priv: 15, View: 0): Scheduled to rollback to config %s in %d minutes")
	eventIdle      = rollbackKind(5, "ROLLBK_CNFMD_CHG_START_IDLETIMER", "User: %s(Priv: 15, View: 0): Scheduled to rollback to config %s if the session has been idle for %d minutes")
	eventWarning   = rollbackKind(5, "ROLLBK_CNFMD_CHG_WARNING_ABSTIMER", "System will rollback to config %s in one minute. Enter \"configure confirm\" if you wish to keep what you've configured")
	eventRolling   = rollbackKind(5, "ROLLBK_CNFMD_CHG_ROLLBACK_START", "Start rollback to config %s")
	eventCancelled = rollbackKind(5, "ROLLBK_CNFMD_CHG_CANCEL", "User: %s: Cancelled the rollback to config %s")
)

func rollbackKind(severity int, mnemonic, format string) *event.Kind {
	return &event.Kind{Facility: "ARCHIVE_DIFF", Severity: severity, Mnemonic: mnemonic, Format: format}
}

// deadline returns when something is due, zero for never.
func (p *rollback) deadline() time.Time {
	switch {
	case p == nil:
		return time.Time{}
	case p.warned:
		return p.at
	}
	return p.at.Add(-warnBefore)
}

// userOf names who acts, as the rollback's screens do.
func userOf(who shell.Who) string {
	if who.User != "" {
		return who.User
	}
	if who.Line != "" {
		return who.Line
	}
	return "console"
}

// backup saves the configuration before a change that may be taken back.
func (r *Router) backup() (url, refusal string) {
	if r.pending != nil {
		return "", errWaiting.Error() + "\n"
	}
	url, err := r.archiveNow()
	switch {
	case err == errArchiveOff:
		return "", errNeedsPath.Error() + "\n"
	case err != nil:
		return "", "%Error archiving the configuration: " + FileReason(err) + "\n"
	}
	r.raise(eventBackup.New(url))
	return url, ""
}

func backupNotice(url string) string {
	return "Rollback Confirmed Change: Backing up current running config to " + url + "\n\n"
}

// revertTimer is "configure terminal revert timer": the session then enters
// configuration mode.
func (r *Router) revertTimer(who shell.Who, l *grammar.Line) (string, error) {
	url, refusal := r.backup()
	if refusal != "" {
		return "", errors.New(refusal)
	}
	text := r.schedule(rollback{file: url, after: minutes(l), idle: l.Has("idle"), user: userOf(who)})
	r.flush()
	return backupNotice(url) + text, nil
}

// schedule lets a change wait for its confirmation.
func (r *Router) schedule(p rollback) string {
	p.set, p.at = r.now, r.now.Add(p.after)
	r.pending = &p
	kind := eventScheduled
	if p.idle {
		kind = eventIdle
	}
	r.raise(kind.New(p.user, p.file, int(p.after/time.Minute)))
	if p.after <= warnBefore {
		p.warned = true
		r.raise(eventWarning.New(p.file))
	}
	return ""
}

// touch tells that somebody entered a line: an idle timer begins anew.
func (r *Router) touch() {
	if p := r.pending; p != nil && p.idle {
		p.at, p.warned = r.now.Add(p.after), false
	}
}

// tickRollback warns, and takes the change back where its time has come.
func (r *Router) tickRollback() {
	p := r.pending
	if p == nil || p.deadline().After(r.now) {
		return
	}
	if !p.warned {
		p.warned = true
		r.raise(eventWarning.New(p.file))
	}
	if p.at.After(r.now) {
		return
	}
	r.announceText("Rollback Confirmed Change: rolling to:" + p.file + "\n\n" + r.rollBack())
}

// rollBack takes the pending change back.
func (r *Router) rollBack() string {
	p := r.pending
	r.pending = nil
	r.raise(eventRolling.New(p.file))
	return r.rollTo(p.file)
}

// rollTo brings the configuration of a file back.
func (r *Router) rollTo(url string) string {
	text, err := r.readFile(url)
	if err != nil {
		return notRead(url, err)
	}
	target, bad := ios.LoadNamed(r.names, text)
	r.complete(target)
	out, _ := r.replace(target, bad, false)
	return out
}

// confirm is "configure confirm".
func (r *Router) confirm(who shell.Who) string {
	p := r.pending
	if p == nil {
		return nothingPending
	}
	r.pending = nil
	r.raise(eventCancelled.New(userOf(who), p.file))
	return ""
}

// execRevert is "configure revert".
func (r *Router) execRevert(_ shell.Who, l *grammar.Line) string {
	p := r.pending
	switch {
	case p == nil:
		return nothingPending
	case l.Has("now"):
		return "Rollback Confirmed Change: rolling to:" + p.file + "\n\n" + r.rollBack()
	}
	again := *p
	again.after, again.idle, again.warned = minutes(l), l.Has("idle"), false
	return r.schedule(again)
}

// showRollback is "show archive config rollback timer".
func (r *Router) showRollback() string {
	p := r.pending
	if p == nil {
		return nothingPending
	}
	kind := "absolute timer"
	if p.idle {
		kind = "idle timer"
	}
	return fmt.Sprintf("Time configured(or reconfigured): %s\nTimer type: %s\nTimer value: %d min\nUser: %s\n",
		show.ConfigTime(p.set), kind, int(p.after/time.Minute), p.user)
}
