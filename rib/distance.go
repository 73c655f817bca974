package rib

// Administrative distances, the defaults of IOS. The lower wins.
const (
	DistanceConnected     uint8 = 0
	DistanceStatic        uint8 = 1
	DistanceBGPExternal   uint8 = 20
	DistanceEIGRP         uint8 = 90
	DistanceOSPF          uint8 = 110
	DistanceRIP           uint8 = 120
	DistanceEIGRPExternal uint8 = 170
	DistanceBGPInternal   uint8 = 200
	DistanceNHRP          uint8 = 250
	DistanceUnreachable   uint8 = 255 // never installed
)

// MetricNHRP is the metric of NHRP's routes.
const MetricNHRP uint32 = 255

// NullInterface is the interface that drops every packet. It is always up.
const NullInterface = "Null0"

// Limits.
const (
	MaxPaths       = 32 // equal paths to a prefix, and hops of a FIBEntry
	MaxStaticPaths = 4  // equal static paths to a prefix; IOS's default of maximum-paths
	MaxRecursion   = 8  // lookups from a recursive route to its interface
)
