package lab

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"axle/cli/attach"
	"axle/cli/console"
	"axle/cli/shell"
)

// SocketPath is where a lab listens unless told otherwise: one place for each
// user.
func SocketPath() string {
	dir := os.Getenv("XDG_RUNTIME_DIR")
	if dir == "" {
		dir = filepath.Join(os.TempDir(), "axle-"+strconv.Itoa(os.Getuid()))
	}
	return filepath.Join(dir, "axle-lab.sock")
}

// socketAt returns the socket of a lab. The default folder is for its owner
// alone.
func socketAt(path string) attach.Socket {
	return attach.Socket{Path: path, Private: path == SocketPath(), Of: "lab"}
}

// Listen opens the socket over which other terminals attach to the nodes of a
// running lab.
func (l *Lab) Listen(path string) (*attach.Server, error) {
	return socketAt(path).Listen(attach.Options{Admit: l.admit, Session: l.attached})
}

// Dial attaches to a node of the lab that listens on a socket. The size is that
// of the terminal, columns and rows.
func Dial(path, node string, width, height int) (*attach.Client, error) {
	return socketAt(path).Dial(context.Background(), node, width, height)
}

// maxNames bounds the names that somebody is told who asked for another.
const maxNames = 2048 // bytes

// admit says which nodes there are to who wants one that is not.
func (l *Lab) admit(name string) error {
	if l.nodes[name] != nil || l.machine(name) != nil {
		return nil
	}
	names := strings.Join(l.names(), " ")
	return fmt.Errorf("there is no node %q; there are: %s", name, names[:min(len(names), maxNames)])
}

// attached serves a terminal that came over the socket, on a vty of the node.
func (l *Lab) attached(ctx context.Context, name string, t *console.Terminal) error {
	return l.Session(ctx, name, t, shell.Who{Line: "vty" + strconv.Itoa(attach.LineOf(ctx))})
}
