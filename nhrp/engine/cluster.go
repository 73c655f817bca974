package engine

import "slices"

// choose decides with which servers to register. Servers of one cluster are in
// competition if its connections are limited: the best priorities are tried
// first, and a worse one only for each better one that does not respond. Those
// that are not needed wait.
func (r *registrar) choose() {
	if !r.t.running {
		return
	}
	var clusters []uint8
	for _, s := range r.list {
		if !slices.Contains(clusters, s.cfg.Cluster) {
			clusters = append(clusters, s.cfg.Cluster)
		}
	}
	for _, c := range clusters {
		limit, limited := r.t.cfg.ClusterMax[c]
		if !limited {
			limit = len(r.list)
		}
		r.chooseCluster(c, limit)
	}
}

// chooseCluster picks the servers of one cluster.
func (r *registrar) chooseCluster(cluster uint8, limit int) {
	var list []*server
	for _, s := range r.list {
		if s.cfg.Cluster == cluster && s.nbma.IsValid() {
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(a, b *server) int { return int(a.cfg.Priority) - int(b.cfg.Priority) })
	taken, up := 0, 0
	for _, s := range list {
		switch {
		case taken < limit:
			r.t.e.schedule.Stop(&s.leave) // a better one was lost again
			if !s.active {
				s.begin()
			}
		case s.active && s.up && up >= limit:
			s.fallBack()
		case s.active && !s.up:
			s.end(reasonExternal)
			s.active = false
		}
		if s.active && !s.failed {
			taken++
		}
		if s.up {
			up++
		}
	}
}

// fallBack leaves a server because enough better ones respond, after the
// configured wait.
func (s *server) fallBack() {
	if s.t.cfg.Fallback == 0 {
		s.withdraw()
		return
	}
	if !s.leave.Running() {
		s.t.e.schedule.Set(&s.leave, s.t.e.now.Add(s.t.cfg.Fallback))
	}
}
