// Package port holds the ports of the packet path on Linux: TUN devices, raw IP
// sockets and UDP ports, read and written in batches of dataplane packets.
//
// A port is a plain object without goroutine, timer or queue of its own: a call
// does its work in the caller's goroutine, and only a ReadBatch waits. Descriptors
// are non-blocking; a reader that finds nothing waits in ppoll(2) together with an
// eventfd that Close writes to. Nothing is allocated for a packet, and no lock is
// taken for one. What a call needs to remember lies in a Reader or Writer: the
// ports have one of each, and goroutines that share a port get their own.
//
// A TUN with offload speaks in segments of up to 64 KB: they are cut into packets
// when read (cut.go), and packets are merged when written (merge.go).
//
// A raw socket of GRE gets whole trains of segments, too, where the kernel merged
// them on reception or never cut them, on virtual links. They are cut as well. The
// kernel does not tell the size of their segments to raw sockets; they are cut to
// the size that SetSegment gave.
//
// Not implemented: several queues of one TUN, AF_PACKET rings and AF_XDP, cutting
// of GRE trains that carry a checksum or sequence numbers in the GRE header (they
// are handed on whole, if the buffer holds them), traffic class, hop limit and extension
// headers of received IPv6 underlay packets (the kernel keeps the header back; one is made).
package port
