//go:build linux

package port

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"

	"github.com/songgao/water"
	"golang.org/x/sys/unix"

	"axle/dataplane"
)

// TUNOptions are what a TUN device is opened with.
type TUNOptions struct {
	MTU     int  // bytes of an IP packet; 0 leaves the kernel's 1500
	Offload bool // exchange segments of up to 64 KB with the kernel, if it can
}

// A TUN is a Linux TUN device that carries IP packets. Its kernel interface goes
// away with it. One goroutine may read and one may write; others take a Reader or
// Writer of their own.
type TUN struct {
	file
	name   string
	mtu    atomic.Int64
	tcp    bool // TCP segments are merged and cut
	udp    bool // UDP datagrams as well
	reader *TUNReader
	writer *TUNWriter
	counts TUNCounters
}

// TUNCounters count what a TUN did and could not do. They may be read at any
// time.
type TUNCounters struct {
	Reads, ReadPackets   atomic.Uint64 // system calls that brought something, and packets made of it
	Writes, WritePackets atomic.Uint64 // system calls, and packets given to them
	ReadMalformed        atomic.Uint64 // read with a vnet header that does not fit the packet
	ReadTooLarge         atomic.Uint64 // packets that the caller's buffer did not hold
	WriteErrors          atomic.Uint64 // packets that the kernel refused
}

// OpenTUN makes the TUN interface of that name, or takes over a persistent one.
// An empty name lets the kernel choose. It needs CAP_NET_ADMIN.
func OpenTUN(name string, o TUNOptions) (*TUN, error) {
	t := &TUN{}
	fd, err := -1, error(nil)
	if len(name) >= unix.IFNAMSIZ {
		return nil, fmt.Errorf("port: TUN %s: name longer than %d bytes: %w", name, unix.IFNAMSIZ-1, unix.EINVAL)
	}
	if o.Offload {
		fd, err = t.openOffload(name)
	}
	if fd < 0 && !errors.Is(err, os.ErrPermission) && !errors.Is(err, unix.EBUSY) {
		fd, err = t.openPlain(name)
	}
	if err == nil {
		err = t.init(fd)
	}
	if err != nil {
		return nil, fmt.Errorf("port: TUN %s: %w", name, err)
	}
	mtu, err := setMTU(t.name, o.MTU)
	if err != nil {
		t.close()
		return nil, fmt.Errorf("port: TUN %s: MTU %d: %w", t.name, o.MTU, err)
	}
	t.mtu.Store(int64(mtu))
	t.reader, t.writer = t.Reader(), t.Writer()
	return t, nil
}

// openOffload opens the device with a vnet header in front of each packet.
func (t *TUN) openOffload(name string) (int, error) {
	ifr, err := unix.NewIfreq(name)
	if err != nil {
		return -1, err
	}
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	ifr.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI | unix.IFF_VNET_HDR)
	err = unix.IoctlIfreq(fd, unix.TUNSETIFF, ifr)
	const tcp, udp = unix.TUN_F_CSUM | unix.TUN_F_TSO4 | unix.TUN_F_TSO6 | unix.TUN_F_TSO_ECN, unix.TUN_F_USO4 | unix.TUN_F_USO6
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TUNSETVNETHDRSZ, vnetLen)
	}
	if err == nil {
		t.tcp, t.udp = true, true
		if unix.IoctlSetInt(fd, unix.TUNSETOFFLOAD, tcp|udp) != nil {
			t.udp = false // before Linux 6.2
			err = unix.IoctlSetInt(fd, unix.TUNSETOFFLOAD, tcp)
		}
	}
	if err != nil {
		t.tcp, t.udp = false, false
		unix.Close(fd)
		return -1, err
	}
	t.name = ifr.Name()
	return fd, nil
}

// openPlain opens the device for plain packets.
func (t *TUN) openPlain(name string) (int, error) {
	w, err := water.New(water.Config{
		DeviceType:             water.TUN,
		PlatformSpecificParams: water.PlatformSpecificParams{Name: name},
	})
	if err != nil {
		return -1, err
	}
	defer w.Close()
	t.name = w.Name()
	f, ok := w.ReadWriteCloser.(*os.File)
	if !ok {
		return -1, fmt.Errorf("water: %T is no file", w.ReadWriteCloser)
	}
	// The descriptor of an os.File belongs to Go's poller: take a copy.
	return unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
}

// setMTU sets the MTU of an interface, if it is not 0, and returns what it is.
func setMTU(name string, mtu int) (int, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	defer unix.Close(fd)
	ifr, err := unix.NewIfreq(name)
	if err != nil {
		return 0, err
	}
	if mtu != 0 {
		ifr.SetUint32(uint32(mtu))
		return mtu, unix.IoctlIfreq(fd, unix.SIOCSIFMTU, ifr)
	}
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFMTU, ifr); err != nil {
		return 0, err
	}
	return int(ifr.Uint32()), nil
}

// Name returns the interface's name in the kernel.
func (t *TUN) Name() string { return t.name }

// MTU returns the MTU in bytes that the device was opened with or that SetMTU
// gave it.
func (t *TUN) MTU() int { return int(t.mtu.Load()) }

// SetMTU changes the MTU of the kernel's interface, bytes.
func (t *TUN) SetMTU(mtu int) error {
	if _, err := setMTU(t.name, mtu); err != nil {
		return fmt.Errorf("port: TUN %s: MTU %d: %w", t.name, mtu, err)
	}
	t.mtu.Store(int64(mtu))
	return nil
}

// Offload tells whether the kernel gives and takes segments larger than the MTU.
func (t *TUN) Offload() bool { return t.tcp }

// Counters returns the counters of the device.
func (t *TUN) Counters() *TUNCounters { return &t.counts }

// ReadBatch is TUNReader.ReadBatch of the device's own Reader.
func (t *TUN) ReadBatch(in []dataplane.Packet) (int, error) { return t.reader.ReadBatch(in) }

// WriteBatch is TUNWriter.WriteBatch of the device's own Writer.
func (t *TUN) WriteBatch(out []dataplane.Packet) (int, error) { return t.writer.WriteBatch(out) }

// Close closes the device. Readers that wait return os.ErrClosed.
func (t *TUN) Close() error { return t.close() }
