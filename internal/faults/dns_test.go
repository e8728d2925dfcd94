package faults_test

import (
	"context"
	"net"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/net/dns/dnsmessage"
)

// nameserver is a DNS server on a UDP socket that knows one address for every name.
type nameserver struct {
	conn    net.PacketConn
	broken  atomic.Bool
	rcode   dnsmessage.RCode // of the answers while it is broken
	silent  bool             // while it is broken it does not answer
	only    string           // the name it is broken for; "": all
	queries atomic.Int32
	done    sync.WaitGroup
}

func newNameserver() (*nameserver, error) {
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return &nameserver{conn: conn}, nil
}

func (n *nameserver) start() { n.done.Go(n.serve) }

func (n *nameserver) close() {
	_ = n.conn.Close()
	n.done.Wait()
}

func (n *nameserver) serve() {
	buffer := make([]byte, 1500)
	for {
		size, from, err := n.conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		n.queries.Add(1)
		if answer := n.answer(buffer[:size]); answer != nil {
			_, _ = n.conn.WriteTo(answer, from)
		}
	}
}

func (n *nameserver) answer(query []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(query) != nil || len(m.Questions) != 1 {
		return nil
	}
	question := m.Questions[0]
	broken := n.broken.Load() && (n.only == "" || strings.HasPrefix(question.Name.String(), n.only))
	if broken && n.silent {
		return nil
	}
	m.Header = dnsmessage.Header{ID: m.ID, Response: true, RecursionDesired: true, RecursionAvailable: true}
	m.Additionals = nil
	switch {
	case broken:
		m.RCode = n.rcode
	case question.Type == dnsmessage.TypeA:
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: question.Name, Type: question.Type, Class: question.Class, TTL: 1},
			Body:   &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}},
		}}
	}
	packed, err := m.Pack()
	if err != nil {
		return nil
	}
	return packed
}

// resolver asks n, and nobody else.
func (n *nameserver) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp4", n.conn.LocalAddr().String())
	}}
}
