package servicetest

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

// The requests of the services have the same names and, but for how they name resources, the same fields. So tests that
// are written once make them by the names of their fields, and call the method that a request is for.

// New makes a client of a service's package.
type New func(untag.Config) (any, error)

// Maker is a package's New as one.
func Maker[C any](of func(untag.Config) (*C, error)) New {
	return func(config untag.Config) (any, error) { return of(config) }
}

// Fields are those of a request by their names. "Resources" stands for ResourceIDs or ResourceARNs, "Filters" for Tags where
// these are filters.
type Fields map[string]any

// With returns f with some fields changed.
func (f Fields) With(changed Fields) Fields {
	all := make(Fields, len(f)+len(changed))
	for _, fields := range []Fields{f, changed} {
		for name, value := range fields {
			all[name] = value
		}
	}
	return all
}

// Fill returns a request like zero with the fields set that it has.
func Fill(zero any, fields Fields) any {
	request := reflect.New(reflect.TypeOf(zero)).Elem()
	for name, value := range fields {
		field := fieldOf(request, name)
		if field.IsValid() && value != nil {
			field.Set(reflect.ValueOf(value).Convert(field.Type()))
		}
	}
	return request.Interface()
}

// fieldOf returns the field that a name of Fields means, an invalid value if the request has none.
func fieldOf(request reflect.Value, name string) reflect.Value {
	selects := request.FieldByName("Tags").IsValid() && request.FieldByName("Tags").Type() == reflect.TypeFor[[]untag.TagFilter]()
	switch {
	case name == "Resources" && request.FieldByName("ResourceIDs").IsValid():
		return request.FieldByName("ResourceIDs")
	case name == "Resources" && request.FieldByName("ResourceARNs").IsValid():
		return request.FieldByName("ResourceARNs")
	case name == "Filters" && selects:
		return request.FieldByName("Tags")
	case name == "Tags" && selects:
		return reflect.Value{}
	}
	return request.FieldByName(name)
}

// nameOf is the name of a request's type, "UntagResourcesRequest".
func nameOf(request any) string { return reflect.TypeOf(request).Name() }

// Invoke calls the client's method that takes the request.
func Invoke(ctx context.Context, client, request any) (response any, err error) {
	method := reflect.ValueOf(client).MethodByName(strings.TrimSuffix(nameOf(request), "Request"))
	with := reflect.Zero(reflect.TypeFor[context.Context]())
	if ctx != nil {
		with = reflect.ValueOf(ctx)
	}
	out := method.Call([]reflect.Value{with, reflect.ValueOf(request)})
	err, _ = out[1].Interface().(error)
	return out[0].Interface(), err
}

// All ranges over what the client's method for all pages, or for many resources, yields, and stops at an error
// if that is a list's.
func All(ctx context.Context, client any, method string, request any) (items []any, errs []error) {
	seq := reflect.ValueOf(client).MethodByName(method).Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(request)})[0]
	for item, e := range seq.Seq2() {
		err, _ := e.Interface().(error)
		items, errs = append(items, item.Interface()), append(errs, err)
	}
	return items, errs
}

// Show prints a value without type names, so that the answers of all services read alike.
func Show(value any) string {
	text := fmt.Sprintf("%+v", value)
	return strings.NewReplacer("ResourceID:", "", "ResourceARN:", "", "ResourceType:", "").Replace(text)
}

// Make returns a client for the recorder.
func (n New) Make(t *testing.T, config untag.Config) any {
	t.Helper()
	client, err := n(config)
	require.NoError(t, err)
	return client
}
