package ios

import "axle/cli/grammar"

// ipCommands are global commands of IP that stand above the interfaces, in about
// the order of running-config. Nothing acts on them.
var ipCommands = join(
	[]*grammar.Command{
		leaf("ip subnet-zero", "Allow 'subnet zero' subnets"),
		either("ip source-route", "Process packets with source routing header options"),
		leaf("ip options {drop|ignore}", "IP options"),
		either("ip gratuitous-arps", "Generate gratuitous ARPs for PPP/SLIP peer addresses"),
		either("ip bootp server", "Enable BOOTP service"),
		either("ip finger", "Enable the finger service"),
		either("ip identd", "Enable the identification service"),
		list("ip arp {entry|incomplete|inspection|nat|poll|proxy|queue} <line>", "IP ARP global configuration"),
		leaf("ip arp gratuitous {accept|arpa|ignore|local|none}", "Gratuitous ARP"),
		list("ip wccp <line>", "Web-Cache Coordination Protocol Commands"),
		list("ip spd <line>", "Selective packet discard"),
		list("ip rcmd <line>", "Rcmd commands"),
		leaf("ip routing", "Enable IP routing"),
		leaf("ip routing protocol purge interface", "Purge routes of an interface that is gone"),
		list("ip device tracking [<line>]", "Device tracking"),
		list("ip verify drop-rate <line>", "Drop rate of packets that fail"),
	},
	dhcpCommands,
	[]*grammar.Command{
		leaf("ip unicast-routing", "Unicast routing"),
		list("ip cef <line>", "Cisco Express Forwarding"),
		list("ip load-sharing <line>", "Style of load sharing"),
		list("ip flow <line>", "NetFlow global commands"),
		list("ip flow-cache <line>", "Configure netflow cache parameters"),
		leaf("ip flow-egress input-interface", "Egress flows have the input interface as key"),
		section("ip flow-aggregation cache <line>", "Configure flow aggregation", ConfigFlowCache),
		list("ip accounting-list <line>", "Select hosts for which IP accounting information is kept"),
		leaf("ip accounting-threshold <n>", "Sets the maximum number of accounting entries"),
		leaf("ip accounting-transits <n>", "Sets the maximum number of transit entries"),
		list("ip nbar <line>", "Network-Based Application Recognition"),
		section("ip nbar attribute-map <name>", "Attribute map", ConfigAttributeMap, "name"),
		list("ip inspect <line>", "Context-based Access Control Engine"),
		section("ip ips signature-category", "Signature categories", ConfigIPS),
		list("ip ips <line>", "Intrusion Prevention System"),
		list("ip auth-proxy <line>", "Authentication Proxy"),
		list("ip admission <line>", "Global IP Network Admission Control commands"),
		list("ip urlfilter <line>", "URL filtering"),
		list("ip port-map <line>", "Port to application mapping"),
		list("ip traffic-export <line>", "Traffic export profile"),
		list("ip trigger-authentication [<line>]", "Trigger-authentication configuration parameters"),
		list("ip domain list <line>", "Domain name to complete unqualified host names", "line"),
		list("ip domain {lookup-failure|multicast|recursive|resolver|retry|round-robin|timeout} [<line>]", "IP DNS Resolver"),
		list("ip domain lookup <line>", "Enable IP Domain Name System hostname translation"),
		list("ip domain name vrf <word> <name>", "Define the default domain name", "word"),
		list("ip dns <line>", "Configure DNS server for a zone"),
		leaf("ip hostname strict", "Strict host names"),
		section("ip dns view <line>", "Configure a DNS view", ConfigDNSView),
		section("ip dns view-list <name>", "Configure a DNS view list", ConfigDNSViewList, "name"),
		list("ip multicast <line>", "Global IP Multicast Commands"),
		list("ip igmp {filter|limit|profile|snooping|ssm-map|vrf} [<line>]", "IGMP global configuration"),
		list("ip mrm <line>", "Multicast routing monitor"),
		list("ip rsvp <line>", "Configure static RSVP information"),
		list("ip explicit-path <line>", "Configure explicit-path"),
		list("ip sap <line>", "Session announcement protocol"),
		leaf("ip sdr <line>", "Session directory"),
		list("ip reflexive-list timeout <n>", "Reflexive access list"),
		leaf("ip access-list log-update threshold <n>", "Access list logging"),
		leaf("ip access-list logging <line>", "Access list logging"),
		list("ip telnet <line>", "Specify telnet options"),
		list("ip tcp <line>", "Global TCP parameters"),
		list("ip udp <line>", "Configure UDP options"),
		list("ip icmp <line>", "Control ICMP"),
		list("ip mobile {arp|bindupdate|debug|foreign-agent|foreign-service|home-agent|host|network|realm|redundancy|router|secure|tunnel|virtual-network|router-group} [<line>]", "Enable Mobile IP services"),
		list("ip msdp <line>", "MSDP global commands"),
		list("ip mroute <line>", "Configure static multicast routes"),
		either("ip mfib", "Multicast Forwarding"),
		list("ip slb <line>", "Server load balancing"),
		list("ip snmp <line>", "SNMP of IP"),
		list("ip alias <line>", "Alias an IP address to a TCP port"),
		list("ip default-network <address>", "Flags networks as candidates for default routes"),
		leaf("ip drp <line>", "Director response protocol configuration commands"),
		leaf("ip gdp <line>", "Router discovery mechanism"),
		list("ip rtcp <line>", "RTP Control Protocol"),
		leaf("ip scp server enable", "Secure copy"),
		section("ip ssh pubkey-chain", "Public keys of users", ConfigPubkeyChain),
	},
)

// ipServerCommands are global commands of IP that stand below the routing
// processes.
var ipServerCommands = []*grammar.Command{
	list("ip local pool <line>", "IP Local address pool lists"),
	list("ip local policy route-map <name>", "Enable policy routing"),
	list("ip flow-export <line>", "Specify host/port to send flow statistics"),
	section("ip flow-top-talkers", "Configure NetFlow top talkers", ConfigTopTalkers),
	list("ip radius source-interface <line>", "RADIUS configuration commands"),
	list("ip tacacs source-interface <line>", "TACACS configuration commands"),
	list("ip community-list <line>", "Add a community list entry"),
	list("ip extcommunity-list <line>", "Add a extended community list entry"),
	list("ip large-community-list <line>", "Add a large community list entry"),
	list("ip policy-list <line>", "Policy list"),
	leaf("ip ospf name-lookup", "Display OSPF router ids as DNS names"),
}

// The modes of IP.
var (
	ConfigFlowCache = mode("config-flow-cache", "Flow cache commands:", []*grammar.Command{
		list("cache <line>", "Configure netflow cache parameters"),
		list("export <line>", "Specify host/port to send flow statistics"),
		list("mask <line>", "Specify the mask"),
		leaf("enabled", "Enable the cache"),
	})
	ConfigAttributeMap = mode("config-attribute-map", "Attribute map commands:", []*grammar.Command{
		list("attribute <line>", "Attribute"),
	})
	ConfigIPS = mode("config-ips-category", "Signature category commands:", []*grammar.Command{
		section("category <line>", "Category", ConfigIPSAction),
	})
	ConfigIPSAction   = mode("config-ips-category-action", "Signature category action commands:", family("Signature category", "alert-severity", "enabled", "event-action", "fidelity-rating", "retired"))
	ConfigDNSView     = mode("cfg-dns-view", "DNS view commands:", family("DNS view", "dns", "domain", "logging"))
	ConfigDNSViewList = mode("cfg-dns-view-list", "DNS view list commands:", []*grammar.Command{
		section("view <line>", "View", ConfigDNSViewRestrict),
	})
	ConfigDNSViewRestrict = mode("cfg-dns-view-list-member", "DNS view member commands:", []*grammar.Command{
		list("restrict <line>", "Restrict the use"),
	})
	ConfigPubkeyChain = mode("conf-ssh-pubkey", "SSH public key commands:", []*grammar.Command{
		section("username <name>", "Configure SSH user", ConfigPubkeyUser, "name"),
		section("server <name>", "Configure SSH server", ConfigPubkeyUser, "name"),
		leaveQuit,
	})
	ConfigPubkeyUser = mode("conf-ssh-pubkey-user", "SSH public key user commands:", []*grammar.Command{
		section("key-string", "Configure SSH RSA public key", ConfigPubkeyData),
		list("key-hash <line>", "Configure SSH RSA key fingerprint"),
		leaveQuit,
	})
	ConfigPubkeyData = mode("conf-ssh-pubkey-data", "SSH public key text:", []*grammar.Command{
		list("<line>", "Text of the key"),
	})
	ConfigTopTalkers = mode("config-flow-top-talkers", "Top talkers commands:", []*grammar.Command{
		leaf("top <n>", "Number of top talkers"),
		leaf("sort-by {bytes|packets}", "Sort criterion"),
		leaf("cache-timeout <n>", "Cache timeout"),
		list("match <line>", "Match criteria"),
	})
)
