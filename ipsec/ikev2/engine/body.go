package engine

import (
	"fmt"

	"axle/ipsec/ikev2"
)

// A body is the payloads of a message, in clear.
type body []ikev2.Payload

// find returns the first payload of a type.
func find[T ikev2.Payload](b body) (T, bool) {
	for _, p := range b {
		if x, ok := p.(T); ok {
			return x, true
		}
	}
	var none T
	return none, false
}

// notifies returns the notifications of a kind.
func (b body) notifies(kind ikev2.NotifyType) (list []*ikev2.Notify) {
	for _, p := range b {
		if n, ok := p.(*ikev2.Notify); ok && n.Kind == kind {
			list = append(list, n)
		}
	}
	return list
}

// notify returns the first notification of a kind, or nil.
func (b body) notify(kind ikev2.NotifyType) *ikev2.Notify {
	if list := b.notifies(kind); len(list) > 0 {
		return list[0]
	}
	return nil
}

// failure returns the first notification that is an error, or nil.
func (b body) failure() *ikev2.Notify {
	for _, p := range b {
		if n, ok := p.(*ikev2.Notify); ok && n.Error() {
			return n
		}
	}
	return nil
}

// id returns the identity of one side.
func (b body) id(responder bool) (*ikev2.ID, bool) {
	for _, p := range b {
		if x, ok := p.(*ikev2.ID); ok && x.Responder == responder {
			return x, true
		}
	}
	return nil, false
}

// selectors returns the traffic selectors of one side.
func (b body) selectors(responder bool) ([]ikev2.Selector, bool) {
	for _, p := range b {
		if x, ok := p.(*ikev2.Selectors); ok && x.Responder == responder {
			return x.List, true
		}
	}
	return nil, false
}

// critical returns the type of an unknown payload that must not be passed over;
// 0 where there is none.
func (b body) critical() ikev2.PayloadType {
	for _, p := range b {
		if u, ok := p.(*ikev2.Unknown); ok && u.Critical {
			return u.Kind
		}
	}
	return 0
}

// A refusal is an error that is told to the peer in a notification.
type refusal struct {
	kind   ikev2.NotifyType
	data   []byte
	reason string // for our operator
}

// Error implements error.
func (r *refusal) Error() string { return r.reason }

// refuse returns a refusal.
func refuse(kind ikev2.NotifyType, format string, args ...any) *refusal {
	return &refusal{kind: kind, reason: fmt.Sprintf(format, args...)}
}

// payload returns the notification.
func (r *refusal) payload() *ikev2.Notify { return &ikev2.Notify{Kind: r.kind, Data: r.data} }

// status returns a notification without data.
func status(kind ikev2.NotifyType) *ikev2.Notify { return &ikev2.Notify{Kind: kind} }
