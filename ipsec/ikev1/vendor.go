package ikev1

import "bytes"

// The vendor IDs that mean something to Axle. RFC 3947 §3.1 and its drafts, RFC
// 3706 §5.1, and those of Cisco.
var (
	VendorNATT       = Vendor("\x4a\x13\x1c\x81\x07\x03\x58\x45\x5c\x57\x28\xf2\x0e\x95\x45\x2f") // RFC 3947
	VendorNATT07     = Vendor("\x43\x9b\x59\xf8\xba\x67\x6c\x4c\x77\x37\xae\x22\xea\xb8\xf5\x82") // draft 7
	VendorNATT03     = Vendor("\x7d\x94\x19\xa6\x53\x10\xca\x6f\x2c\x17\x9d\x92\x15\x52\x9d\x56") // draft 3
	VendorNATT02     = Vendor("\x90\xcb\x80\x91\x3e\xbb\x69\x6e\x08\x63\x81\xb5\xec\x42\x7b\x1f") // draft 2, with a new line
	VendorNATT02Bare = Vendor("\xcd\x60\x46\x43\x35\xdf\x21\xf8\x7c\xfd\xb2\xfc\x68\xb6\xa4\x48")
	VendorDPD        = Vendor("\xaf\xca\xd7\x13\x68\xa1\xf1\xc9\x6b\x86\x96\xfc\x77\x57\x01\x00")
	VendorXAUTH      = Vendor("\x09\x00\x26\x89\xdf\xd6\xb7\x12")
	VendorUnity      = Vendor("\x12\xf5\xf2\x8c\x45\x71\x68\xa9\x70\x2d\x9f\xe2\x74\xcc\x01\x00")
	VendorFragments  = Vendor("\x40\x48\xb7\xd5\x6e\xbc\xe8\x85\x25\xe7\xde\x7f\x00\xd6\xc2\xd3") // may be followed by flags
)

// vendorNames are what IOS calls vendor IDs in debug lines.
var vendorNames = []struct {
	id   Vendor
	name string
}{
	{VendorNATT, "NAT-T RFC 3947"},
	{VendorNATT07, "NAT-T v7"},
	{VendorNATT03, "NAT-T v3"},
	{VendorNATT02, "NAT-T v2"},
	{VendorNATT02Bare, "NAT-T v2"},
	{VendorDPD, "DPD"},
	{VendorXAUTH, "XAUTH"},
	{VendorUnity, "Unity"},
	{VendorFragments, "IKE Fragmentation"},
}

// Is reports whether v is the vendor ID id, or begins with it: some are followed
// by a version or flags.
func (v Vendor) Is(id Vendor) bool { return bytes.HasPrefix(v, id) }

// NATT reports whether v offers NAT traversal, and whether as one of the drafts
// before the RFC that have numbers of their own.
func (v Vendor) NATT() (offers, draft bool) {
	switch {
	case v.Is(VendorNATT), v.Is(VendorNATT07):
		return true, false
	case v.Is(VendorNATT03), v.Is(VendorNATT02), v.Is(VendorNATT02Bare):
		return true, true
	}
	return false, false
}

// Name returns what IOS calls a vendor ID, "" for an unknown one.
func (v Vendor) Name() string {
	for _, n := range vendorNames {
		if v.Is(n.id) {
			return n.name
		}
	}
	return ""
}
