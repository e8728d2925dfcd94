package interop_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
)

// nodeRequired is the environment variable that makes a test fail where it would skip the Node.js clients. CI sets it.
const nodeRequired = "INTEROP_NODE_REQUIRED"

// node runs node/call.js once, for all the tests.
var node = sync.OnceValues(startNode)

// needNode skips a test when Node.js or the packages are not installed.
func needNode(t *testing.T) {
	t.Helper()
	if _, err := node(); err != nil {
		if os.Getenv(nodeRequired) != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

// nodeError is the error of a Node.js client.
type nodeError struct {
	Code, RequestID, Recommend, Text string
	Status                           int
}

func (r *nodeError) Error() string { return r.Text }

type nodeCall struct {
	Number    int               `json:"number"`
	Client    string            `json:"client"`
	Algorithm string            `json:"algorithm"`
	Form      bool              `json:"form"`
	Host      string            `json:"host"`
	Key       map[string]string `json:"key"`
	Version   string            `json:"version"`
	Fields    map[string]any    `json:"fields"`
}

type nodeOutcome struct {
	Number  int
	Answer  json.RawMessage
	Refusal *nodeError
}

// nodeProcess is the running script. Calls may be made at the same time.
type nodeProcess struct {
	// A lock of its own for writing: while a call waits for room in the pipe, outcomes must go on being read.
	writing sync.Mutex
	in      io.Writer

	mu      sync.Mutex
	waiting map[int]chan nodeOutcome
	calls   int
	err     error
}

func startNode() (*nodeProcess, error) {
	if _, err := exec.LookPath("node"); err != nil {
		return nil, errors.New("Node.js is not installed")
	}
	if _, err := os.Stat("node/node_modules"); err != nil {
		return nil, errors.New("the Node.js clients are not installed: run npm ci in internal/interop/node")
	}
	cmd := exec.Command("node", "call.js") // it ends when its standard input does, with this process
	cmd.Dir, cmd.Stderr = "node", os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &nodeProcess{in: in, waiting: map[int]chan nodeOutcome{}}
	go func() {
		p.read(out)
		_ = cmd.Wait()
	}()
	return p, nil
}

func (p *nodeProcess) read(out io.Reader) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	err := errors.New("the Node.js process ended")
	for lines.Scan() {
		var o nodeOutcome
		if wrong := json.Unmarshal(lines.Bytes(), &o); wrong != nil {
			err = fmt.Errorf("the Node.js process wrote %q: %w", lines.Text(), wrong)
			break
		}
		p.mu.Lock()
		if c := p.waiting[o.Number]; c != nil {
			c <- o
			delete(p.waiting, o.Number)
		}
		p.mu.Unlock()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
	for _, c := range p.waiting {
		close(c)
	}
	clear(p.waiting)
}

// send makes a call and waits for its outcome.
func (p *nodeProcess) send(call nodeCall) (nodeOutcome, error) {
	c := make(chan nodeOutcome, 1)
	p.mu.Lock()
	if p.err != nil {
		defer p.mu.Unlock()
		return nodeOutcome{}, p.err
	}
	p.calls++
	call.Number = p.calls
	p.waiting[call.Number] = c
	p.mu.Unlock()
	p.writing.Lock()
	err := json.NewEncoder(p.in).Encode(call)
	p.writing.Unlock()
	if err != nil {
		return nodeOutcome{}, err
	}
	o, ok := <-c
	if !ok {
		return nodeOutcome{}, p.err
	}
	return o, nil
}

// nodeVendors are the vendor's clients for Node.js.
func nodeVendors() []vendor {
	kind := func(client, algorithm, signature, method string) vendor {
		form := method == "form"
		return vendor{
			name: "node " + client + " " + signature + " " + method, signature: signature, form: form, need: needNode,
			call: func(host string, k key, r request) (answer, error) {
				p, err := node()
				if err != nil {
					return answer{}, err
				}
				o, err := p.send(nodeCall{
					Client: client, Algorithm: algorithm, Form: form, Host: host, Version: r.version, Fields: r.fields(),
					Key: map[string]string{"id": k.id, "secret": k.secret, "token": k.token},
				})
				if err != nil {
					return answer{}, err
				}
				if o.Refusal != nil {
					return answer{}, o.Refusal
				}
				return decode(string(o.Answer))
			},
			refusal: func(err error) (refusal, bool) {
				var own *nodeError
				if !errors.As(err, &own) {
					return refusal{}, false
				}
				return refusal{own.Code, own.Status, own.RequestID, own.Recommend}, true
			},
		}
	}
	return []vendor{
		kind("openapi-client", "", "V3", "query"),
		kind("openapi-client", "", "V3", "form"),
		kind("openapi-core", "", "V3", "query"),
		kind("openapi-core", "", "V3", "form"),
		kind("openapi-core", "v2", "V1", "query"),
		kind("openapi-core", "v2", "V1", "form"),
		kind("pop-core", "", "V1", "form"),
		kind("pop-core", "", "V1", "query"),
	}
}
