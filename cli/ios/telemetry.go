package ios

import "axle/cli/grammar"

// telemetryCommands are the interfaces for programs. Nothing acts on them.
var telemetryCommands = join(
	[]*grammar.Command{
		section("telemetry ietf subscription <n>", "Telemetry subscription", ConfigTelemetry, "n"),
		section("telemetry receiver protocol <name>", "Telemetry receiver", ConfigTelemetry, "name"),
		section("telemetry transform <name>", "Telemetry transform", ConfigTelemetry, "name"),
		list("telemetry <line>", "Telemetry"),
		leaf("netconf-yang", "NETCONF"),
		list("netconf-yang <line>", "NETCONF"),
		list("netconf <line>", "NETCONF"),
		leaf("restconf", "RESTCONF"),
		list("restconf <line>", "RESTCONF"),
		leaf("gnmi-yang", "gNMI"),
		list("gnmi-yang <line>", "gNMI"),
		leaf("gnxi", "gNXI"),
		list("gnxi <line>", "gNXI"),
		list("yang-interfaces <line>", "YANG interfaces"),
		list("yang-management <line>", "YANG management"),
		section("transport-map type {console|persistent} <word> <name>", "Transport map", ConfigTransportMap, "word", "name"),
		list("transport type <line>", "Transport"),
	},
)

// The modes of telemetry.
var (
	ConfigTelemetry    = mode("config-mdt-subs", "Telemetry commands:", family("Telemetry", "encoding", "filter", "receiver", "receiver-type", "source-address", "source-vrf", "stream", "update-policy", "host", "protocol", "input", "join-key", "logical-op", "output-field", "field", "operation", "specified"))
	ConfigTransportMap = mode("config-tmap", "Transport map commands:", family("Transport map", "banner", "connection", "transport"))
)
