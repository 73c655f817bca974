package engine

import (
	"slices"
	"time"

	"axle/internal/schedule"
	"axle/ipsec/ikev2"
)

// A task is a request of ours that waits for its turn: with a window of 1 there is
// never more than one under way. RFC 7296 §2.3.
type task interface {
	// request returns the payloads of the request. It returns false where the
	// reason for it is gone.
	request(s *sa) (ikev2.Exchange, body, bool)
	// answered handles the response. It may ask for more.
	answered(s *sa, b body)
}

// A request is a request under way.
type request struct {
	id        uint32
	exchange  ikev2.Exchange
	task      task
	datagrams [][]byte
	tries     int           // retransmissions so far
	most      int           // of them
	retry     time.Duration // between them; 0: doubled each time
	timer     schedule.Timer
}

// ask puts a task into the queue, and sends its request if nothing is under way.
func (s *sa) ask(t task) {
	if s.state == stateDead {
		return
	}
	if len(s.queue) >= MaxQueue {
		s.e.stats.Dropped++
		return
	}
	s.queue = append(s.queue, t)
}

// pump sends the request of the next task, if nothing is under way and the peer is
// not in the midst of an exchange in several steps.
func (s *sa) pump() {
	for s.pending == nil && len(s.queue) > 0 && s.state != stateDead {
		t := s.queue[0]
		if _, ok := t.(*followupTask); s.followup != nil && !ok && s.alive() {
			return
		}
		s.queue = slices.Delete(s.queue, 0, 1)
		if x, b, ok := t.request(s); ok {
			s.sendRequest(t, x, b)
		}
	}
}

// asks puts a task into the queue and starts it.
func (s *sa) asks(t task) {
	s.ask(t)
	s.pump()
}

// sendRequest sends a request and waits for its answer. It takes the next message
// id.
func (s *sa) sendRequest(t task, x ikev2.Exchange, b body) {
	list := s.write(x, s.next, false, b)
	if list == nil {
		s.remove("Unable to build message")
		return
	}
	r := &request{id: s.next, exchange: x, task: t, datagrams: list, most: retransmitTries}
	if _, ok := t.(*probeTask); ok {
		r.most, r.retry = probeTries, s.liveness().Retry
	}
	s.next++
	s.pending = r
	r.timer.Fire = func() { s.again(r) }
	s.tellSend(x, r.id, false, b)
	s.send(list)
	s.e.after(&r.timer, s.e.wait(r))
}

// wait returns how long to wait for the answer to a request.
func (e *Engine) wait(r *request) time.Duration {
	d := retransmitFirst << min(r.tries, 10)
	if r.retry > 0 {
		d = r.retry
	}
	return d - d/10 + e.rand.Jitter(d/5)
}

// again sends a request once more, with the same bytes, or gives up.
func (s *sa) again(r *request) {
	if s.pending != r {
		return
	}
	if x := s.setup; x != nil && x.hint != "" && r.most > r.tries+hintTries {
		r.most = r.tries + hintTries
	}
	if r.tries++; r.tries > r.most {
		s.pending = nil
		reason := "Maximum number of retransmissions reached"
		if x := s.setup; x != nil && x.hint != "" {
			reason = x.hint
		}
		s.e.stats.Timeouts++
		if s.state < stateEstablished {
			s.e.abort(reason)
		}
		s.tell("Maximum number of retransmissions reached. Deleting SA")
		s.remove(reason)
		return
	}
	s.e.stats.Retransmitted++
	s.tell("Retransmitting packet")
	s.send(r.datagrams)
	s.e.after(&r.timer, s.e.wait(r))
}

// response handles what came as an answer to the request under way.
func (s *sa) response(b body) {
	r := s.pending
	s.e.schedule.Stop(&r.timer)
	s.pending = nil
	r.task.answered(s, b)
	s.pump()
}

// write returns the datagrams of a message: one, or its fragments.
func (s *sa) write(x ikev2.Exchange, id uint32, response bool, b body) [][]byte {
	h := s.header(x, id, response)
	if s.e.impair != nil {
		b = s.e.impair(x, response, b)
	}
	if x == ikev2.InitSA {
		m := ikev2.Message{Header: h, Payloads: b}
		if out, err := m.AppendTo(nil); err == nil {
			return [][]byte{out}
		}
		return nil
	}
	plain, err := ikev2.AppendPayloads(nil, b)
	if err != nil {
		return nil
	}
	return s.sealed(&h, first(b), plain)
}

// sealed returns the datagrams of a message whose payloads are plain.
func (s *sa) sealed(h *ikev2.Header, kind ikev2.PayloadType, plain []byte) [][]byte {
	if h.Exchange == ikev2.Intermediate {
		s.saidBy(s.initiator, h, kind, plain)
	}
	room := s.room()
	if s.fragmented && s.seal.SealedSize(len(plain)) > room {
		if list, err := s.seal.SealFragments(h, kind, plain, room, s.e.rand); err == nil {
			return list
		}
		return nil
	}
	out, err := s.seal.Seal(h, kind, plain, s.e.rand)
	if err != nil {
		return nil
	}
	return [][]byte{out}
}

// room returns the size in bytes of the largest message that is sent whole.
func (s *sa) room() int {
	const udp, marker = 8, 4
	mtu := s.e.cfg.Globals.FragmentMTU
	if mtu == 0 {
		mtu = DefaultMTU
	}
	ip := 20
	if s.path.remote.Addr().Is6() {
		ip = 40
	}
	return max(mtu-ip-udp-marker, minFragment)
}

// minFragment is the size in bytes of the smallest message into which a fragment is
// put, whatever the configured MTU: a bigger message has more than 64 of them.
const minFragment = 200

// first returns the type of the first payload.
func first(b body) ikev2.PayloadType {
	if len(b) == 0 {
		return ikev2.TypeNone
	}
	return b[0].Type()
}
