package rpc

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// signs are what an answer says of itself outside of its documented fields. The documented success of an operation has a
// request ID and what the operation's Answer reads. Services and gateways also answer HTTP 200 to what failed, and
// say so in ways of their own: {"Success":false}, "ErrCode", a list of failures in an answer that has none by its
// document. What says so is believed; what says "success" in as many words is no error.
type signs struct {
	code, message string // of a refusal; code "": it names none
	part          bool   // the code is that of one resource, and says nothing of others in the same call
	odd           bool   // it does not confirm a success, without naming a refusal
}

// field is a field of an answer in either format.
type field struct {
	name   string
	scalar string // "" for null, lists and objects
	fields []field
	filled bool // a list that is not empty, or an object that holds anything but empty ones
}

// signsOfJSON reads the fields of an answer that is valid JSON and an object.
func signsOfJSON(data []byte, answer Answer) signs {
	own := ownFields(answer)
	var fields []field
	for name, value := range members(data) {
		if !own[fold(name)] {
			fields = append(fields, fieldOfJSON(name, value, 0))
		}
	}
	return signsOf(fields)
}

// signsOfXML reads the fields of an answer.
func signsOfXML(root *Element, answer Answer) signs {
	own := ownFields(answer)
	fields := []field{{name: "state", scalar: root.value}} // text that stands beside the elements
	for _, child := range root.children {
		if !own[fold(child.name)] {
			fields = append(fields, fieldOfXML(child))
		}
	}
	return signsOf(fields)
}

// signsOf judges the fields that are not the operation's own.
func signsOf(fields []field) signs {
	var s signs
	var confirmed bool
	var messages []string
	for _, f := range fields {
		name := fold(f.name)
		switch {
		case name == "message":
			messages = append(messages, f.scalar)
		case name == "accessdenieddetail":
			s.odd = s.odd || f.filled // a success denies nothing
		case name != "code" && isEnvelopeName([]byte(name)):
		case name == "code", namesCode(name):
			s.addCode(f.scalar)
			confirmed = confirmed || saysSuccess(f.scalar)
			s.odd = s.odd || f.filled
		case strings.HasSuffix(name, "msg"), strings.HasSuffix(name, "message"):
			if !saysSuccess(f.scalar) && f.scalar != "" {
				s.message, s.odd = f.scalar, true
			}
		case strings.Contains(name, "dryrun"):
			s.odd = s.odd || f.filled || f.scalar != "" && !saysNothing(f.scalar)
		case !saysFailure(name) && (strings.Contains(name, "succe") || name == "ok"): // Success, IsSuccess, Succeeded, Successful
			yes := saysYes(f.scalar)
			confirmed = confirmed || yes
			s.odd = s.odd || !yes && (f.scalar != "" || f.filled)
		case isOutcome(name):
			yes := saysSuccess(f.scalar)
			confirmed = confirmed || yes
			if !yes && f.scalar != "" {
				s.odd = true
				s.addCode(numeric(f.scalar))
			}
			s.add(f)
		case saysFailure(name):
			if f.filled || f.scalar != "" && !saysNothing(f.scalar) {
				s.add(f)
				s.odd = true
			}
		case isWrapper(name):
			if strings.HasPrefix(f.scalar, "{") && json.Valid([]byte(f.scalar)) {
				f = fieldOfJSON(f.name, []byte(f.scalar), 0) // an answer in a string
			}
			s.odd = s.odd || vague[strings.ToLower(f.scalar)]
			s.add(f)
		}
	}
	for _, message := range messages {
		if message == "" {
			continue
		}
		if s.message == "" {
			s.message = message
		}
		s.odd = s.odd || !confirmed && !saysSuccess(message) // a success that explains itself is not documented
	}
	return s
}

// add takes in what stands inside a field.
func (s *signs) add(f field) {
	inner := signsOf(f.fields)
	inner.part = inner.code != "" && (inner.part || f.namesResource())
	if s.code == "" || s.part && inner.code != "" && !inner.part {
		s.code, s.part = inner.code, inner.part
	}
	if s.message == "" {
		s.message = inner.message
	}
	s.odd = s.odd || inner.odd
}

// namesResource reports whether a field is about resources, or about one: FailedResources, or an error with an ID or an ARN.
func (f field) namesResource() bool {
	return strings.Contains(fold(f.name), "resource") || slices.ContainsFunc(f.fields, func(inner field) bool {
		name := fold(inner.name)
		return strings.Contains(name, "resource") || strings.HasSuffix(name, "arn") || name == "id" || name == "instanceid"
	})
}

// addCode takes in a code unless it says success. One that has no letters, or only says that something failed, names no refusal.
func (s *signs) addCode(code string) {
	switch {
	case code == "" || saysSuccess(code):
		return
	case isNumber(code) && numeric(code) == "", vague[strings.ToLower(code)]:
		s.odd = true
	case s.code == "" || s.part:
		s.code, s.part = code, false
	}
}

func isNumber(code string) bool {
	_, err := strconv.ParseFloat(code, 64)
	return err == nil || strings.Trim(code, "-0123456789.") == ""
}

// numeric returns a code that is the status of an HTTP error, else "".
func numeric(code string) string {
	if len(code) == 3 && (code[0] == '4' || code[0] == '5') && strings.Trim(code, "0123456789") == "" {
		return code
	}
	return ""
}

// fold makes a name comparable: errorCode, error_code and ErrorCode are one.
func fold(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "", ".", "").Replace(name))
}

// namesCode reports whether a field has a refusal's code. Gateways write DynamicCode beside or in place of Code.
func namesCode(name string) bool {
	for _, end := range [...]string{"errcode", "errorcode", "subcode", "bizcode", "dynamiccode", "respcode", "responsecode"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

func isOutcome(name string) bool {
	switch name {
	case "status", "state", "result", "ret", "retcode", "resultcode", "returncode", "statuscode", "httpcode", "httpstatus", "httpstatuscode":
		return true
	}
	for _, subject := range [...]string{"resp", "response", "result", "ret", "return", "operation", "biz"} {
		if rest, ok := strings.CutPrefix(name, subject); ok && (rest == "status" || rest == "state") {
			return true
		}
	}
	return false
}

// isWrapper reports whether what stands under a name may be another answer.
func isWrapper(name string) bool {
	switch name {
	case "data", "response", "body", "module", "content":
		return true
	}
	return false
}

func saysFailure(name string) bool {
	for _, word := range [...]string{
		"error", "fail", "exception", "reject", "denied", "refused", "unsucce", "notsucce", "partialsucce", "unprocessed", "notprocessed",
	} {
		if strings.Contains(name, word) {
			return true
		}
	}
	if strings.Contains(name, "resource") { // InvalidResources, but not InvalidationTime
		for _, word := range [...]string{"notfound", "notexist", "invalid", "ignored", "skipped", "unsupported", "notsupported"} {
			if strings.Contains(name, word) {
				return true
			}
		}
	}
	return strings.HasPrefix(name, "err")
}

// saysSuccess reports whether a value is one of the words for success.
func saysSuccess(value string) bool {
	switch strings.ToLower(strings.TrimRight(strings.TrimSpace(value), ".!")) {
	case "200", "0", "00", "ok", "done", "finished", "completed", "success", "successful", "successfully", "succeeded", "succeed", "true":
		return true
	}
	return false
}

// saysYes reports whether the value of a field about success says that it is one.
func saysYes(value string) bool {
	switch strings.ToLower(strings.TrimSpace(value)) {
	case "0":
		return false
	case "1", "yes":
		return true
	}
	return saysSuccess(value)
}

// saysNothing reports whether the value of a field about failures says that there are none.
func saysNothing(value string) bool {
	switch strings.ToLower(strings.TrimSpace(value)) {
	case "", "0", "false", "null", "none", "[]", "{}", "ok", "success":
		return true
	}
	return false
}

// vague are codes that say that something failed and not what.
var vague = map[string]bool{
	"false": true, "fail": true, "failed": true, "failure": true, "error": true, "err": true, "exception": true, "unknown": true,
	"null": true, "none": true, "accepted": true, "pending": true, "processing": true, "partial": true,
}

// ownFields are the names of the fields that the operation's Answer reads.
func ownFields(answer Answer) map[string]bool {
	own := make(map[string]bool)
	addFields(own, reflect.TypeOf(answer).Elem())
	return own
}

func addFields(own map[string]bool, kind reflect.Type) {
	for i := range kind.NumField() {
		f := kind.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Type == reflect.TypeFor[Envelope]():
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			addFields(own, f.Type)
		case f.IsExported():
			own[fold(cmp.Or(name, f.Name))] = true
		}
	}
}

func fieldOfJSON(name string, value []byte, depth int) field {
	f := field{name: name}
	switch value[0] {
	case '"':
		_ = json.Unmarshal(value, &f.scalar)
	case '{':
		for inner, data := range members(value) {
			if depth >= maxDepth {
				f.filled = true
				break
			}
			f.add(fieldOfJSON(inner, data, depth+1))
		}
	case '[':
		for data := range elements(value) {
			f.filled = true
			if depth < maxDepth && data[0] == '{' {
				f.fields = append(f.fields, fieldOfJSON(name, data, depth+1))
			}
		}
	case 'n':
	default:
		f.scalar = string(value)
	}
	return f
}

func fieldOfXML(e *Element) field {
	f := field{name: e.name, scalar: e.value}
	for _, child := range e.children {
		f.add(fieldOfXML(child))
		f.filled = true
	}
	return f
}

func (f *field) add(inner field) {
	f.fields = append(f.fields, inner)
	f.filled = f.filled || inner.filled || inner.scalar != ""
}
