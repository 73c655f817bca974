package ios

import "axle/cli/grammar"

// The modes of phones and of classes of telephony. What stands in them is shown
// as it came.
var (
	ConfigVoiceClass = mode("config-class", "Voice class commands:", join(
		[]*grammar.Command{list("username <word> password <line>", "User of the phone"), list("interface {stats|event-log} [<line>]", "Statistics of interfaces"), list("ipv4 <line>", "Address"), list("dial-peer <n>", "Dial peer")},
		eithers("Voice class", "shutdown", "remote-party-id", "digit-strip", "auto-reg-ephone"),
		family("Voice class", "ip address trusted", "stats", "event-log", "ip udp", "ip precedence", "ip qos", "acc-qos", "accept", "active-load", "address", "aor", "anonymous", "assert", "associate", "attribute", "authenticate", "authentication", "auto-register",
			"bandwidth", "bind", "block", "busy-trigger-per-button", "call", "call-forward", "call-feature-uri", "call-waiting", "called-number", "calltype", "camera", "camp-on", "cause-code", "channel", "clid",
			"codec", "conf-tone", "conference", "cor", "cptone", "create", "credentials", "date-format", "description", "device-id", "device-security-mode",
			"dialplan", "dialplan-pattern", "digit", "display-logout", "dnd", "dst", "dtmf", "dtmf-interworking", "dtmf-relay", "dualtone", "e164", "early-offer", "emergency", "error-code-override", "extension", "external-ring", "fax",
			"filename", "final", "forward-digits", "from-ring", "gatekeeper", "g729", "h225", "h245", "h323", "history-info", "hold-alert", "hops", "host", "hops max", "id", "identifier", "incoming",
			"keepalive", "label", "list", "load", "localhost", "location", "lpcor", "map", "match", "max-conn", "max-dn", "max-pool", "max-redirect", "max-calls",
			"maximum", "media", "members", "midcall-signaling", "mode", "moh", "mwi", "mwi-server", "name", "nat", "night-service", "number", "olson-timezone", "options", "options-keepalive",
			"ordering", "outbound-proxy", "overlap-signal", "param", "paramspace", "pass-thru", "pattern", "permit", "phone", "phone-display", "pickup-call", "pickup-group", "pilot", "pin", "play", "preference", "presence",
			"privacy", "privacy-button", "protocol", "proxy", "realm", "reason-header", "redirect", "referto-passing", "refer", "register", "registrar", "registration", "reject", "rel1xx", "request", "reset",
			"resource", "response", "retry", "ringnumber", "route", "rtp", "rtp-port", "rule", "security", "server-group", "service", "session", "session-transport", "sip-profiles", "sip-server", "softkeys", "source-address",
			"speed-dial", "srtp", "srtp-crypto", "standby", "statistics", "switchback", "switchover", "system", "tftp-path", "time", "time-format", "timeout", "timers", "timezone", "tls", "tls-profile", "tone", "transfer",
			"transfer-attempts", "transport", "translate", "translation-profile", "transcode", "trunk", "type", "url", "user-locale", "vad", "video", "voice-class", "voicemail", "vpn-profile", "xfer")))
	ConfigPhones = mode("config-telephony", "Telephony commands:", join(
		[]*grammar.Command{list("username <word> password <line>", "User of the phone")},
		eithers("Telephony", "auto-reg-ephone", "multicast-moh", "dn-webedit", "time-webedit", "huntstop", "shutdown", "transfer-system", "privacy"),
		family("Telephony", "ip precedence", "ip qos", "ip source-address", "access-code", "access-digit", "addons", "admin-username", "admin-password", "after-hours", "alias", "allow", "application", "attempted-registrations", "authen-method", "auth", "auto", "auto-line",
			"bulk-speed-dial", "busy-trigger-per-button", "button", "button-layout", "call-forward", "call-park", "call-waiting", "caller-id", "calling-number", "callback", "calling", "capf-auth-str", "capf-server", "card", "cnf-file", "codec",
			"conference", "conference-pattern", "corlist", "create", "cti", "ctl-client", "date-format", "default-destination", "default-wallet", "description", "device-security-mode", "device-id", "device-name", "device-type", "dialplan-pattern",
			"directory", "display-all-missed-calls", "display-logout", "dnd", "dst", "emadmin", "em", "emergency", "ephone-dn-template", "ephone-template", "ephone-hunt", "exclude", "extension-assigner", "external-ring", "fac", "fallback-dn", "fastdial",
			"feed", "feature-button", "final", "fxo", "fwd-final", "group", "group-phone", "gsm", "headset", "hlog-block", "hops", "hold-alert", "ica", "id", "intercom", "keep-conference", "keepalive", "keygen-retry", "keypad-normalize", "keyphone", "label", "limit-dn", "list",
			"live-record", "load", "load-cfg-file", "local", "location", "logo", "login", "logout-profile", "log", "lpcor", "mac-address", "max-calls-per-button", "max-conferences", "max-dn", "max-ephones", "max-idle-time", "max-redirect", "max-timeout", "max-presentation",
			"member", "mode", "moh", "moh-file-buffer", "moh-live", "mobility", "mtp", "multicast", "mwi", "mwi-type", "name", "network-locale", "night-service", "no-reg", "nte-end-digit-delay", "ntp-server", "num-buttons", "num-lines", "number", "olson-timezone", "overlap-signal", "paging", "paging-dn",
			"park", "park-slot", "pattern", "phone-key-size", "phone-redirect-limit", "phoneload", "pickup-call", "pickup-group", "pilot", "pin", "preference", "presence", "present-call", "protocol", "provision-tag", "queue", "regen-phone", "reset", "restart",
			"ring", "ringtones", "sast1", "sast2", "sccp", "sdspfarm", "secondary", "secondary-dialtone", "secure-signaling", "server", "server-security-mode", "service", "session-transport", "shared-line", "snr", "softkeys", "source", "speed-dial", "srst", "ssh", "standby", "statistics", "subscriber", "system",
			"tftp-server-credentials", "template", "time-format", "time-zone", "timeout", "timeouts", "tls", "transfer-digit-collect", "transfer-mode", "transfer-park", "transfer-pattern", "translate", "translation-profile", "transcoder", "trunk", "trunk-group", "trustpoint-label", "type",
			"url", "user", "user-locale", "utf8", "video", "vad", "version", "vm-device-id", "vm-integration", "voicemail", "vpn-group", "vpn-profile", "watch", "web", "whisper-intercom", "xml", "xmlschema", "xmltest", "xmlthread")))
)
