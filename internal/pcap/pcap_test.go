package pcap_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"axle/internal/pcap"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

// at is a time that only nanoseconds tell.
var at = time.Date(2026, 1, 2, 3, 4, 5, 123456789, time.UTC)

var packets = []pcap.Packet{
	{At: at, Len: 20, Data: bytes.Repeat([]byte{0x45}, 20)},
	{At: at.Add(time.Second), Interface: 1, Len: 1500, Data: bytes.Repeat([]byte{0x60}, 41)},
	{At: at.Add(time.Hour), Len: 3, Data: []byte{1, 2, 3}},
}

func TestNG(t *testing.T) {
	var b bytes.Buffer
	w, err := pcap.NewNG(&b, "Axle", []pcap.Interface{{Name: "Tunnel0", Description: "in"}, {Name: "Tunnel0", Description: "out", Length: 41}})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packets {
		if err := w.Write(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	r, err := pcapgo.NewNgReader(&b, pcapgo.DefaultNgReaderOptions)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range packets {
		data, ci, err := r.ReadPacketData()
		if err != nil {
			t.Fatal(err)
		}
		want := gopacket.CaptureInfo{Timestamp: p.At, CaptureLength: len(p.Data), Length: p.Len, InterfaceIndex: p.Interface}
		if !ci.Timestamp.Equal(p.At) || ci.Length != want.Length || ci.InterfaceIndex != want.InterfaceIndex || !bytes.Equal(data, p.Data) {
			t.Errorf("%d: %+v %x, want %+v", i, ci, data, want)
		}
	}
	if _, _, err := r.ReadPacketData(); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
	for i, want := range []string{"in", "out"} {
		f, err := r.Interface(i)
		if err != nil || f.Name != "Tunnel0" || f.Description != want || f.LinkType != layers.LinkTypeRaw {
			t.Errorf("interface %d: %+v %v", i, f, err)
		}
	}
	if s := r.SectionInfo(); s.Application != "Axle" {
		t.Errorf("section %+v", s)
	}
}

func TestPlain(t *testing.T) {
	var b bytes.Buffer
	w, err := pcap.New(&b)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packets {
		p.Interface = 0
		if err := w.Write(p); err != nil {
			t.Fatal(err)
		}
	}
	r, err := pcapgo.NewReader(&b)
	if err != nil || r.LinkType() != layers.LinkTypeRaw {
		t.Fatal(err)
	}
	for i, p := range packets {
		data, ci, err := r.ReadPacketData()
		if err != nil || !ci.Timestamp.Equal(p.At.Truncate(time.Microsecond)) || ci.Length != p.Len || !bytes.Equal(data, p.Data) {
			t.Errorf("%d: %+v %x %v", i, ci, data, err)
		}
	}
}

// A packet for no interface, and a disk that is full, are errors.
func TestRefuse(t *testing.T) {
	w, err := pcap.NewNG(io.Discard, "", []pcap.Interface{{Name: "a"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(pcap.Packet{At: at, Interface: 1, Len: 1, Data: []byte{1}}); err == nil {
		t.Error("a packet of interface 1 of 1 was written")
	}
	if err := w.Write(pcap.Packet{At: at, Len: 1, Data: []byte{1, 2}}); err == nil {
		t.Error("two bytes of one were written")
	}
	if w, err = pcap.NewNG(full{}, "", []pcap.Interface{{}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); !errors.Is(err, errFull) {
		t.Errorf("on a full disk: %v", err)
	}
	if _, err := pcap.New(full{}); !errors.Is(err, errFull) {
		t.Errorf("on a full disk: %v", err)
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
