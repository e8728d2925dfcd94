package rpc

import "bytes"

// decodePlain reads the answer that nearly every write gets, a success in plain JSON, with the fields in any order and
// space anywhere:
//
//	{"RequestId":"…"}
//	{"RequestId":"…","FailedResources":{}}
//	{"RequestId":"…","FailedResources":{"FailedResource":[]}}
//
// Beside the request ID it takes nothing but empty objects and lists: the answer of a write has no other fields than lists
// of what failed. It leaves all else to encoding/json, which costs twelve allocations where this costs one.
func decodePlain(data []byte) (requestID string, ok bool) {
	p := plain{data, true}
	p.expect('{')
	for p.ok {
		name := p.token()
		p.expect(':')
		switch {
		case string(name) == "RequestId" && requestID == "":
			requestID = string(p.token())
		case len(name) > 0 && !isEnvelopeName(name):
			p.empty(name)
		default:
			return "", false
		}
		if !p.accept(',') {
			break
		}
	}
	p.expect('}')
	p.space()
	return requestID, p.ok && requestID != "" && len(p.rest) == 0
}

// plain is a reader of JSON that gives up at the first surprise.
type plain struct {
	rest []byte
	ok   bool
}

func (p *plain) space() {
	for len(p.rest) > 0 && (p.rest[0] == ' ' || p.rest[0] == '\n' || p.rest[0] == '\r' || p.rest[0] == '\t') {
		p.rest = p.rest[1:]
	}
}

func (p *plain) accept(c byte) bool {
	p.space()
	if len(p.rest) == 0 || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *plain) expect(c byte) { p.ok = p.accept(c) && p.ok }

// empty reads the empty payload of a field: {}, [], or a list within an object as the services write them,
// {"FailedResource":[]} under "FailedResources".
func (p *plain) empty(name []byte) {
	if p.accept('[') {
		p.expect(']')
		return
	}
	p.expect('{')
	if p.accept('}') {
		return
	}
	inner := p.token()
	p.ok = p.ok && string(inner) == string(bytes.TrimSuffix(name, []byte("s"))) && len(inner) < len(name)
	p.expect(':')
	p.expect('[')
	p.expect(']')
	p.expect('}')
}

// token reads a string of letters, digits and hyphens.
func (p *plain) token() []byte {
	p.expect('"')
	n := 0
	for n < len(p.rest) && isTokenByte(p.rest[n]) {
		n++
	}
	if n == len(p.rest) || p.rest[n] != '"' {
		p.ok = false
		return nil
	}
	token := p.rest[:n]
	p.rest = p.rest[n+1:]
	return token
}

func isTokenByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-'
}

var envelopeNames = [...][]byte{
	[]byte("RequestId"), []byte("HostId"), []byte("Code"), []byte("Message"), []byte("Recommend"), []byte("AccessDeniedDetail"),
}

// isEnvelopeName reports whether a name is one of Envelope's.
func isEnvelopeName(name []byte) bool {
	for _, known := range envelopeNames {
		if bytes.EqualFold(name, known) {
			return true
		}
	}
	return false
}
