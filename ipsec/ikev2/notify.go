package ikev2

import (
	"encoding/binary"

	"axle/internal/wire"
)

// A NotifyType is what a notification says; below 16384 it is an error. RFC 7296
// §3.10.1.
type NotifyType uint16

// The errors.
const (
	UnsupportedCriticalPayload NotifyType = 1
	InvalidIKESPI              NotifyType = 4
	InvalidMajorVersion        NotifyType = 5
	InvalidSyntax              NotifyType = 7
	InvalidMessageID           NotifyType = 9
	InvalidSPI                 NotifyType = 11
	NoProposalChosen           NotifyType = 14
	InvalidKEPayload           NotifyType = 17
	AuthenticationFailed       NotifyType = 24
	SinglePairRequired         NotifyType = 34
	NoAdditionalSAs            NotifyType = 35
	InternalAddressFailure     NotifyType = 36
	FailedCPRequired           NotifyType = 37
	TSUnacceptable             NotifyType = 38
	InvalidSelectors           NotifyType = 39
	TemporaryFailure           NotifyType = 43
	ChildSANotFound            NotifyType = 44
	StateNotFound              NotifyType = 47
	TSMaxQueue                 NotifyType = 48
	lastError                  NotifyType = 16383
)

// The notifications of status.
const (
	InitialContact          NotifyType = 16384
	SetWindowSize           NotifyType = 16385
	AdditionalTSPossible    NotifyType = 16386
	NATDetectionSource      NotifyType = 16388
	NATDetectionDestination NotifyType = 16389
	Cookie                  NotifyType = 16390
	UseTransportMode        NotifyType = 16391
	HTTPCertLookup          NotifyType = 16392
	RekeySA                 NotifyType = 16393
	NoTFCPadding            NotifyType = 16394
	NonFirstFragmentsAlso   NotifyType = 16395
	AuthLifetime            NotifyType = 16403
	Redirect                NotifyType = 16407
	ChildlessSupported      NotifyType = 16418
	FragmentationSupported  NotifyType = 16430
	SignatureHashAlgorithms NotifyType = 16431
	UsePPK                  NotifyType = 16435
	PPKIdentity             NotifyType = 16436
	NoPPKAuth               NotifyType = 16437
	IntermediateSupported   NotifyType = 16438
	AdditionalKeyExchange   NotifyType = 16441
	SAResourceInfo          NotifyType = 16444
)

// A Notify is a Notify payload.
type Notify struct {
	Protocol Protocol
	SPI      []byte // nil, 4 or 8 bytes
	Kind     NotifyType
	Data     []byte
}

// Error reports whether the notification is an error.
func (n *Notify) Error() bool { return n.Kind <= lastError }

// Type implements Payload.
func (*Notify) Type() PayloadType { return TypeNotify }

func parseNotify(r *wire.Reader) (Payload, error) {
	n := &Notify{Protocol: Protocol(r.U8())}
	at := r.Off()
	size := int(r.U8())
	n.Kind = NotifyType(r.U16())
	if size > 0 {
		n.SPI = r.Take(size)
	}
	n.Data = rest(r)
	if err := whole(r, "notification"); err != nil {
		return nil, err
	}
	if size != 0 && size != 4 && size != 8 {
		return nil, &ParseError{"size of the SPI", at, ErrFormat}
	}
	return n, nil
}

func (n *Notify) append(b []byte) ([]byte, error) {
	if l := len(n.SPI); l != 0 && l != 4 && l != 8 {
		return nil, unwritable("size of the SPI", ErrValue)
	}
	b = append(b, byte(n.Protocol), byte(len(n.SPI)))
	b = binary.BigEndian.AppendUint16(b, uint16(n.Kind))
	return append(append(b, n.SPI...), n.Data...), nil
}

// A Delete is a Delete payload: of the IKE SA itself, or of the SAs that the
// sender receives with.
type Delete struct {
	Protocol Protocol
	SPIs     []uint32 // none with ProtocolIKE
}

// Type implements Payload.
func (*Delete) Type() PayloadType { return TypeDelete }

func parseDelete(r *wire.Reader) (Payload, error) {
	d := &Delete{Protocol: Protocol(r.U8())}
	at := r.Off()
	size, n := int(r.U8()), int(r.U16())
	if r.Err() != nil {
		return nil, &ParseError{"deletion", r.Short().Offset, ErrShort}
	}
	if d.Protocol == ProtocolIKE && (size != 0 || n != 0) || d.Protocol != ProtocolIKE && size != 4 {
		return nil, &ParseError{"size of the SPI", at, ErrFormat}
	}
	if n > MaxDeletes {
		return nil, &ParseError{"number of SPIs", at + 1, ErrLimit}
	}
	for range n {
		spi := r.U32()
		if r.Err() != nil {
			break
		}
		d.SPIs = append(d.SPIs, spi)
	}
	return d, whole(r, "deletion")
}

func (d *Delete) append(b []byte) ([]byte, error) {
	size := byte(4)
	if d.Protocol == ProtocolIKE {
		size = 0
	}
	if len(d.SPIs) > MaxDeletes || size == 0 && len(d.SPIs) > 0 {
		return nil, unwritable("number of SPIs", ErrLimit)
	}
	b = append(b, byte(d.Protocol), size)
	b = binary.BigEndian.AppendUint16(b, uint16(len(d.SPIs)))
	for _, spi := range d.SPIs {
		b = binary.BigEndian.AppendUint32(b, spi)
	}
	return b, nil
}
