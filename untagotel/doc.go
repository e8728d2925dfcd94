// Package untagotel makes OpenTelemetry spans and metrics of the SDK's calls.
//
//	telemetry, err := untagotel.New(untagotel.Config{}) // to the global providers
//	if err != nil {
//		return err
//	}
//	client, err := tag.New(telemetry.Instrument(config))
//
// It is a module of its own, so that programs without OpenTelemetry do not depend on it. It needs OpenTelemetry's API alone;
// which SDK and exporter a program uses is the program's own choice. Names and units follow version 1.43.0 of the semantic
// conventions where these have any; what they have none for begins with untag or alibaba_cloud. Those for RPC are a
// release candidate and cloud.region is in development, so a later minor version of this module may rename attributes.
//
// # Spans
//
// Every call is a span of kind client, named after its operation, such as tag/UntagResources, ecs/TagResources or
// vpcipam/ListTagResources. It is a child of the span in the context that the call was given, and covers all that the call
// does: waiting for the rate limiter, credentials, attempts and the pauses between them. A run of UntagMany or TagMany makes
// such a span for each of its calls, splits included, a list over several pages makes one for each page, and neither makes
// one for itself: start one around the loop. A request that the SDK refuses to send ([untag.ErrInvalidRequest]) is no call.
//
//   - rpc.system.name: alibaba_cloud
//   - rpc.method: tag/UntagResources, and likewise for the other operations, and for ecs, vpcipam and resourcesharing
//   - cloud.region: the region that the call went to
//   - untag.resource.count: how many resources it named; 0 for a list that selects by tags
//   - untag.attempt.count: how many HTTP requests were made, 0 if none was
//   - untag.outcome: what is known of the resources: done, refused (their tags are as they were), unknown (a request was sent
//     and no verdict came), not_attempted (no call for them, or none that
//     changed anything), invalid (only of a run's results: malformed, never sent), or partial if it is not the same for all.
//     A read changes nothing, so it has no unknown: one that failed is refused, or not_attempted
//   - alibaba_cloud.request_id: of the last answer that had one; the vendor's support asks for it. The conventions have
//     aws.request_id and none for this provider, which they call alibaba_cloud
//   - error.type, if the call failed: the reason, see below
//   - rpc.response.status_code: the service's error code, such as Forbidden.RAM. None on success
//   - untag.resource.failed_count, if the call failed: how many resources are not done
//   - untag.resource.failed_codes: the different codes of resources that the answer names as failed (Tag), at most 10
//
// Every HTTP request is a span of kind client below it, named POST, with the times of the request itself:
//
//   - http.request.method, http.response.status_code (none if no answer came), http.request.resend_count (from the second on)
//   - cloud.region, alibaba_cloud.request_id, error.type and rpc.response.status_code, as above and of this request
//   - untag.attempt.wait: the least pause before the next request, in seconds, if one followed
//
// A span of something that failed has the status Error, without a description unless [Config.ErrorText] asks for it, and no
// events. A request that failed and was repeated with success is an error of its own span only. server.address and url.full
// are missing: hooks do not learn the host, and a URL holds resource IDs and tag keys. No trace context is sent to the
// service.
//
// # The reason and the outcome
//
// error.type is one of few words, the same on spans and metrics, and the same for all services, whose codes differ:
// invalid_parameter, unauthenticated, permission_denied, not_found, quota_exceeded, throttled, unavailable, clock_skew
// (the kinds of package untag), partial_failure (Tag: some resources failed, or all did in different ways), timeout (an
// attempt's or a deadline that passed), canceled (the caller gave up), not_attempted (a run was stopped before this),
// invalid_request (only of a run's results: a malformed resource) and _OTHER.
// It says why, and untag.outcome what is known: a call that was cancelled in flight is canceled and unknown. Where two reasons
// meet, the caller's cancellation comes before all but missing credentials, and a deadline after what the service said: a call
// whose deadline passes while the service throttles is throttled.
//
// Whoever is on call looks at untag.outcome = unknown first: these resources may or may not have lost their tags, or got
// them. To repeat the call is safe.
//
// # Metrics
//
//   - rpc.client.call.duration, a histogram in seconds: calls, with the duration of their spans. Attributes: those of every
//     metric, error.type, rpc.response.status_code
//   - untag.attempt.duration, a histogram in seconds: HTTP requests. Attributes: the same, http.response.status_code
//   - untag.throttles, a counter: requests that the service refused because there were too many.
//     Attributes: rpc.response.status_code
//   - untag.call.resources, a counter: resources that calls named. Attributes: untag.outcome, error.type
//   - untag.run.resources, a counter: resources of bulk runs, see [Telemetry.Results]. Attributes: untag.outcome, error.type,
//     those that the caller gives, and no others
//
// Every metric but the last has rpc.system.name, rpc.method and cloud.region. None has a resource, a tag key or a request ID.
// Both histograms have the buckets that the conventions advise, up to 10 s; a call that waits out throttling takes longer,
// and a view, which the meter provider is made with, changes them.
//
// untag.call.resources counts resources of calls: one that a run sends again, or that is in a call that is split, is counted
// in each of these calls, and one whose keys go in groups once for each group. It shows what the service does with the calls.
// How many resources a run has dealt with is untag.run.resources, which has each of them once:
//
//	for arn, err := range telemetry.Results(ctx, client.UntagMany(ctx, request)) {
//
// # What is not exported
//
// No span and no metric holds a credential, a signature, a query, a URL, a host, a tag key, a resource ID or a message of the
// service. What an answer calls its error code and its request ID is exported as it stands only if it looks like one; else the
// code is _OTHER and the request ID is left out. With [Config.ErrorText] the status of a failed span quotes the SDK's error: that
// is free of secrets, but may name resources, tag keys and hosts.
//
// An HTTP client with tracing of its own, such as otelhttp's, makes another span for each request, and may put its URL into
// it: with Signature V3 the query of all but the longest requests names the resources and the keys.
package untagotel
