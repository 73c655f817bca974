#!/bin/bash
# The anchors' hook for Axle: see README.md beside this file. Variants of multipoint
# GRE with a tunnel key:
#   gre     in clear
#   esp     in ESP on IP, AES-256-GCM, transport mode, IKEv2 with a pre-shared key
#   espudp  the same ESP in UDP 4500, as through a NAT box
. "$CACHE/../../anchors/lib.sh"
axle=${AXLE_BIN:-axle}

protection() { # lines of "crypto"
	case $VARIANT in gre) return ;; esac
	cat <<-EOC
	crypto ikev2 keyring bench
	 peer any
	  address 0.0.0.0 0.0.0.0
	  pre-shared-key bench-net-only
	crypto ikev2 profile bench
	 match identity remote address 0.0.0.0
	 authentication remote pre-share
	 authentication local pre-share
	 keyring local bench
	$([ "$VARIANT" = espudp ] && echo ' nat force-encap')
	crypto ipsec transform-set bench esp-gcm 256
	 mode transport
	crypto ipsec profile bench
	 set transform-set bench
	 set ikev2-profile bench
	EOC
}

config() { # NAME OWNUL OWNOV PEERUL PEEROV
	cat <<-EOC
	hostname $1
	$(protection)
	interface Tunnel0
	 ip address $3 255.255.255.0
	 no ip redirects
	 ip mtu $OV_MTU
	 ip nhrp map $5 $4
	 ip nhrp network-id 1
	 tunnel source GigabitEthernet0/0
	 tunnel mode gre multipoint
	 tunnel key 7
	$([ "$VARIANT" = gre ] || echo ' tunnel protection ipsec profile bench')
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
	case $VARIANT in gre | esp | espudp) ;; *) echo "axle.sh: no variant '$VARIANT'" >&2; exit 2 ;; esac
	config a "$UL_A" "$OV_A" "$UL_B" "$OV_B" >"$STATE/a.cfg"
	config b "$UL_B" "$OV_B" "$UL_A" "$OV_A" >"$STATE/b.cfg"
	start "$NS_A" a
	start "$NS_B" b
	waitfor 10 grep -qx ready "$STATE/log.$NS_A"
	waitfor 10 grep -qx ready "$STATE/log.$NS_B"
	waitfor 10 ip netns exec "$NS_A" ping -c 1 -W 1 "$OV_B"
}
main "$@"
