package ikev2

import (
	"fmt"
	"strings"
)

// String returns the SPI as IOS prints it: 16 capital digits.
func (s SPI) String() string { return fmt.Sprintf("%016X", uint64(s)) }

// String returns the name of the exchange, "IKE_SA_INIT".
func (x Exchange) String() string {
	switch x {
	case InitSA:
		return "IKE_SA_INIT"
	case Authenticate:
		return "IKE_AUTH"
	case CreateChild:
		return "CREATE_CHILD_SA"
	case Informational:
		return "INFORMATIONAL"
	case Intermediate:
		return "IKE_INTERMEDIATE"
	case FollowupKE:
		return "IKE_FOLLOWUP_KE"
	}
	return fmt.Sprintf("exchange %d", uint8(x))
}

// String returns the protocol's name.
func (p Protocol) String() string {
	switch p {
	case ProtocolNone:
		return "none"
	case ProtocolIKE:
		return "IKE"
	case ProtocolAH:
		return "AH"
	case ProtocolESP:
		return "ESP"
	}
	return fmt.Sprintf("protocol %d", uint8(p))
}

// String returns the word that "debug crypto ikev2" has for the payload.
func (t PayloadType) String() string {
	switch t {
	case TypeNone:
		return "NONE"
	case TypeSA:
		return "SA"
	case TypeKE:
		return "KE"
	case TypeIDi:
		return "IDi"
	case TypeIDr:
		return "IDr"
	case TypeCert:
		return "CERT"
	case TypeCertRequest:
		return "CERTREQ"
	case TypeAuth:
		return "AUTH"
	case TypeNonce:
		return "N"
	case TypeNotify:
		return "NOTIFY"
	case TypeDelete:
		return "DELETE"
	case TypeVendor:
		return "VID"
	case TypeTSi:
		return "TSi"
	case TypeTSr:
		return "TSr"
	case TypeEncrypted:
		return "ENCR"
	case TypeConfig:
		return "CFG"
	case TypeEAP:
		return "EAP"
	case TypeFragment:
		return "ENCR-FRAG"
	}
	return fmt.Sprintf("payload %d", uint8(t))
}

// notifyNames are the names of notifications.
var notifyNames = map[NotifyType]string{
	UnsupportedCriticalPayload: "UNSUPPORTED_CRITICAL_PAYLOAD",
	InvalidIKESPI:              "INVALID_IKE_SPI",
	InvalidMajorVersion:        "INVALID_MAJOR_VERSION",
	InvalidSyntax:              "INVALID_SYNTAX",
	InvalidMessageID:           "INVALID_MESSAGE_ID",
	InvalidSPI:                 "INVALID_SPI",
	NoProposalChosen:           "NO_PROPOSAL_CHOSEN",
	InvalidKEPayload:           "INVALID_KE_PAYLOAD",
	AuthenticationFailed:       "AUTHENTICATION_FAILED",
	SinglePairRequired:         "SINGLE_PAIR_REQUIRED",
	NoAdditionalSAs:            "NO_ADDITIONAL_SAS",
	InternalAddressFailure:     "INTERNAL_ADDRESS_FAILURE",
	FailedCPRequired:           "FAILED_CP_REQUIRED",
	TSUnacceptable:             "TS_UNACCEPTABLE",
	InvalidSelectors:           "INVALID_SELECTORS",
	TemporaryFailure:           "TEMPORARY_FAILURE",
	ChildSANotFound:            "CHILD_SA_NOT_FOUND",
	StateNotFound:              "STATE_NOT_FOUND",
	TSMaxQueue:                 "TS_MAX_QUEUE",
	InitialContact:             "INITIAL_CONTACT",
	SetWindowSize:              "SET_WINDOW_SIZE",
	AdditionalTSPossible:       "ADDITIONAL_TS_POSSIBLE",
	NATDetectionSource:         "NAT_DETECTION_SOURCE_IP",
	NATDetectionDestination:    "NAT_DETECTION_DESTINATION_IP",
	Cookie:                     "COOKIE",
	UseTransportMode:           "USE_TRANSPORT_MODE",
	HTTPCertLookup:             "HTTP_CERT_LOOKUP_SUPPORTED",
	RekeySA:                    "REKEY_SA",
	NoTFCPadding:               "ESP_TFC_NO_SUPPORT",
	NonFirstFragmentsAlso:      "NON_FIRST_FRAGS",
	AuthLifetime:               "AUTH_LIFETIME",
	Redirect:                   "REDIRECT",
	ChildlessSupported:         "CHILDLESS_IKEV2_SUPPORTED",
	FragmentationSupported:     "IKEV2_FRAGMENTATION_SUPPORTED",
	SignatureHashAlgorithms:    "SIGNATURE_HASH_ALGORITHMS",
	UsePPK:                     "USE_PPK",
	PPKIdentity:                "PPK_IDENTITY",
	NoPPKAuth:                  "NO_PPK_AUTH",
	IntermediateSupported:      "INTERMEDIATE_EXCHANGE_SUPPORTED",
	AdditionalKeyExchange:      "ADDITIONAL_KEY_EXCHANGE",
	SAResourceInfo:             "SA_RESOURCE_INFO",
}

// String returns the name of the notification.
func (n NotifyType) String() string {
	if s, ok := notifyNames[n]; ok {
		return s
	}
	return fmt.Sprintf("Unknown - %d", uint16(n))
}

// Names returns the payloads of a list in the form of "debug crypto ikev2", each
// followed by a blank: "SA KE N NOTIFY(COOKIE) ". No content of a payload is in it.
func Names(list []Payload) string {
	var s strings.Builder
	for _, p := range list {
		if n, ok := p.(*Notify); ok {
			fmt.Fprintf(&s, "NOTIFY(%v) ", n.Kind)
			continue
		}
		s.WriteString(p.Type().String() + " ")
	}
	return s.String()
}

// String returns the header in the words of "debug crypto ikev2", two lines
// without the last "\n".
func (h Header) String() string {
	kind := "REQUEST"
	if h.Response() {
		kind = "RESPONSE"
	}
	return fmt.Sprintf("Initiator SPI : %v - Responder SPI : %v Message id: %d\nIKEv2 %v Exchange %s",
		h.SPIi, h.SPIr, h.MessageID, h.Exchange, kind)
}

// String returns the payload's name and size: keys stay out of logs.
func (k *KE) String() string { return fmt.Sprintf("KE(group %d, %d bytes)", k.Group, len(k.Data)) }

// String returns the method and the size, and nothing that could be used to guess
// a key.
func (a *Auth) String() string {
	return fmt.Sprintf("AUTH(method %d, %d bytes)", a.Method, len(a.Data))
}
