package rpc

import (
	"encoding/json"

	"github.com/untag-go/untag"
)

// Answer is what the success of an operation is decoded into: a struct that embeds Envelope and has the operation's own
// fields beside it, fresh for every attempt. encoding/json fills it in one pass. A field in another shape than it can take
// makes the answer none of the operation's.
//
// An Answer that holds texts which could quote a secret, as error messages do, implements Scrubber, too.
type Answer interface {
	// FromXML fills the own fields from the root of an XML answer.
	FromXML(root *Element)
	// Check returns nil if the answer has the documented shape. Else nothing is confirmed: the outcome of a write is unknown,
	// and a read is untag.ErrUnavailable. It is called before Scrub.
	Check() error

	envelope() *Envelope // by embedding Envelope
}

// Scrubber takes secrets out of its texts.
type Scrubber interface{ Scrub(s *Secrets) }

// Envelope is what the answers of all operations have, errors and results alike.
type Envelope struct {
	RequestID Text   `json:"RequestId"`
	HostID    Text   `json:"HostId"`
	Code      Text   `json:"Code"`
	Message   Text   `json:"Message"`
	Recommend Text   `json:"Recommend"`
	Denied    Denied `json:"AccessDeniedDetail"`
}

func (e *Envelope) envelope() *Envelope { return e }

// bare is the Answer of an operation that answers a request ID and nothing else.
type bare struct{ Envelope }

func (*bare) FromXML(*Element) {}
func (*bare) Check() error     { return nil }

// Text is a string field that may come as a number or a boolean. Of two fields of the same name, which are told apart
// by case alone or not at all, an empty one does not replace the other: an error must not turn into a success.
type Text struct {
	Value string
	Odd   bool // it came in another shape
}

// UnmarshalJSON reads any value.
func (t *Text) UnmarshalJSON(data []byte) error {
	value := string(data)
	switch data[0] {
	case '"':
		if err := json.Unmarshal(data, &value); err != nil {
			return err
		}
	case 'n':
		return nil
	case '{', '[':
		t.Odd = true
		return nil
	}
	if value != "" {
		t.Value = value
	}
	return nil
}

// Denied is AccessDeniedDetail; another shape than an object reads as none.
type Denied struct{ detail *untag.AccessDeniedDetail }

// UnmarshalJSON reads any value.
func (d *Denied) UnmarshalJSON(data []byte) error {
	if data[0] != '{' {
		return nil
	}
	var fields struct {
		PolicyType, NoPermissionType, AuthAction, AuthPrincipalType, AuthPrincipalDisplayName, EncodedDiagnosticMessage Text

		AuthPrincipalOwnerID Text `json:"AuthPrincipalOwnerId"`
	}
	if err := json.Unmarshal(data, &fields); err != nil {
		return err
	}
	d.detail = &untag.AccessDeniedDetail{
		PolicyType: fields.PolicyType.Value, NoPermissionType: fields.NoPermissionType.Value, AuthAction: fields.AuthAction.Value,
		AuthPrincipalType: fields.AuthPrincipalType.Value, AuthPrincipalOwnerID: fields.AuthPrincipalOwnerID.Value,
		AuthPrincipalDisplayName: fields.AuthPrincipalDisplayName.Value, EncodedDiagnosticMessage: fields.EncodedDiagnosticMessage.Value,
	}
	return nil
}

// fromXML fills e. Texts of the gateway's own <Error> stand in the root, those of an <ErrorResponse> in an <Error> below it.
func (e *Envelope) fromXML(root *Element) {
	e.RequestID.Value, e.HostID.Value = root.Text("RequestId"), root.Text("HostId")
	e.Code.Value, e.Message.Value, e.Recommend.Value = root.Text("Code"), root.Text("Message"), root.Text("Recommend")
	if denied := root.Child("AccessDeniedDetail"); denied != nil {
		e.Denied.detail = &untag.AccessDeniedDetail{
			PolicyType: denied.Text("PolicyType"), NoPermissionType: denied.Text("NoPermissionType"), AuthAction: denied.Text("AuthAction"),
			AuthPrincipalType: denied.Text("AuthPrincipalType"), AuthPrincipalOwnerID: denied.Text("AuthPrincipalOwnerId"),
			AuthPrincipalDisplayName: denied.Text("AuthPrincipalDisplayName"), EncodedDiagnosticMessage: denied.Text("EncodedDiagnosticMessage"),
		}
	}
}

// scrubbed cleans every field of a detail.
func scrubbed(d *untag.AccessDeniedDetail, clean func(string) string) *untag.AccessDeniedDetail {
	if d == nil {
		return nil
	}
	return &untag.AccessDeniedDetail{
		PolicyType:               clean(d.PolicyType),
		NoPermissionType:         clean(d.NoPermissionType),
		AuthAction:               clean(d.AuthAction),
		AuthPrincipalType:        clean(d.AuthPrincipalType),
		AuthPrincipalOwnerID:     clean(d.AuthPrincipalOwnerID),
		AuthPrincipalDisplayName: clean(d.AuthPrincipalDisplayName),
		EncodedDiagnosticMessage: clean(d.EncodedDiagnosticMessage),
	}
}
