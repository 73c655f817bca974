package show

import (
	"strings"

	"axle/dataplane"
)

// Version is "show version". It says that this is Axle, and keeps the shapes
// of the lines that programs look for in the screen of IOS.
func Version(v *View) string {
	reason := v.ReloadReason
	if reason == "" {
		reason = "power-on"
	}
	version, host := v.Version, v.Hostname
	if version == "" {
		version = "unknown"
	}
	if host == "" {
		host = "Router"
	}
	up := Uptime(v.since(v.Boot))
	s := new(screen)
	s.text("Axle, a DMVPN router with the command line of IOS-XE 17 (not Cisco IOS Software)")
	s.line("IOS style Axle Software (AXLE-UNIVERSAL-M), Version %s, RELEASE SOFTWARE (fc1)", version)
	s.text("Licensed under the Apache License 2.0", "", "ROM: none", "")
	s.line("%s uptime is %s", host, up)
	s.line("Uptime for this control processor is %s", up)
	s.line("System returned to ROM by %s", reason)
	if !v.Boot.IsZero() {
		s.line("System restarted at %s", v.Boot.In(v.Now.Location()).Format("15:04:05 MST Mon Jan 2 2006"))
	}
	s.text(`System image file is "flash:axle"`)
	s.line("Last reload reason: %s", reason)
	s.text("")
	s.line("Axle (virtual) processor (revision 1.0) with %dK/%dK bytes of memory.", v.Memory/1024, 0)
	s.line("Processor board ID %s", v.Serial)
	s.text("Router operating mode: Autonomous")
	physicalPorts(s, v)
	s.line("%dK bytes of non-volatile configuration memory.", NVRAMSize/1024)
	s.text("", "Configuration register is 0x2102", "")
	return s.String()
}

// physicalPorts counts the ports by type, in the order of their first
// occurrence.
func physicalPorts(s *screen, v *View) {
	names := map[string]string{
		"TenGigabitEthernet": "Ten Gigabit Ethernet", "GigabitEthernet": "Gigabit Ethernet",
		"FastEthernet": "FastEthernet", "Ethernet": "Ethernet",
	}
	var order []string
	count := map[string]int64{}
	for i := range v.Interfaces {
		f := &v.Interfaces[i]
		if f.Kind != dataplane.Physical || strings.Contains(f.Name, ".") {
			continue
		}
		kind := strings.TrimRight(f.Name, "0123456789/")
		if n, ok := names[kind]; ok {
			kind = n
		}
		if count[kind]++; count[kind] == 1 {
			order = append(order, kind)
		}
	}
	for _, kind := range order {
		s.line("%s", plural(count[kind], kind+" interface"))
	}
}
