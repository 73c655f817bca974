#!/bin/bash
# The anchors' hook for Axle: see README.md beside this file. One variant so far:
# gre, multipoint GRE with a tunnel key, in clear.
. "$CACHE/../../anchors/lib.sh"
axle=${AXLE_BIN:-axle}

config() { # NAME OWNUL OWNOV PEERUL PEEROV
	cat <<-EOC
	hostname $1
	interface Tunnel0
	 ip address $3 255.255.255.0
	 no ip redirects
	 ip mtu $OV_MTU
	 ip nhrp map $5 $4
	 ip nhrp network-id 1
	 tunnel source GigabitEthernet0/0
	 tunnel mode gre multipoint
	 tunnel key 7
	interface GigabitEthernet0/0
	 ip address $2 255.255.255.0
	end
	EOC
}

start() { # NAMESPACE LETTER
	run "$1" "$axle" run --config "$STATE/$2.cfg" --interface "GigabitEthernet0/0=$DEV" \
		--console "$STATE/$2.sock" ${AXLE_FLAGS:-}
}

up() {
	case $VARIANT in gre) ;; *) echo "axle.sh: no variant '$VARIANT'" >&2; exit 2 ;; esac
	config a "$UL_A" "$OV_A" "$UL_B" "$OV_B" >"$STATE/a.cfg"
	config b "$UL_B" "$OV_B" "$UL_A" "$OV_A" >"$STATE/b.cfg"
	start "$NS_A" a
	start "$NS_B" b
	waitfor 10 grep -qx ready "$STATE/log.$NS_A"
	waitfor 10 grep -qx ready "$STATE/log.$NS_B"
}
main "$@"
