package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// serveFlag starts this program as the server of the others: a process of its own, so that its CPU time is not theirs.
const serveFlag = "-serve"

// servers starts the server process and returns the address for each work.
func servers(ctx context.Context) (addresses []string, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	command := exec.CommandContext(ctx, self, serveFlag)
	input, err := command.StdinPipe()
	if err != nil {
		return nil, nil, err
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		return nil, nil, err
	}
	stop = func() {
		_ = input.Close()
		_ = command.Wait()
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		stop()
		return nil, nil, fmt.Errorf("the server did not start: %w", err)
	}
	return strings.Fields(line), stop, nil
}

// serve listens for each work, prints the addresses, and answers until standard input ends.
func serve(ctx context.Context) error {
	addresses := make([]string, 0, len(works))
	for _, w := range works {
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		addresses = append(addresses, listener.Addr().String())
		go accept(listener, wireAnswer(w))
	}
	fmt.Println(strings.Join(addresses, " "))
	_, _ = io.Copy(io.Discard, os.Stdin)
	return nil
}

func accept(listener net.Listener, answer []byte) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go respond(connection, answer)
	}
}

func wireAnswer(w work) []byte {
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 200 OK\r\n")
	_ = answerHeader.Write(&b)
	b.WriteString("Content-Length: " + strconv.Itoa(len(w.answer)) + "\r\n\r\n" + w.answer)
	return b.Bytes()
}

// respond answers every request of a connection alike, as soon as its end has come. It is no HTTP server: it knows as
// much as it takes to find that end, so that the clients' cost is what is measured.
func respond(connection net.Conn, answer []byte) {
	defer func() { _ = connection.Close() }()
	buf, have := make([]byte, 64<<10), 0
	for have < len(buf) {
		n, err := connection.Read(buf[have:])
		if err != nil {
			return
		}
		have += n
		size := requestLen(buf[:have])
		if size == 0 || have < size {
			continue
		}
		have = copy(buf, buf[size:have])
		if _, err := connection.Write(answer); err != nil {
			return
		}
	}
}

// requestLen returns the length of the request that data begins with, 0 as long as its header is incomplete.
func requestLen(data []byte) int {
	end := bytes.Index(data, []byte("\r\n\r\n"))
	if end < 0 {
		return 0
	}
	size := end + len("\r\n\r\n")
	if _, after, found := bytes.Cut(data[:end+2], []byte("\r\nContent-Length: ")); found {
		digits, _, _ := bytes.Cut(after, []byte("\r\n"))
		length, _ := strconv.Atoi(string(digits))
		size += length
	}
	return size
}
