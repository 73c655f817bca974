package show

import "axle/nhrp/engine"

// entryBytes is the memory that the summary counts for one entry, as IOS-XE
// does.
const entryBytes = 784

// A census counts entries of the cache by what they are.
type census struct {
	all, static, dynamic, incomplete int
	nhop, bfd, deflt, temporary      int
	route, nho                       int // with a route or an override; of them overrides
}

func (c *census) add(e *engine.Entry) {
	c.all++
	switch e.Type {
	case engine.Static:
		c.static++
	case engine.Incomplete:
		c.incomplete++
	default:
		c.dynamic++
	}
	count := func(n *int, on bool) {
		if on {
			*n++
		}
	}
	count(&c.nhop, e.Flags&engine.FlagNextHop != 0)
	count(&c.bfd, e.Flags&engine.FlagBFD != 0)
	count(&c.deflt, e.Prefix.IsValid() && e.Prefix.Bits() == 0)
	count(&c.temporary, e.Flags&engine.FlagTemporary != 0)
	count(&c.route, e.Flags&(engine.FlagRIB|engine.FlagNHO) != 0)
	count(&c.nho, e.Flags&engine.FlagNHO != 0)
}

// NHRPSummary is "show ip nhrp summary", and that of IPv6.
func NHRPSummary(v *View) string {
	var all, remote, local census
	for i := range v.NHRP.Tunnels {
		for j := range v.NHRP.Tunnels[i].Entries {
			e := &v.NHRP.Tunnels[i].Entries[j]
			all.add(e)
			if e.Flags&engine.FlagLocal != 0 {
				local.add(e)
			} else {
				remote.add(e)
			}
		}
	}
	noun := "entries"
	if all.all == 1 {
		noun = "entry"
	}
	s := new(screen)
	types := func(c *census) {
		s.line("    %d static   %d dynamic    %d incomplete", c.static, c.dynamic, c.incomplete)
	}
	family := "IP"
	if v.Six {
		family = "IPv6"
	}
	s.line(family+" NHRP cache %d %s, %d bytes", all.all, noun, all.all*entryBytes)
	types(&all)
	s.line("%d Remote", remote.all)
	types(&remote)
	s.line("    %d nhop     %d bfd", remote.nhop, remote.bfd)
	s.line("    %d default  %d temporary", remote.deflt, remote.temporary)
	s.line("    %d route", remote.route)
	s.line("        %d rib (%d H    %d nho)", remote.route, remote.route-remote.nho, remote.nho)
	s.line("        0 bgp")
	s.line("    0 lfib")
	s.line("%d Local", local.all)
	types(&local)
	s.line("    0 lfib")
	return s.String()
}
