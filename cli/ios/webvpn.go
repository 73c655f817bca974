package ios

import "axle/cli/grammar"

// webvpnCommands are the clientless VPN and its contexts. Nothing acts on them.
var webvpnCommands = []*grammar.Command{
	list("webvpn {cef|install|import|sslvpn-vif|create} [<line>]", "SSL VPN"),
	broken(section("webvpn gateway <name>", "SSL VPN gateway", ConfigWebVPN, "name")),
	broken(section("webvpn context <name>", "SSL VPN context", ConfigWebContext, "name")),
}

// The modes of SSL VPN.
var (
	ConfigWebVPN = mode("config-webvpn-gateway", "SSL VPN gateway commands:", join(
		family("SSL VPN", "dtls", "hostname", "http-redirect", "inservice", "ip", "ssl", "logging"),
	))
	ConfigWebContext = mode("config-webvpn-context", "SSL VPN context commands:", join(
		[]*grammar.Command{
			section("policy group <name>", "Policy group", ConfigWebPolicy, "name"),
			section("{url-list|port-forward|nbns-list|acl|cifs-url-list|user-profile|sso-server} <name>", "List", ConfigWebPolicy, "name", "url-list", "port-forward", "nbns-list", "acl", "cifs-url-list", "user-profile", "sso-server"),
			section("virtual-host <name>", "Virtual host", ConfigWebPolicy, "name"),
		},
		family("SSL VPN context", "aaa", "authentication", "color", "csd", "default-group-policy", "gateway", "inservice", "ipv6", "logging", "login-message", "login-photo", "logo", "max-users", "secondary-color", "secondary-text-color", "ssl", "text-color", "title",
			"title-color", "url-rewrite", "virtual-template", "vrf-name"),
	))
	ConfigWebPolicy = mode("config-webvpn-group", "SSL VPN policy commands:", family("SSL VPN policy", "acl", "add", "banner", "cifs-url-list", "citrix", "deny", "error-msg", "filter", "functions", "heading", "hide-url-bar", "list", "local-port", "mask-urls", "nbns-list",
		"nbns-server", "permit", "port-forward", "sso-server", "svc", "timeout", "url-list", "url-text", "user-profile", "server-name"))
)
