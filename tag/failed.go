package tag

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
)

// answer is the success of a write of Tag: a request ID and the resources that failed.
type answer struct {
	rpc.Envelope

	FailedResources failedResources

	action   string    // "": UntagResources
	failures []failure // what classify made of them
}

// failure is a failed resource, and how far its code reaches.
type failure struct {
	ResourceError

	scope rpc.Scope
}

// failedResource is a resource that the answer names as failed.
type failedResource struct{ ResourceARN, Code, Message string }

func newAnswer() rpc.Answer { return new(answer) }

func newTagAnswer() rpc.Answer { return &answer{action: tagResources.Action} }

// answerOf returns what makes the answer of an operation.
func answerOf(operation *rpc.Operation) func() rpc.Answer {
	if operation == tagResources {
		return newTagAnswer
	}
	return newAnswer
}

var errOddFailures = errors.New("who failed cannot be read in it")

// Check refuses an answer that cannot be understood where it matters: nothing may be called done then.
func (a *answer) Check() error {
	if a.FailedResources.odd {
		return errOddFailures
	}
	return nil
}

// Scrub takes secrets out of the texts, and out of an ARN only if it holds one: it is compared with what was sent.
func (a *answer) Scrub(s *rpc.Secrets) {
	for i, item := range a.FailedResources.items {
		a.FailedResources.items[i] = failedResource{s.Name(item.ResourceARN), s.Text(item.Code), s.Text(item.Message)}
	}
}

// FromXML reads <FailedResources><FailedResource><ResourceARN/><Result><Code/><Message/></Result></FailedResource></FailedResources>.
func (a *answer) FromXML(root *rpc.Element) {
	f := &a.FailedResources
	for _, list := range root.Children() {
		if !list.Is("FailedResources") {
			continue
		}
		f.odd = f.odd || list.Value() != ""
		for _, item := range list.Children() {
			failed := failedResource{ResourceARN: item.Text("ResourceARN")}
			if result := item.Child("Result"); result != nil {
				failed.Code, failed.Message = result.Text("Code"), result.Text("Message")
			}
			f.odd = f.odd || !item.Is("FailedResource") || failed.ResourceARN == ""
			f.items = append(f.items, failed)
		}
	}
}

// classify judges the failed resources, once. One that the service did not look at may have been done by an earlier
// attempt of the call whose answer was lost.
func (a *answer) classify(reply rpc.Reply) []failure {
	for _, item := range a.FailedResources.items {
		verdict := service.Classify(http.StatusBadRequest, item.Code, item.Message)
		if reply.Lost && !verdict.Scope.Looked() {
			verdict.Kind = untag.ErrOutcomeUnknown
		}
		a.failures = append(a.failures, failure{
			ResourceError{ResourceARN: item.ResourceARN, Code: item.Code, Message: item.Message, RequestID: reply.RequestID, Kind: verdict.Kind, action: a.action},
			verdict.Scope,
		})
	}
	return a.failures
}

// partial is the error of an answer that names failed resources, nil if it names none.
func partial(call rpc.Call, reply rpc.Reply) error {
	failures := reply.Answer.(*answer).classify(reply) //nolint:forcetypeassert // newAnswer's
	if len(failures) == 0 {
		return nil
	}
	err := &PartialError{Region: call.Region, RequestID: reply.RequestID, Total: call.Resources, Failed: make([]ResourceError, len(failures)), action: failures[0].action}
	for i, failed := range failures {
		err.Failed[i] = failed.ResourceError
	}
	return err
}

// failedResources is FailedResources. No failure shows as absent, null, {}, [], "" or an empty list; a list may come
// under FailedResource or bare, and one item without its list. Whatever else comes is odd.
// Fields of the same name add up: of two lists neither may be lost.
type failedResources struct {
	items []failedResource
	odd   bool
}

// UnmarshalJSON reads any value.
func (f *failedResources) UnmarshalJSON(data []byte) error {
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
	failedResources

	seen bool
}

// UnmarshalJSON reads any value.
func (f *failedItems) UnmarshalJSON(data []byte) error {
	f.seen = true
	f.add(data)
	return nil
}

// add takes in a list of items, one item, or a sign that there is none.
func (f *failedResources) add(data []byte) {
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
		ResourceARN rpc.Text
		Result      struct{ Code, Message rpc.Text }
	}
	if json.Unmarshal(data, &items) != nil {
		f.odd = true
		return
	}
	for _, item := range items {
		f.odd = f.odd || item.ResourceARN.Value == ""
		f.items = append(f.items, failedResource{item.ResourceARN.Value, item.Result.Code.Value, item.Result.Message.Value})
	}
}
