package engine

import "axle/internal/event"

// The log messages of IKEv1.
var (
	EventBadMessage = &event.Kind{
		Facility: "CRYPTO", Severity: 4, Mnemonic: "IKMP_BAD_MESSAGE",
		Format: "IKE message from %s failed its sanity check or is malformed",
	}
	EventNoSA = &event.Kind{
		Facility: "CRYPTO", Severity: 4, Mnemonic: "IKMP_NO_SA",
		Format: "IKE message from %s has no SA and is not an initialization offer",
	}
	EventNoKey = &event.Kind{
		Facility: "CRYPTO", Severity: 4, Mnemonic: "IKMP_NO_PRESHARED_KEY",
		Format: "Pre-shared key for remote peer at %s is missing",
	}
	EventModeFailure = &event.Kind{
		Facility: "CRYPTO", Severity: 6, Mnemonic: "IKMP_MODE_FAILURE",
		Format: "Processing of %s mode failed with peer at %s",
	}
	EventAuthFailure = &event.Kind{
		Facility: "CRYPTO", Severity: 6, Mnemonic: "IKMP_AUTH_FAIL",
		Format: "Authentication method %d failed with host %s",
	}
	EventNotEncrypted = &event.Kind{
		Facility: "CRYPTO", Severity: 6, Mnemonic: "IKMP_NOT_ENCRYPTED",
		Format: "IKE packet from %s was not encrypted and it should've been.",
	}
	EventNotOffered = &event.Kind{
		Facility: "CRYPTO", Severity: 6, Mnemonic: "IKMP_SA_NOT_OFFERED",
		Format: "Remote peer %s responded with attribute %s not offered or changed",
	}
	EventAggressiveDisabled = &event.Kind{
		Facility: "CRYPTO", Severity: 5, Mnemonic: "IKMP_AG_MODE_DISABLED",
		Format: "Unable to initiate or respond to Aggressive Mode while disabled",
	}
	EventNoAddressMatch = &event.Kind{
		Facility: "CRYPTO", Severity: 6, Mnemonic: "IKMP_NO_ID_CERT_ADDR_MATCH",
		Format: "(NOT ERROR BUT WARNING ONLY)ID of %s (type %d) and certificate addr with %s",
	}
	EventSession = &event.Kind{
		Facility: "CRYPTO", Severity: 5, Mnemonic: "SESSION_STATUS",
		Format: "Crypto tunnel is %s.  Peer %s:%d       Id: %s",
	}
)
