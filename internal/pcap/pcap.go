// Package pcap writes capture files of IP packets: the old format for one
// interface, and pcapng for several. The link type is raw IP, as nothing here has
// Ethernet.
//
// Missing: reading; directions as flags of a packet, which the library cannot
// write: each direction of an interface is an interface of the file.
package pcap

import (
	"fmt"
	"io"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

// maxLength is how many bytes of a packet a file can hold.
const maxLength = 65535

// A Packet is one packet of a file.
type Packet struct {
	At        time.Time
	Interface int    // index of the file's interfaces
	Len       int    // bytes of the whole packet
	Data      []byte // as much of it as was kept
}

// info describes the packet to the library.
func (p *Packet) info() gopacket.CaptureInfo {
	return gopacket.CaptureInfo{Timestamp: p.At, InterfaceIndex: p.Interface, CaptureLength: len(p.Data), Length: p.Len}
}

// A Writer writes a file packet by packet.
type Writer struct {
	packet func(ci gopacket.CaptureInfo, data []byte) error
	flush  func() error
}

// New begins a file in the old format, pcap: one interface without a name, times
// in microseconds. Nothing waits in memory.
func New(w io.Writer) (*Writer, error) {
	f := pcapgo.NewWriter(w)
	if err := f.WriteFileHeader(maxLength, layers.LinkTypeRaw); err != nil {
		return nil, fmt.Errorf("pcap: header: %w", err)
	}
	return &Writer{f.WritePacket, func() error { return nil }}, nil
}

// An Interface is where packets of a pcapng file were captured.
type Interface struct {
	Name        string // "Tunnel0"
	Description string
	Length      int // bytes kept of each packet; 0: all
}

// NewNG begins a file in the format pcapng, with times in nanoseconds. There is at
// least one interface. program is what wrote the file.
func NewNG(w io.Writer, program string, interfaces []Interface) (*Writer, error) {
	var all []pcapgo.NgInterface
	for _, i := range interfaces {
		all = append(all, pcapgo.NgInterface{
			Name: i.Name, Description: i.Description, LinkType: layers.LinkTypeRaw, SnapLength: uint32(i.Length),
		})
	}
	f, err := pcapgo.NewNgWriterInterface(w, all[0], pcapgo.NgWriterOptions{SectionInfo: pcapgo.NgSectionInfo{Application: program}})
	if err != nil {
		return nil, fmt.Errorf("pcap: header: %w", err)
	}
	for _, i := range all[1:] {
		if _, err := f.AddInterface(i); err != nil {
			return nil, fmt.Errorf("pcap: interface %s: %w", i.Name, err)
		}
	}
	return &Writer{f.WritePacket, f.Flush}, nil
}

// Write writes a packet.
func (w *Writer) Write(p Packet) error {
	if err := w.packet(p.info(), p.Data); err != nil {
		return fmt.Errorf("pcap: packet: %w", err)
	}
	return nil
}

// Flush writes what waits in memory; the file is whole then.
func (w *Writer) Flush() error { return w.flush() }
