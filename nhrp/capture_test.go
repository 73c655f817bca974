package nhrp_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"axle/nhrp"
)

// A vector is a packet of a Cisco router with its fields, decoded by another
// program.
type vector struct {
	File    string
	Frame   int
	Hex     string `json:"nhrp_hex"`
	Decoded struct {
		AFN       uint16
		PType     string
		Snap      string
		Hop       uint8
		Size      int
		ExtOff    int
		Cksum     string
		Ver, Type uint8
		SHTL      int
		SSTL      int
		SPL, DPL  int
		Flags, U  string
		SrcNBMA   string `json:"src_nbma"`
		SrcProto  string `json:"src_proto"`
		DstProto  string `json:"dst_proto"`
		Payload   string
		Trailing  string
		CIEs      []vectorClient
		Ext       []struct {
			C, U, T int
			Len     int
			Val     string
			CIEs    []vectorClient
		}
	}
}

// A vectorClient is a client entry of a vector.
type vectorClient struct {
	Code, Prefix     uint8
	Unused, MTU      uint16
	Hold             int
	NBMA, Sub, Proto string
	Pref             uint8
	ATL, STL         int
}

func (c vectorClient) text() string {
	return fmt.Sprint(c.Code, c.Prefix, c.Unused, c.MTU, c.Hold, c.NBMA, c.Sub, c.Proto, c.Pref, c.ATL, c.STL)
}

// clientText returns the fields of c in the form of a vectorClient's.
func clientText(c nhrp.Client) string {
	return vectorClient{
		uint8(c.Code), c.PrefixLen, c.Unused, c.MTU, int(c.Hold / time.Second),
		addrText(c.NBMA), hex.EncodeToString(c.Sub), addrText(c.Proto), c.Pref, c.NBMA.BitLen() / 8, len(c.Sub),
	}.text()
}

func addrText(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

func readVectors(t testing.TB) []vector {
	t.Helper()
	b, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v []vector
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVectors(t *testing.T) {
	vectors := readVectors(t)
	if len(vectors) != 36 {
		t.Errorf("%d vectors, want 36", len(vectors))
	}
	for _, v := range vectors {
		t.Run(fmt.Sprintf("%s frame %d", v.File, v.Frame), func(t *testing.T) {
			wire := unhex(t, v.Hex)
			m, err := nhrp.Parse(wire)
			if err != nil {
				t.Fatal(err)
			}
			compareVector(t, m, &v)
			got, err := m.AppendTo(nil)
			if err != nil || !bytes.Equal(got, wire) {
				t.Errorf("written as\n%x, %v, want\n%x", got, err, wire)
			}
			// The families are told by the addresses as well.
			m.AFN, m.ProtoType = 0, 0
			if got, err := m.AppendTo(nil); err != nil || !bytes.Equal(got, wire) {
				t.Errorf("without families written as\n%x, %v, want\n%x", got, err, wire)
			}
		})
	}
}

// compareVector compares each field of m with what the other program read.
func compareVector(t *testing.T, m *nhrp.Message, v *vector) {
	t.Helper()
	d := &v.Decoded
	check := func(field string, got, want any) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s %v, want %v", field, got, want)
		}
	}
	id := fmt.Sprintf("%08x", m.RequestID)
	if m.Op == nhrp.TrafficIndication {
		id = fmt.Sprintf("%04x%04x", uint16(m.ErrorCode), m.ErrorOffset)
	}
	check("family", uint16(m.AFN), d.AFN)
	check("protocol type", fmt.Sprintf("%04x", uint16(m.ProtoType)), d.PType)
	check("snap", hex.EncodeToString(m.Snap[:]), d.Snap)
	check("hop count", m.HopCount, d.Hop)
	check("type", uint8(m.Op), d.Type)
	check("flags", fmt.Sprintf("%04x", uint16(m.Flags)), d.Flags)
	check("request id", id, d.U)
	check("source NBMA length", m.SrcNBMA.BitLen()/8, d.SHTL)
	check("source NBMA", addrText(m.SrcNBMA), d.SrcNBMA)
	check("source subaddress length", len(m.SrcSub), d.SSTL)
	check("source protocol length", m.SrcProto.BitLen()/8, d.SPL)
	check("source protocol", addrText(m.SrcProto), d.SrcProto)
	check("destination protocol length", m.DstProto.BitLen()/8, d.DPL)
	check("destination protocol", addrText(m.DstProto), d.DstProto)
	check("packet", hex.EncodeToString(m.Packet), d.Payload)
	check("trailer", hex.EncodeToString(m.Trailer), d.Trailing)
	checkClients := func(field string, got []nhrp.Client, want []vectorClient) {
		t.Helper()
		check(field, len(got), len(want))
		for i := range min(len(got), len(want)) {
			check(fmt.Sprintf("%s %d", field, i), clientText(got[i]), want[i].text())
		}
	}
	checkClients("clients", m.Clients, d.CIEs)
	last := len(d.Ext) - 1
	check("extensions", len(m.Extensions), last)
	check("end", fmt.Sprint(d.Ext[last].T, d.Ext[last].C, d.Ext[last].U, d.Ext[last].Len), "0 1 0 0")
	check("end of extensions", fmt.Sprint(m.NoEnd, m.EndPlain, m.EndUnused), "false false false")
	for i, e := range m.Extensions {
		w := d.Ext[i]
		check("extension", fmt.Sprint(uint16(e.Type), e.Compulsory, e.Unused), fmt.Sprint(w.T, w.C == 1, w.U == 1))
		check("value", hex.EncodeToString(e.Value), w.Val)
		checkClients(fmt.Sprintf("clients of extension %d", w.T), e.Clients, w.CIEs)
	}
}

// What FRR and OpenNHRP sent is read and written back byte for byte.
func TestPeerCaptures(t *testing.T) {
	files, err := filepath.Glob("../../shared/bench/peerlab/captures/*.pcap")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the captures of other implementations are not there")
	}
	total := 0
	for _, f := range files {
		for i, wire := range nhrpInCapture(t, f) {
			total++
			m, err := nhrp.Parse(wire)
			if err != nil {
				t.Errorf("%s, NHRP packet %d: %v\n%x", filepath.Base(f), i+1, err, wire)
				continue
			}
			got, err := m.AppendTo(nil)
			if err != nil || !bytes.Equal(got, wire) {
				t.Errorf("%s, NHRP packet %d (%v): written as\n%x, %v, want\n%x", filepath.Base(f), i+1, m.Op, got, err, wire)
			}
		}
	}
	if total == 0 {
		t.Error("no NHRP packet in any capture")
	}
	t.Logf("%d packets in %d captures", total, len(files))
}

// nhrpInCapture returns the NHRP packets in GRE over IPv4 of a little-endian
// Ethernet capture.
func nhrpInCapture(t *testing.T, file string) [][]byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) < 24 || binary.LittleEndian.Uint32(b) != 0xa1b2c3d4 || binary.LittleEndian.Uint32(b[20:]) != 1 {
		t.Fatalf("%s: not a little-endian Ethernet capture", file)
	}
	var out [][]byte
	for b = b[24:]; len(b) >= 16; {
		n := int(binary.LittleEndian.Uint32(b[8:]))
		frame := b[16 : 16+n]
		b = b[16+n:]
		if len(frame) < 34 || binary.BigEndian.Uint16(frame[12:]) != 0x0800 || frame[23] != 47 {
			continue
		}
		packet := frame[14 : 14+int(binary.BigEndian.Uint16(frame[16:]))]
		gre := packet[int(packet[0]&15)*4:]
		if binary.BigEndian.Uint16(gre[2:]) != 0x2001 {
			continue
		}
		head := 4
		for _, option := range []byte{0x80, 0x20, 0x10} { // checksum, key, sequence number
			if gre[0]&option != 0 {
				head += 4
			}
		}
		out = append(out, gre[head:])
	}
	return out
}
