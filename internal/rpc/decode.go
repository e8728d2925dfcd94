package rpc

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/untag-go/untag"
)

// maxBody bounds an answer after decompression. The largest real one, 50 failed ARNs, is about 20 KB.
const maxBody = 1 << 20

// FailedResource is a resource that Tag's answer names as failed.
type FailedResource struct{ ResourceARN, Code, Message string }

// body is every field that the answers of the four operations can hold, errors and results alike.
type body struct {
	RequestID string
	HostID    string
	Code      string
	Message   string
	Recommend string
	Denied    *untag.AccessDeniedDetail
	Failed    []FailedResource
}

var errNotTheServices = errors.New("an answer that is none of the service's")

// readBody reads an answer's body up to maxBody.
func readBody(r io.Reader, length int64) ([]byte, error) {
	if length > maxBody {
		return nil, errTooLong
	}
	data := make([]byte, 0, max(length+1, 512)) // one more than the length lets the last Read see the end
	for {
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case len(data) > maxBody:
			return nil, errTooLong
		case errors.Is(err, io.EOF):
			return data, nil
		case err != nil:
			return nil, err
		}
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
	}
}

var errTooLong = errors.New("the answer is longer than 1 MiB")

// decode reads an answer in JSON, or in XML, which old gateways fall back to. Anything else is no answer of the service:
// HTML of a proxy, a cut-off body, an array, null, nothing at all.
func decode(data []byte) (body, error) {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")))
	switch {
	case len(data) == 0:
		return body{}, errNotTheServices
	case data[0] == '{':
		return decodeJSON(data)
	case data[0] == '<':
		return decodeXML(data)
	}
	return body{}, errNotTheServices
}

type jsonBody struct {
	RequestID text `json:"RequestId"`
	HostID    text `json:"HostId"`
	Code      text
	Message   text
	Recommend text
	Denied    jsonDenied `json:"AccessDeniedDetail"`
	Failed    failed     `json:"FailedResources"`
}

func decodeJSON(data []byte) (body, error) {
	var answer jsonBody
	if err := json.Unmarshal(data, &answer); err != nil {
		return body{}, errNotTheServices // its text may quote the body
	}
	b := body{
		RequestID: answer.RequestID.value, HostID: answer.HostID.value,
		Code: answer.Code.value, Message: answer.Message.value, Recommend: answer.Recommend.value,
		Denied: answer.Denied.detail, Failed: answer.Failed.items,
	}
	return b.checked(answer.Code.odd || answer.Failed.odd)
}

// checked refuses an answer that cannot be understood in a place that matters: who failed is unknown then,
// so nothing may be called done. A clear error code needs no more than itself.
func (b body) checked(odd bool) (body, error) {
	if odd && b.Code == "" {
		return body{}, errNotTheServices
	}
	return b, nil
}

// text is a string field that may come as a number or a boolean. Of two fields of the same name, which are told apart
// by case alone or not at all, an empty one does not replace the other: an error must not turn into a success.
type text struct {
	value string
	odd   bool // it came in another shape
}

func (t *text) UnmarshalJSON(data []byte) error {
	value := string(data)
	switch data[0] {
	case '"':
		if err := json.Unmarshal(data, &value); err != nil {
			return err
		}
	case 'n':
		return nil
	case '{', '[':
		t.odd = true
		return nil
	}
	if value != "" {
		t.value = value
	}
	return nil
}

// jsonDenied is AccessDeniedDetail; another shape than an object reads as nil.
type jsonDenied struct{ detail *untag.AccessDeniedDetail }

func (d *jsonDenied) UnmarshalJSON(data []byte) error {
	if data[0] != '{' {
		return nil
	}
	var fields struct {
		PolicyType, NoPermissionType, AuthAction, AuthPrincipalType, AuthPrincipalDisplayName, EncodedDiagnosticMessage text

		AuthPrincipalOwnerID text `json:"AuthPrincipalOwnerId"`
	}
	if err := json.Unmarshal(data, &fields); err != nil {
		return err
	}
	d.detail = &untag.AccessDeniedDetail{
		PolicyType: fields.PolicyType.value, NoPermissionType: fields.NoPermissionType.value, AuthAction: fields.AuthAction.value,
		AuthPrincipalType: fields.AuthPrincipalType.value, AuthPrincipalOwnerID: fields.AuthPrincipalOwnerID.value,
		AuthPrincipalDisplayName: fields.AuthPrincipalDisplayName.value, EncodedDiagnosticMessage: fields.EncodedDiagnosticMessage.value,
	}
	return nil
}

// failed is FailedResources. No failure shows as absent, null, {}, [], "" or an empty list; a list may come
// under FailedResource or bare, and one item without its list. Whatever else comes is odd.
// Fields of the same name add up: of two lists neither may be lost.
type failed struct {
	items []FailedResource
	odd   bool
}

func (f *failed) UnmarshalJSON(data []byte) error {
	if data[0] != '{' {
		f.add(data)
		return nil
	}
	var object struct{ FailedResource failedItems }
	if err := json.Unmarshal(data, &object); err != nil {
		return err
	}
	inner := object.FailedResource
	f.items = append(f.items, inner.items...)
	f.odd = f.odd || inner.odd || !inner.seen && string(bytes.Join(bytes.Fields(data), nil)) != "{}"
	return nil
}

// failedItems is what stands under FailedResource.
type failedItems struct {
	failed
	seen bool
}

func (f *failedItems) UnmarshalJSON(data []byte) error {
	f.seen = true
	f.add(data)
	return nil
}

// add takes in a list of items, one item, or a sign that there is none.
func (f *failed) add(data []byte) {
	switch data[0] {
	case 'n':
		return
	case '{':
		data = append(append([]byte{'['}, data...), ']')
	case '[':
	default:
		f.odd = f.odd || string(data) != `""`
		return
	}
	var items []struct {
		ResourceARN text
		Result      struct{ Code, Message text }
	}
	if json.Unmarshal(data, &items) != nil {
		f.odd = true
		return
	}
	for _, item := range items {
		f.odd = f.odd || item.ResourceARN.value == ""
		f.items = append(f.items, FailedResource{item.ResourceARN.value, item.Result.Code.value, item.Result.Message.value})
	}
}
