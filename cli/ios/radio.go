package ios

import "axle/cli/grammar"

// dot11Commands are the wireless networks of a router with a radio. Nothing acts
// on them.
var dot11Commands = []*grammar.Command{
	list("dot11 {aaa|activity-timeout|adjacent-ap|arp-cache|association|carrier|extension|holdoff-time|igmp|ids|lbs|linktest|mbssid|network-map|phone|priority-map|qos|syslog|vlan-name|wpa|ssid-list} [<line>]", "IEEE 802.11 config commands"),
	section("dot11 ssid <name>", "Configure dot11 SSID", ConfigSSID, "name"),
	section("wlan <line>", "Wireless LAN", ConfigSSID),
	list("wlccp <line>", "Wireless LAN context control protocol"),
	section("radius-server local", "Local RADIUS server", ConfigLocalRADIUS),
}

// radioCommands are those of a radio interface. Nothing acts on them.
var radioCommands = join(
	[]*grammar.Command{
		list("encryption [vlan <n>] {mode|key} <line>", "Configure encryption"),
		list("broadcast-key <line>", "Configure broadcast key rotation"),
		leaf("dfs [<line>]", "Dynamic frequency selection"),
		leaf("peakdetect", "Peak detection"),
		leaf("stbc", "Space-time block coding"),
		leaf("mbssid [<line>]", "Multiple basic SSIDs"),
		section("ssid <line>", "Configure radio service set parameters", ConfigSSID),
	},
	family("Radio", "antenna", "beacon", "beamform", "channel", "channel-match", "countermeasure", "distance", "dot11", "fragment-threshold", "guard-interval", "infrastructure-client", "l2-filter", "packet", "parent", "payload-encapsulation", "power client", "power local",
		"preamble-short", "rts", "short-slot-time", "station-role", "traffic-class", "traffic-stream", "ampdu", "amsdu", "world-mode", "workgroup-bridge"),
)

// The modes of wireless networks.
var (
	ConfigSSID        = mode("config-ssid", "Wireless network commands:", family("Wireless network", "accounting", "authentication", "admit-traffic", "guest-mode", "information-element", "infrastructure-ssid", "ip", "max-associations", "mbssid", "mobility", "mfp", "band-select", "vlan", "wpa-psk", "username"))
	ConfigLocalRADIUS = mode("config-radsrv", "Local RADIUS server commands:", family("Local RADIUS server", "authentication", "block", "eapfast", "group", "nas", "user"))
)
