package main

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func fetch(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(text)
}

func TestResourcesOverTheSocket(t *testing.T) {
	t.Parallel()
	address, lines, stop := start(t)
	const text = `{"product":"oss","region":"cn-hangzhou","type":"bucket","id":"b","tags":{"env":"a"}}` + "\n"
	_, empty := fetch(t, http.MethodGet, address+"/simulator/digest", "")
	status, answer := fetch(t, http.MethodPut, address+"/simulator/resources", text)
	assert.Equal(t, "200 1 resources\n", fmt.Sprint(status, " ", answer))
	_, answer = fetch(t, http.MethodGet, address+"/simulator/resources", "")
	assert.Equal(t, text, answer)
	_, digest := fetch(t, http.MethodGet, address+"/simulator/digest", "")
	assert.Len(t, digest, 65)
	assert.NotEqual(t, empty, digest)
	status, answer = fetch(t, http.MethodPut, address+"/simulator/resources", "x")
	assert.Equal(t, 400, status)
	assert.Contains(t, answer, "line 1")
	status, _ = fetch(t, http.MethodDelete, address+"/simulator/resources", "")
	assert.Equal(t, http.StatusMethodNotAllowed, status)
	status, answer = fetch(t, http.MethodGet, address+"/a/../b", "")
	assert.Equal(t, http.StatusNotFound, status)
	assert.Contains(t, answer, "InvalidAction.NotFound", "the account answers for all other paths")
	stop()
	assert.Equal(t, 1, strings.Count(lines.String(), "\n"), "what is no call has no line")
}

// request is a signed list of Tag (V1) as it stands on the wire. 250 resources of 20 tags are an answer of some 400 KB.
func request(host string, nonce int64, resources string) []byte {
	form := url.Values{
		"Action": {"ListTagResources"}, "Version": {"2018-08-28"}, "Format": {"JSON"}, "AccessKeyId": {keyID}, "SignatureMethod": {"HMAC-SHA1"},
		"SignatureVersion": {"1.0"}, "SignatureNonce": {strconv.FormatInt(nonce, 10)}, "Timestamp": {time.Now().UTC().Format(time.RFC3339)},
		"RegionId": {"cn-hangzhou"}, "PageSize": {resources}, "ResourceARN.1": {"arn:acs:oss:*:*:bucket/*"},
	}
	percent := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	mac.Write([]byte("POST&%2F&" + percent(strings.ReplaceAll(form.Encode(), "+", "%20"))))
	form.Set("Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	body := form.Encode()
	return fmt.Appendf(nil, "POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", host, len(body), body)
}

// TestThousandConnections has 100 clients that send request after request and never read. The others are served.
func TestThousandConnections(t *testing.T) {
	t.Parallel()
	address, lines, stop := start(t)
	const deaf, others, each = 100, 900, 60
	var resources strings.Builder
	for i := range 250 {
		fmt.Fprintf(&resources, `{"product":"oss","type":"bucket","id":"b-%d","tags":{`, i)
		for j := range 20 {
			fmt.Fprintf(&resources, `"key-%d":"%030d",`, j, j)
		}
		fmt.Fprintln(&resources, `"last":""}}`)
	}
	_, answer := fetch(t, http.MethodPut, address+"/simulator/resources", resources.String())
	require.Equal(t, "250 resources\n", answer)
	host := strings.TrimPrefix(address, "http://")
	dial := func() net.Conn {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", host)
		require.NoError(t, err)
		return conn
	}
	var nonces atomic.Int64
	var sending sync.WaitGroup
	silent := make([]net.Conn, deaf)
	for i := range silent {
		silent[i] = dial()
		sending.Go(func() {
			for range each {
				if _, err := silent[i].Write(request(host, nonces.Add(1), "250")); err != nil {
					break // the end of the test
				}
			}
		})
	}
	conns := make([]net.Conn, others)
	for i := range conns {
		conns[i] = dial()
	}
	start := time.Now()
	var all sync.WaitGroup
	var served atomic.Int64
	for _, conn := range conns {
		all.Go(func() {
			assert.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
			_, err := conn.Write(request(host, nonces.Add(1), "1"))
			assert.NoError(t, err)
			response, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if !assert.NoError(t, err) {
				return
			}
			_, err = io.Copy(io.Discard, response.Body)
			assert.NoError(t, err)
			assert.NoError(t, response.Body.Close())
			if response.StatusCode == http.StatusOK {
				served.Add(1)
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, others, served.Load())
	t.Logf("%d served in %v beside %d that do not read", others, time.Since(start), deaf)
	for _, conn := range append(conns, silent...) {
		_ = conn.Close()
	}
	sending.Wait()
	stop()
	calls := strings.Count(lines.String(), "\n")
	assert.Less(t, calls, others+deaf*each, "the answers to those that do not read fill all buffers")
}
