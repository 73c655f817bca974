package ios

import "axle/cli/grammar"

// voiceCommands are cards, services and rules of telephony, which stand above the
// interfaces. Nothing acts on them.
var voiceCommands = join(
	[]*grammar.Command{
		broken(list("isdn <line>", "ISDN global configuration")),
		broken(section("voice-card <word>", "Configure a specific voice-card", ConfigVoiceCard, "word")),
		section("voice service {voip|pots|saf|voatm|vofr}", "Voice over IP", ConfigVoiceService, "voip", "pots", "saf", "voatm", "vofr"),
		section("voice class <line>", "Set voice class control parameters", ConfigVoiceClass),
		section("voice register {dialplan|dn|global|pool|session-server|template} [<n>]", "Voice registration", ConfigVoiceClass, "dialplan", "dn", "global", "pool", "session-server", "template", "n"),
		section("voice translation-rule <n>", "Translation rules", ConfigVoiceRule, "n"),
		section("voice translation-profile <name>", "Translation profile", ConfigVoiceClass, "name"),
		section("voice hunt-group <line>", "Hunt group", ConfigVoiceClass),
		section("voice source-group <name>", "Source group", ConfigVoiceClass, "name"),
		section("voice emergency <line>", "Emergency response", ConfigVoiceClass),
		section("voice moh-group <n>", "Music on hold", ConfigVoiceClass, "n"),
		section("voice logout-profile <n>", "Logout profile", ConfigVoiceClass, "n"),
		section("voice user-profile <n>", "User profile", ConfigVoiceClass, "n"),
		section("voice mlpp", "Multilevel precedence", ConfigVoiceClass),
		section("voice enum-match-table <n>", "ENUM match table", ConfigVoiceRule, "n"),
		list("voice <line>", "Global voice configuration commands"),
		section("trunk group <name>", "Trunk group", ConfigVoiceClass, "name"),
		section("application", "Define application", ConfigApplication),
		list("call {admission|application|fallback|filter|history-mib|home|progress|rsvp-sync|service|spike|start|threshold|treatment} [<line>]", "Call processing"),
		list("translation-rule <n>", "Translation rules"),
		list("fax {interface-type|receive|send} <line>", "Fax"),
		list("codec profile <line>", "Codec profile"),
	},
)

// voicePortCommands are ports, peers and agents of telephony, which stand below
// the routing. Nothing acts on them.
var voicePortCommands = join(
	[]*grammar.Command{
		broken(section("voice-port <word>", "Configure a specific voice port", ConfigVoicePort, "word")),
		list("ccm-manager <line>", "Configure call manager application commands"),
		list("mgcp <line>", "Main MGCP global commands"),
		leaf("mgcp", "Enable MGCP"),
		section("mgcp profile <name>", "MGCP profile", ConfigVoiceClass, "name"),
		list("mta <line>", "Mail transfer agent"),
		section("sccp ccm group <n>", "SCCP group", ConfigVoiceClass, "n"),
		list("sccp <line>", "Skinny Client Control Protocol"),
		leaf("sccp", "Enable SCCP"),
		section("dspfarm profile <line>", "DSP farm profile", ConfigVoiceClass),
		list("dspfarm <line>", "DSP farm"),
		section("dial-peer cor custom", "Class of restrictions", ConfigDialPeer),
		section("dial-peer cor list <name>", "Class of restrictions", ConfigDialPeer, "name"),
		broken(section("dial-peer voice <n> {voip|pots|mmoip|vofr|voatm}", "Voice peer", ConfigDialPeer, "n")),
		section("dial-peer data <n> <word>", "Data peer", ConfigDialPeer, "n"),
		list("dial-peer {hunt|inbound|no-match|outbound|search|terminator|video} <line>", "Dial plan"),
		list("num-exp <line>", "Dial plan number expansions"),
		section("gateway", "Enter gateway configuration mode", ConfigVoiceClass),
		broken(section("sip-ua", "SIP user agent", ConfigVoiceClass)),
		gatekeeperSection,
		broken(section("call-manager-fallback", "Call manager fallback", ConfigPhones)),
		broken(section("telephony-service", "Telephony service", ConfigPhones)),
		broken(section("ephone-dn <n> [<line>]", "Phone line", ConfigPhones, "n")),
		section("ephone-dn-template <n>", "Phone line template", ConfigPhones, "n"),
		broken(section("ephone <n>", "Phone", ConfigPhones, "n")),
		section("ephone-template <n>", "Phone template", ConfigPhones, "n"),
		section("ephone-hunt <line>", "Hunt group", ConfigPhones),
		section("ephone-type <line>", "Phone type", ConfigPhones),
		list("credentials [<line>]", "Credentials of phones"),
		section("media {class|profile|service} <line>", "Media", ConfigVoiceClass),
		leaf("presence [<line>]", "Presence"),
		list("call-router <line>", "Call router"),
	},
)

// The modes of telephony. Phones and peers are shown as they came.
var (
	ConfigVoiceCard = mode("config-voicecard", "Voice card commands:", join(
		eithers("Voice card", "watchdog", "dspfarm", "local-bypass", "voice-service dsp-reservation"),
		family("Voice card", "codec", "dsp", "dsps", "dspfarm confbridge", "dspfarm transcoder")))
	ConfigVoiceService = mode("conf-voi-serv", "Voice service commands:", join(
		[]*grammar.Command{
			section("ip address trusted list", "Trusted addresses", ConfigTrusted),
			section("sip", "SIP", ConfigVoiceProtocol),
			section("h323", "H.323", ConfigVoiceProtocol),
			section("stun", "STUN", ConfigVoiceProtocol),
		},
		eithers("Voice service", "supplementary-service h450.2", "supplementary-service h450.3", "supplementary-service h450.7", "supplementary-service h450.12",
			"supplementary-service sip moved-temporarily", "supplementary-service sip refer", "supplementary-service sip handle-replaces", "shutdown", "ip address trusted authenticate"),
		family("Voice service", "address-hiding", "allow-connections", "cause-code", "clid", "dspfarm", "dtmf-interworking", "emergency", "fax", "fax-relay", "gcid", "g729 annexb-all",
			"ip address", "ip qos", "l3vpn", "lpcor", "media", "media-address", "mode", "modem", "notify", "permit", "qsig", "redirect", "redundancy-group", "rtcp", "rtp-media-loop",
			"rtp-port", "session", "signaling", "silent-discard", "srtp", "sdp", "supplementary-service media-renegotiate", "threshold", "trace", "video", "vpn-group", "vpn-profile", "conn-reuse")))
	ConfigTrusted       = mode("cfg-iptrust-list", "Trusted address commands:", family("Trusted address", "ipv4", "ipv6"))
	ConfigVoiceProtocol = mode("conf-serv-sip", "Voice protocol commands:", join(
		eithers("Voice protocol", "call service stop", "update-callerid", "silent-discard untrusted"),
		family("Voice protocol", "anat", "asserted-id", "associate", "asymmetric", "authenticate", "bind", "block", "call", "call-route", "calltype", "conn-reuse", "contact-passing", "copy-list",
			"credentials", "ds0-num", "dtmf-interworking", "early-offer", "early-media", "encap", "error-code-override", "error-passthru", "extension", "g729", "gcid", "h225", "h245", "header-passing",
			"history-info", "host-registrar", "listen-port", "localhost", "map", "midcall-signaling", "min-se", "nat", "no-audio", "options-ping", "outbound-proxy", "pass-thru", "permit", "preloaded-route",
			"presence", "privacy", "privacy-policy", "random-contact", "random-request-uri", "reason-header", "referto-passing", "refer-ood", "register", "registrar", "registration", "rel1xx", "remote-party-id",
			"requri-passing", "reset", "retry", "rtcp", "session", "sip-profiles", "sip-server", "srtp", "srtp-auth", "srv", "stun", "tel-config", "timers", "tls-profile", "transport", "ucsession",
			"url", "video", "voice-class", "xfer")))
	ConfigVoiceRule = mode("cfg-translation-rule", "Translation rule commands:", family("Translation rule", "rule"))
	ConfigVoicePort = mode("config-voiceport", "Voice port commands:", join(
		eithers("Voice port", "battery-reversal", "vad", "shutdown", "comfort-noise", "echo-cancel enable", "ring dc-offset"),
		family("Voice port", "auto-cut-through", "bearer-cap", "busyout", "caller-id", "calling-number", "compand-type", "connection", "cptone", "cut-paste", "dc-offset", "description", "dial-type",
			"disc-pi-off", "disconnect-ack", "echo-cancel", "huntgroup", "idle-voltage", "impedance", "input", "isdn", "local-alerting", "loop-length", "loss-plan", "lpcor", "lrq", "music-threshold",
			"mwi", "non-linear", "operation", "output", "playout-delay", "pre-dial-delay", "pri-group", "ren", "ring", "secondary dialtone", "sequential-detect", "signal", "snmp", "station-id", "supervisory",
			"supplementary-service", "threshold", "timeouts", "timing", "translate", "translation-profile", "trunk-group", "type", "voice-class")))
	ConfigApplication = mode("config-app", "Application commands:", join(
		[]*grammar.Command{
			section("global", "Global", ConfigVoiceClass),
			section("service <line>", "Service", ConfigVoiceClass),
			section("package <line>", "Package", ConfigVoiceClass),
			section("group <name>", "Group", ConfigVoiceClass, "name"),
			section("monitor", "Monitor", ConfigVoiceClass),
		},
		family("Application", "session", "startup")))
	ConfigDialPeer = mode("config-dial-peer", "Dial peer commands:", join(
		eithers("Dial peer", "vad", "digit-strip", "register e164", "sip-register", "supplementary-service sip moved-temporarily", "supplementary-service sip refer", "huntstop", "shutdown"),
		family("Dial peer", "acc-qos", "answer-address", "application", "call", "call-block", "called-number", "caller-id", "carrier-id", "clid", "codec", "connections", "corlist", "description",
			"destination", "destination-pattern", "dial-type", "dialer", "direct-inward-dial", "disc_pi_off", "dtmf-relay", "e911", "expect-factor", "fax", "fax-relay", "forward-digits", "icpif",
			"incoming", "information-type", "ip precedence", "ip qos", "ip udp", "ivr", "loopback", "lpcor", "max-conn", "max-bandwidth", "max-redirects", "max-forwards", "media", "media-class", "member",
			"modem", "mwi", "name", "notify", "numbering-type", "permission", "playout-delay", "port", "preference", "prefix", "progress_ind", "redirect", "req-qos", "resource", "roaming", "rtp",
			"security", "sequence-numbers", "service", "session", "settle-call", "signal-type", "signaling", "snmp", "srtp", "subscribe", "supplementary-service", "tech-prefix", "tone", "translate",
			"translate-outgoing", "translation-profile", "trunk-group-label", "trunkgroup", "video", "voice-class")))
)
