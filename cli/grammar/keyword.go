package grammar

// keyword returns the keyword at n that w, in lower case, is or abbreviates.
// count is 0, 1, or 2 where several begin with w and none is w.
func (n *node) keyword(w string) (k keyword, exact bool, count int) {
	i := n.search(w)
	if i == len(n.words) {
		return k, false, 0
	}
	k = n.words[i]
	if k.key == w {
		return k, true, 1
	}
	if !hasPrefix(k.key, w) {
		return k, false, 0
	}
	if i+1 < len(n.words) && hasPrefix(n.words[i+1].key, w) {
		return k, false, 2
	}
	return k, false, 1
}

// search returns the place of key among the keywords.
func (n *node) search(key string) int {
	lo, hi := 0, len(n.words)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if n.words[mid].key < key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// common returns how many bytes of w begin a keyword at n.
func (n *node) common(w string) int {
	i, best := n.search(w), 0
	for _, j := range []int{i - 1, i} {
		if j < 0 || j >= len(n.words) {
			continue
		}
		k, c := n.words[j].key, 0
		for c < len(k) && c < len(w) && k[c] == w[c] {
			c++
		}
		best = max(best, c)
	}
	return best
}

func hasPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && s[:len(prefix)] == prefix
}
