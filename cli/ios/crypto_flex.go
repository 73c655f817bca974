package ios

import "axle/cli/grammar"

// flexCommands are FlexVPN and what surrounds IKEv2, behind its profiles. Nothing
// acts on them.
var flexCommands = join(
	[]*grammar.Command{
		section("crypto ikev2 name-mangler <name>", "Name mangler", ConfigMangler, "name"),
		section("crypto ikev2 cluster", "IKEv2 cluster load balancer", ConfigCluster),
		section("crypto ikev2 client flexvpn <name>", "FlexVPN client", ConfigFlexClient, "name"),
		ikev2HTTPCert,
	},
	family("IKEv2 option", "crypto ikev2 cts", "crypto ikev2 disconnect-revoked-peers", "crypto ikev2 multi-sa", "crypto ikev2 reconnect", "crypto ikev2 redirect", "crypto ikev2 snmp", "crypto ikev2 enable", "crypto ikev2 disable",
		"crypto ikev2 virtual-template", "crypto ikev2 sks", "crypto ikev2 manual", "crypto ikev2 qkd", "crypto ikev2 resource"),
	family("Cryptography", "crypto call admission limit ipsec", "crypto call admission limit all", "crypto call admission load", "crypto ctcp", "crypto engine", "crypto mib", "crypto provisioning", "crypto wui", "crypto xauth", "crypto vpn",
		"crypto entropy", "crypto connect", "crypto logging ezvpn", "crypto logging ipsec", "crypto logging ikev1", "crypto eli", "crypto card", "crypto software", "crypto tls-tunnel", "crypto throughput"),
	[]*grammar.Command{
		either("crypto engine software ipsec", "Software engine"),
		section("crypto identity <name>", "Identity", ConfigCryptoIdentity, "name"),
		section("crypto sks-client <name>", "Client of a key service", ConfigSKS, "name"),
		section("crypto ssl proposal <name>", "SSL proposal", ConfigSSL, "name"),
		section("crypto ssl policy <name>", "SSL policy", ConfigSSL, "name"),
		section("crypto ssl authorization policy <name>", "SSL authorization policy", ConfigSSL, "name"),
		section("crypto ssl profile <name>", "SSL profile", ConfigSSL, "name"),
	},
)

// isakmpExtras are the rarer commands of IKEv1. Nothing acts on them.
var isakmpExtras = join(
	[]*grammar.Command{
		isakmpDefaults,
		section("crypto isakmp peer {address <ip>|hostname <name>} [vrf <word>]", "Set Peer Policy", ConfigIsakmpPeer, "ip", "name"),
		section("crypto isakmp client configuration browser-proxy <name>", "Browser proxy", ConfigBrowserProxy, "name"),
	},
	family("ISAKMP option", "crypto isakmp diagnose", "crypto isakmp disconnect-revoked-peers", "crypto isakmp policy-set", "crypto isakmp xauth", "crypto isakmp performance"),
)

// ipsecExtras are the rarer commands of IPsec. Nothing acts on them.
var ipsecExtras = join(
	[]*grammar.Command{either("crypto ipsec nat-transparency spi-matching", "SPI matching")},
	family("IPsec option", "crypto ipsec inner-tos", "crypto ipsec ipv4-deny", "crypto ipsec optional", "crypto ipsec server", "crypto ipsec security-association dummy", "crypto ipsec security-association ecn", "crypto ipsec security-association multi-sn",
		"crypto ipsec security-association lifetime days", "crypto ipsec profile-check", "crypto ipsec control-plane"),
)

// The modes of FlexVPN and SSL.
var (
	ConfigMangler        = mode("config-ikev2-name-mangler", "Name mangler commands:", family("Name mangler", "dn", "eap", "email", "fqdn"))
	ConfigCluster        = mode("config-ikev2-cluster", "IKEv2 cluster commands:", join(family("IKEv2 cluster", "holdtime", "master", "port", "slave", "standby-group"), eithers("IKEv2 cluster", "shutdown")))
	ConfigFlexClient     = mode("config-ikev2-flexvpn", "FlexVPN client commands:", family("FlexVPN client", "peer", "connect", "client", "backup", "source"))
	ConfigSKS            = mode("config-crypto-sks-client", "Key service commands:", family("Key service", "server"))
	ConfigCryptoIdentity = mode("config-crypto-identity", "Identity commands:", family("Identity", "description", "dn", "fqdn"))
	ConfigSSL            = mode("config-crypto-ssl", "SSL VPN commands:", join(
		family("SSL VPN", "aaa", "authentication", "banner", "client", "def-domain", "description", "dns", "dpd-interval", "homepage", "include-local-lan", "ip", "ipv6", "keepalive", "match", "max-users", "module", "mtu", "msie-proxy", "netmask", "pki", "pool",
			"protection", "rekey", "route", "server", "session", "smartcard-removal-disconnect", "split-dns", "ssl", "svc", "timeout", "virtual-template", "wins"),
		eithers("SSL VPN", "shutdown")))
	ConfigIsakmpPeer = mode("config-isakmp-peer", "ISAKMP peer commands:", []*grammar.Command{
		leaf("description <line>", "Description of the peer"),
		leaf("set aggressive-mode client-endpoint <line>", "Identity in aggressive mode"),
		leaf("set aggressive-mode password <line>", "Password in aggressive mode"),
	})
	ConfigBrowserProxy = mode("config-ikmp-browser-proxy", "Browser proxy commands:", family("Browser proxy", "proxy"))
)
