package main

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// A cable carries connections to an address, until it is cut; what was under way then hangs, as on a network.
type cable struct {
	net.Listener
	to    string
	mu    sync.Mutex
	whole *sync.Cond
	cut   bool
}

// newCable lays one from an address of this machine.
func newCable(t *testing.T, from, to string) *cable {
	t.Helper()
	l, err := net.Listen("tcp", from+":0")
	if err != nil {
		t.Fatal(err)
	}
	w := &cable{Listener: l, to: to}
	w.whole = sync.NewCond(&w.mu)
	t.Cleanup(func() { l.Close(); w.set(false) })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go w.carry(c)
		}
	}()
	return w
}

func (w *cable) set(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	w.whole.Broadcast()
}

func (w *cable) carry(c net.Conn) {
	defer c.Close()
	d, err := net.Dial("tcp", w.to)
	if err != nil {
		return
	}
	defer d.Close()
	done := make(chan bool, 2)
	for _, x := range [][2]net.Conn{{c, d}, {d, c}} {
		go func() {
			defer func() { done <- true }()
			b := make([]byte, 32<<10)
			for {
				n, err := x[0].Read(b)
				w.mu.Lock()
				for w.cut {
					w.whole.Wait()
				}
				w.mu.Unlock()
				if n > 0 {
					if _, err := x[1].Write(b[:n]); err != nil {
						return
					}
				}
				if err != nil {
					return
				}
			}
		}()
	}
	<-done
}

// A lan is the network of a worker, which reaches servers on this machine: a namespace with a link of its own that is taken
// down, or where none can be made (that takes root, and ip of iproute2) cables on the loopback.
type lan struct {
	t       *testing.T
	space   string // "" = none could be made
	link    string // this machine's end
	servers []string
	cables  []*cable // by servers
}

// newLan makes the nth of a test, to servers by their host:port.
func newLan(t *testing.T, n int, servers ...string) *lan {
	t.Helper()
	l := &lan{t: t, servers: servers}
	here := "127.0.0.1"
	if at, err := l.separate(n); err == nil {
		here = at
	} else {
		t.Logf("no network namespace can be made, cables on the loopback are cut instead: %v", err)
	}
	for _, s := range servers {
		l.cables = append(l.cables, newCable(t, here, s))
	}
	return l
}

// separate makes a namespace, and gives the address of this machine in it.
func (l *lan) separate(n int) (here string, err error) {
	space := fmt.Sprintf("gk%d-%d", os.Getpid(), n)
	ip := func(args ...string) error {
		out, err := exec.Command("ip", args...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("ip %s: %w %s", strings.Join(args, " "), err, out)
		}
		return nil
	}
	if err := ip("netns", "add", space); err != nil {
		return "", err
	}
	l.t.Cleanup(func() { exec.Command("ip", "netns", "del", space).Run() }) // and with it both ends of the link
	link := fmt.Sprintf("gk%d.%d", os.Getpid(), n)
	net := fmt.Sprintf("198.18.%d.", os.Getpid()%256) // of the addresses that are for tests of networks
	here = fmt.Sprintf("%s%d", net, 4*n+1)
	for _, args := range [][]string{
		{"link", "add", link, "type", "veth", "peer", "name", "worker", "netns", space},
		{"addr", "add", here + "/30", "dev", link},
		{"link", "set", link, "up"},
		{"-n", space, "addr", "add", fmt.Sprintf("%s%d/30", net, 4*n+2), "dev", "worker"},
		{"-n", space, "link", "set", "worker", "up"},
		{"-n", space, "link", "set", "lo", "up"},
		{"netns", "exec", space, "true"},
	} {
		if err := ip(args...); err != nil {
			return "", err
		}
	}
	l.space, l.link = space, link
	return here, nil
}

// inside writes a flag's value as it is in the network: with the servers at the other end of its cables.
func (l *lan) inside(value string) string {
	for i, s := range l.servers {
		at := l.cables[i].Addr().String()
		value = strings.ReplaceAll(strings.ReplaceAll(value, s, at), url.QueryEscape(s), url.QueryEscape(at))
	}
	return value
}

// enter has a command that was not started yet run in the network.
func (l *lan) enter(cmd *exec.Cmd) {
	if l.space == "" {
		return
	}
	ip, err := exec.LookPath("ip")
	if err != nil {
		l.t.Fatal(err)
	}
	cmd.Args = append([]string{ip, "netns", "exec", l.space, cmd.Path}, cmd.Args[1:]...)
	cmd.Path = ip
}

// set cuts the network off, or has it whole again.
func (l *lan) set(cut bool) {
	l.t.Helper()
	if l.space == "" {
		for _, c := range l.cables {
			c.set(cut)
		}
		return
	}
	to := "up"
	if cut {
		to = "down"
	}
	if out, err := exec.Command("ip", "link", "set", l.link, to).CombinedOutput(); err != nil {
		l.t.Fatalf("%v %s", err, out)
	}
}
