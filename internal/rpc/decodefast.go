package rpc

// decodePlain reads the answer that nearly every call gets, a success in plain JSON:
//
//	{"RequestId":"…"}
//	{"RequestId":"…","FailedResources":{}}
//	{"RequestId":"…","FailedResources":{"FailedResource":[]}}
//
// with the fields in either order, and space anywhere. It takes no other letter than these, and leaves all else to
// encoding/json, which costs twelve allocations where this costs one.
func decodePlain(data []byte) (requestID string, ok bool) {
	p := plain{data, true}
	p.expect(`{`)
	for {
		switch {
		case requestID == "" && p.accept(`"RequestId"`):
			p.expect(`:`)
			requestID = p.token()
		case p.accept(`"FailedResources"`):
			p.expect(`:`)
			p.expect(`{`)
			if p.accept(`"FailedResource"`) {
				p.expect(`:`)
				p.expect(`[`)
				p.expect(`]`)
			}
			p.expect(`}`)
		default:
			return "", false
		}
		if !p.accept(`,`) {
			break
		}
	}
	p.expect(`}`)
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

func (p *plain) accept(text string) bool {
	p.space()
	if len(p.rest) < len(text) || string(p.rest[:len(text)]) != text {
		return false
	}
	p.rest = p.rest[len(text):]
	return true
}

func (p *plain) expect(text string) {
	p.ok = p.accept(text) && p.ok
}

// token reads a string of letters, digits and hyphens.
func (p *plain) token() string {
	p.expect(`"`)
	n := 0
	for n < len(p.rest) && isTokenByte(p.rest[n]) {
		n++
	}
	if n == len(p.rest) || p.rest[n] != '"' {
		p.ok = false
		return ""
	}
	token := string(p.rest[:n])
	p.rest = p.rest[n+1:]
	return token
}

func isTokenByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-'
}
