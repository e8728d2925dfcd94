package untagotel_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagotel"
	"github.com/untag-go/untag/untagtest"
)

// Telemetry of everything that one program does, to the global providers.
func ExampleNew() {
	telemetry, err := untagotel.New(untagotel.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	config := telemetry.Instrument(untag.Config{Region: "cn-hangzhou"})
	client, err := tag.New(config)
	fmt.Println(client != nil, err)
	// Output: true <nil>
}

// The spans of a call that was throttled once.
func ExampleTelemetry_Instrument() {
	cloud := untagtest.NewCloud() // an account in memory
	cloud.AllowAnyResource()
	cloud.Inject(untagtest.Fault{Calls: 1, Code: untag.CodeThrottlingUser})
	exporter := tracetest.NewInMemoryExporter()
	telemetry, err := untagotel.New(untagotel.Config{
		TracerProvider: sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter)),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := tag.New(telemetry.Instrument(cloud.Config()))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:cn-hangzhou:*:bucket/logs"},
		TagKeys:      []string{"env"},
	})
	fmt.Println(err)
	for _, span := range exporter.GetSpans() {
		fmt.Println(span.Name, span.SpanKind, span.Status.Code)
		for _, attribute := range span.Attributes {
			if attribute.Key != "untag.attempt.wait" { // drawn at random
				fmt.Println("  ", attribute.Key, attribute.Value.String())
			}
		}
	}
	// Output:
	// <nil>
	// POST client Error
	//    http.request.method POST
	//    cloud.region cn-hangzhou
	//    http.response.status_code 400
	//    alibaba_cloud.request_id 00000000-0000-5000-8000-000000000001
	//    error.type throttled
	//    rpc.response.status_code Throttling.User
	// POST client Unset
	//    http.request.method POST
	//    cloud.region cn-hangzhou
	//    http.response.status_code 200
	//    http.request.resend_count 1
	//    alibaba_cloud.request_id 00000000-0000-5000-8000-000000000002
	// tag/UntagResources client Unset
	//    rpc.system.name alibaba_cloud
	//    rpc.method tag/UntagResources
	//    cloud.region cn-hangzhou
	//    untag.resource.count 1
	//    untag.outcome done
	//    untag.attempt.count 2
	//    alibaba_cloud.request_id 00000000-0000-5000-8000-000000000002
}

// The outcomes of a run, each resource counted once.
func ExampleTelemetry_Results() {
	cloud := untagtest.NewCloud()
	cloud.Put(untagtest.Resource{Product: "oss", Type: "bucket", ID: "logs", Tags: map[string]string{"env": "test"}})
	reader := sdkmetric.NewManualReader()
	telemetry, err := untagotel.New(untagotel.Config{
		MeterProvider: sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := tag.New(telemetry.Instrument(cloud.Config()))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	request := tag.UntagManyRequest{
		ResourceARNs: slices.Values([]string{
			"arn:acs:oss:cn-hangzhou:*:bucket/logs", "arn:acs:oss:cn-hangzhou:*:bucket/gone", "no ARN",
		}),
		TagKeys: []string{"env"},
	}
	for arn, err := range telemetry.Results(ctx, client.UntagMany(ctx, request)) {
		fmt.Println(arn, err == nil, errors.Is(err, untag.ErrNotFound), errors.Is(err, untag.ErrNotAttempted))
	}
	printCounts(reader, "untag.run.resources")
	// Output:
	// arn:acs:oss:cn-hangzhou:*:bucket/logs true false false
	// arn:acs:oss:cn-hangzhou:*:bucket/gone false true false
	// no ARN false false true
	// untag.run.resources error.type=invalid_request,untag.outcome=invalid 1
	// untag.run.resources error.type=not_found,untag.outcome=refused 1
	// untag.run.resources untag.outcome=done 1
}

func printCounts(reader sdkmetric.Reader, name string) {
	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &all); err != nil {
		fmt.Println(err)
		return
	}
	var lines []string
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if data, ok := m.Data.(metricdata.Sum[int64]); ok && m.Name == name {
				for _, p := range data.DataPoints {
					var attributes []string
					for _, a := range p.Attributes.ToSlice() {
						attributes = append(attributes, string(a.Key)+"="+a.Value.String())
					}
					lines = append(lines, fmt.Sprintln(m.Name, strings.Join(attributes, ","), p.Value))
				}
			}
		}
	}
	slices.Sort(lines)
	fmt.Print(strings.Join(lines, ""))
}

// traceHandler adds the span of the context to each record.
type traceHandler struct{ slog.Handler }

func (h traceHandler) Handle(ctx context.Context, record slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		record.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	return h.Handler.Handle(ctx, record)
}

func (h traceHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return traceHandler{h.Handler.WithAttrs(attrs)}
}

func (h traceHandler) WithGroup(name string) slog.Handler {
	return traceHandler{h.Handler.WithGroup(name)}
}

// Records of the SDK are made with the context of their call, so a handler that looks for a span there finds the call's.
func Example_logs() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	config := cloud.Config()
	config.Logger = slog.New(traceHandler{slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == "duration" {
				return slog.Attr{} // not the same each time
			}
			return a
		},
	})})
	telemetry, err := untagotel.New(untagotel.Config{
		TracerProvider: sdktrace.NewTracerProvider(sdktrace.WithIDGenerator(fixedIDs{})),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := tag.New(telemetry.Instrument(config))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:cn-hangzhou:*:bucket/logs"},
		TagKeys:      []string{"env"},
	})
	fmt.Println(err)
	// Output:
	// level=DEBUG msg="call attempt" service=tag action=UntagResources region=cn-hangzhou attempt=1 status=200 request_id=00000000-0000-5000-8000-000000000001 trace_id=0af7651916cd43dd8448eb211c80319c span_id=b7ad6b7169203331
	// <nil>
}

// fixedIDs makes the output the same each time.
type fixedIDs struct{}

func (fixedIDs) NewIDs(context.Context) (trace.TraceID, trace.SpanID) {
	id, _ := trace.TraceIDFromHex("0af7651916cd43dd8448eb211c80319c")
	return id, fixedIDs{}.NewSpanID(context.Background(), id)
}

func (fixedIDs) NewSpanID(context.Context, trace.TraceID) trace.SpanID {
	id, _ := trace.SpanIDFromHex("b7ad6b7169203331")
	return id
}
