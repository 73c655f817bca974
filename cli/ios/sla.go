package ios

import "axle/cli/grammar"

// slaCommands are the probes. Nothing acts on them.
var slaCommands = join(
	[]*grammar.Command{
		grouped("ip sla", broken(section("ip sla <n>", "IP Service Level Agreement", ConfigSLA, "n")))[0],
		section("ip sla monitor <n>", "IP Service Level Agreement", ConfigSLAOld, "n"),
		list("ip sla monitor {schedule|responder|reaction-configuration|logging|reset|low-memory|key-chain|restart|group} [<line>]", "IP Service Level Agreement"),
		section("rtr <n>", "Response Time Reporter", ConfigSLAOld, "n"),
		list("rtr {schedule|responder|reaction-configuration|logging} [<line>]", "Response Time Reporter"),
		grouped("ip sla", list("ip sla schedule <n> <line>", "IP SLAs Entry Scheduling", "n"))[0], // behind its probe
		list("ip sla responder [<line>]", "Enable IP SLAs Responder"),
		section("ip sla auto {discovery|endpoint-list|group|schedule|template} [<line>]", "IP SLAs auto configuration", ConfigSLAEcho),
		section("ip sla server twamp", "TWAMP server", ConfigSLAServer),
	},
	family("IP SLAs", "ip sla enable", "ip sla ethernet-monitor", "ip sla group", "ip sla key-chain", "ip sla logging", "ip sla low-memory", "ip sla periodic", "ip sla profile", "ip sla reaction-configuration", "ip sla reaction-trigger",
		"ip sla reset", "ip sla restart"),
)

// trackObjects are tracked objects. Nothing acts on them.
var trackObjects = []*grammar.Command{
	broken(section("track <n> <line>", "Object tracking configuration commands", ConfigTrack, "n")),
	section("track <n>", "Object tracking configuration commands", ConfigTrack, "n"),
	list("track timer <line>", "Polling interval timers"),
	list("track resolution <line>", "Resolution parameters"),
	section("endpoint-tracker <name>", "Tracker of an endpoint", ConfigEndpoint, "name"),
	list("fhrp {delay|version} <line>", "First hop redundancy"),
	list("vrrp delay <line>", "VRRP"),
}

var slaProbes = []string{
	"dhcp", "dlsw", "dns", "ethernet", "frame-relay", "ftp", "http", "icmp-echo", "icmp-jitter", "mcast", "mpls", "path-echo", "path-jitter", "rtp", "service-performance", "slm", "tcp-connect", "udp-echo", "udp-jitter", "video", "voip",
}

// slaOptions are the parameters of a probe.
var slaOptions = join(
	[]*grammar.Command{
		leaf("vrf <name>", "Configure IP SLAs for a VPN Routing/Forwarding instance"),
		leaf("tag <line>", "User defined tag"),
		leaf("tos <n>", "Type Of Service"),
		leaf("dscp <line>", "Differentiated services code point"),
		leaf("owner <line>", "Owner of Entry"),
		leaf("request-data-size <n>", "Request data size"),
		leaf("response-data-size <n>", "Response data size"),
		leaf("data-pattern <line>", "Data pattern"),
		leaf("verify-data", "Verify data"),
		leaf("threshold <n>", "Operation threshold in milliseconds"),
		leaf("timeout <n>", "Timeout of an operation"),
		leaf("frequency <n>", "Frequency of an operation"),
		leaf("precision {milliseconds|microseconds}", "Precision of the results"),
		leaf("operation-packet priority {high|normal}", "Priority of the probe's packets"),
		leaf("clock-tolerance ntp oneway <line>", "Clock tolerance"),
	},
	family("IP SLAs", "access-list", "aggregate", "aggregation", "application", "buckets-of-history-kept", "control", "cos", "description", "destination", "distributions-of-statistics-kept", "duration", "enhanced-history",
		"filter-for-history", "flow-label", "history", "hops-of-statistics-kept", "hours-of-statistics-kept", "interval", "lives-of-history-kept", "lsr-path", "max-delay", "measurement", "num-packets", "optimize",
		"parameters", "paths-of-statistics-kept", "percentile", "probe-interval", "probe-packet", "profile", "proxy", "reaction", "request-payload-size", "samples-of-history-kept", "schedule", "secondary-frequency", "source", "source-ip",
		"statistics-distribution-interval", "traffic-class", "template", "version", "ip-address", "delete-scan-factor", "force-explicit-null", "lsp-selector", "mpls", "output-queue", "start-time", "life"),
)

// The modes of probes and tracked objects.
var (
	ConfigSLA     = mode("config-ip-sla", "IP SLAs entry configuration commands:", probes())
	ConfigSLAEcho = mode("config-ip-sla-echo", "IP SLAs echo Configuration Commands:", join(slaOptions,
		[]*grammar.Command{section("http-raw-request", "Raw request", ConfigSLARequest), section("endpoint <line>", "Endpoint", ConfigSLARequest)}))
	ConfigSLARequest = mode("config-ip-sla-http", "Raw request:", []*grammar.Command{list("<line>", "Text of the request")})
	ConfigSLAOld     = mode("config-sla-monitor", "IP SLAs monitor commands:", join(
		[]*grammar.Command{list("type <line>", "Type of the probe")}, slaOptions))
	ConfigSLAServer = mode("config-twamp-srvr", "TWAMP server commands:", family("TWAMP server", "port", "timer"))
	ConfigEndpoint  = mode("config-endpoint-tracker", "Endpoint tracker commands:", family("Endpoint tracker", "boolean", "endpoint-api-url", "endpoint-dns-name", "endpoint-ip", "interval", "multiplier", "threshold", "tracker-elements", "tracker-type"))
	ConfigTrack     = mode("config-track", "Tracking instance configuration commands:", []*grammar.Command{
		leaf("delay <line>", "Tracking delay"),
		list("object <line>", "Object to track"),
		leaf("threshold <line>", "Tracking thresholds"),
		leaf("resolution <line>", "Resolution"),
		leaf("ip vrf <name>", "Route table"),
		leaf("ipv6 vrf <name>", "Route table"),
		leaf("vrf <name>", "Route table"),
		leaf("description <line>", "Description"),
		leaf("carrier-delay", "Enable carrier delay"),
		leaf("default-state {up|down}", "Default state"),
	})
)

// probes are the kinds of operations, each a section.
func probes() []*grammar.Command {
	out := make([]*grammar.Command, 0, len(slaProbes))
	for _, p := range slaProbes {
		out = append(out, section(p+" <line>", "Operation", ConfigSLAEcho))
	}
	return out
}
