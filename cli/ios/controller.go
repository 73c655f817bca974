package ios

import "axle/cli/grammar"

// controllerCommands are the controllers of lines, modems and cards. Nothing acts
// on them.
var controllerCommands = []*grammar.Command{
	broken(section("controller <word> <slot>", "Configure a specific controller", ConfigController, "word", "slot")),
	list("chat-script <line>", "Define a modem chat script"),
	leaf("wan mode {dsl|ethernet}", "Mode of the WAN port"),
	section("vpdn-group <name>", "VPDN group", ConfigVPDN, "name"),
	list("vpdn <line>", "Virtual Private Dialup Network"),
	section("bba-group pppoe <name>", "Broadband group", ConfigBBA, "name"),
	list("async-bootp <line>", "Modify system bootp parameters"),
	list("virtual-profile <line>", "Virtual Profile configuration"),
	list("multilink virtual-template <n>", "Virtual template of bundles"),
	list("subscriber <line>", "Subscriber"),
	list("dialer <line>", "Dial-on-demand routing (DDR) commands"),
	list("gw-accounting <line>", "Accounting of the gateway"),
	list("radio-resource <line>", "Radio"),
}

// The modes of controllers and of dial-in.
var (
	ConfigController = mode("config-controller", "Controller commands:", join(
		eithers("Controller", "shutdown"),
		[]*grammar.Command{
			section("profile <line>", "Profile", ConfigControllerPart),
			section("lte modem link-recovery <line>", "Recovery of the link", ConfigControllerPart),
		},
		family("Controller", "alarm", "ais-shut", "atm", "bandwidth", "bert", "cablelength", "cas-custom", "cas-group", "cell-hec-error", "channel-group", "channelized", "clock", "crc", "data-path", "description", "diagnostics", "ds0-group", "dsl-group", "dsl-mode", "dsl-power",
			"electrical", "equipment", "fdl", "firmware", "framing", "gsm", "guard-timer", "handover", "idle", "ima-group", "interface-vcd", "keepalive", "line", "line-mode", "line-rate", "line-term", "linecode", "loopback", "lte", "mode", "modem", "national", "no-modem", "operating", "overhead",
			"pri-group", "rate", "remote", "service-policy", "snr", "sra", "sync", "tdm-group", "termination", "threshold", "tx-ring", "unframed", "vc-group", "vdsl", "work", "yellow")))
	ConfigControllerPart = mode("config-controller-profile", "Controller profile commands:", family("Controller profile", "apn", "authentication", "id", "monitor-timer", "wait-timer", "debounce-count", "rssi", "username", "password"))
	ConfigVPDN           = mode("config-vpdn", "VPDN group commands:", join(
		[]*grammar.Command{
			section("accept-dialin", "VPDN accept-dialin group configuration", ConfigVPDNDial),
			section("accept-dialout", "VPDN accept-dialout group configuration", ConfigVPDNDial),
			section("request-dialin", "VPDN request-dialin group configuration", ConfigVPDNDial),
			section("request-dialout", "VPDN request-dialout group configuration", ConfigVPDNDial),
			either("l2tp tunnel authentication", "Tunnel authentication"),
		},
		family("VPDN group", "source vpdn-template", "ip precedence", "ip tos", "ip mtu", "ip pmtu", "authen-before-forward", "description", "dsl-line-info-forwarding", "group session-limit", "initiate-to", "l2f", "l2tp", "lcp", "loadsharing", "local", "multilink", "pptp", "relay", "redirect", "session-limit", "source-ip", "sso", "terminate-from", "tunnel", "vpn", "force-local-chap")))
	ConfigVPDNDial = mode("config-vpdn-acc-in", "VPDN dial commands:", family("VPDN dial", "dialer", "dnis", "domain", "pool-member", "protocol", "rotary-group", "virtual-template"))
	ConfigBBA      = mode("config-bba-group", "Broadband group commands:", family("Broadband group", "ac", "control-packets", "mac-address", "nas-port-id", "pado", "pppoe", "sessions", "service", "tag", "vendor-tag", "virtual-template"))
)
