package ios

import "axle/cli/grammar"

// flowCommands are flexible NetFlow and what watches traffic. Nothing acts on
// them.
var flowCommands = []*grammar.Command{
	broken(section("flow record <name>", "Define Flow Record", ConfigFlow, "name")),
	broken(section("flow exporter <name>", "Define Flow Exporter", ConfigFlow, "name")),
	broken(section("flow monitor <name>", "Define Flow Monitor", ConfigFlow, "name")),
	section("flow monitor type <line>", "Define Flow Monitor", ConfigFlow),
	section("flow record type <line>", "Define Flow Record", ConfigFlow),
	broken(section("sampler <name>", "Define a Sampler", ConfigFlow, "name")),
	section("flow-sampler-map <name>", "Flow sampler", ConfigFlow, "name"),
	leaf("flow hardware <line>", "Flow of the hardware"),
	leaf("flow file-export <line>", "Export to files"),
	section("performance monitor context <name> [<line>]", "Performance monitor", ConfigFlow, "name"),
	section("avc <line>", "Application visibility and control", ConfigFlow),
	section("et-analytics", "Encrypted traffic analytics", ConfigFlow),
	section("media-proxy services <name>", "Media services", ConfigFlow, "name"),
}

// ConfigFlow is the mode of records, exporters, monitors and samplers.
var ConfigFlow = mode("config-flow", "Flow configuration commands:", join(
	[]*grammar.Command{leaf("description <line>", "Description")},
	family("Flow parameter", "cache", "collect", "destination", "dscp", "export-protocol", "exporter", "granularity", "input", "inactive-timeout", "local", "match", "mode", "monitor", "option", "output-features", "record", "source",
		"statistics", "template", "traffic-monitor", "transport", "ttl", "vrf", "whitelist", "flow-size"),
))
