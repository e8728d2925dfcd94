package untagtemporal

import (
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// The memo of a workflow, which the UI and the CLI of the server show, has these fields. A job's has no lane, a lane's the job
// whose turn it is, and numbers of all jobs since the lane was opened.
const (
	memoJob     = "job"
	memoService = "service"
	memoAccount = "account"
	memoRegion  = "region"
	memoState   = "state"
	memoLanes   = "lanes"
	memoFailed  = "failed lanes"
	memoTotal   = "resources"
	memoDone    = "done"
	memoRefused = "refused"
)

// Search attributes are what a namespace lists workflows by, such as UntagAccount = "1234567890123456".
var (
	jobAttribute     = temporal.NewSearchAttributeKeyKeyword("UntagJob")
	serviceAttribute = temporal.NewSearchAttributeKeyKeyword("UntagService")
	accountAttribute = temporal.NewSearchAttributeKeyKeyword("UntagAccount")
	regionAttribute  = temporal.NewSearchAttributeKeyKeyword("UntagRegion")
	doneAttribute    = temporal.NewSearchAttributeKeyInt64("UntagDone")
	refusedAttribute = temporal.NewSearchAttributeKeyInt64("UntagRefused")
)

// SearchAttributes returns the search attributes that a namespace must have before a job with [Job].SearchAttributes starts,
// by name. The CLI adds one by temporal operator search-attribute create --name UntagJob --type Keyword.
func SearchAttributes() map[string]enums.IndexedValueType {
	return map[string]enums.IndexedValueType{
		jobAttribute.GetName():     jobAttribute.GetValueType(),
		serviceAttribute.GetName(): serviceAttribute.GetValueType(),
		accountAttribute.GetName(): accountAttribute.GetValueType(),
		regionAttribute.GetName():  regionAttribute.GetValueType(),
		doneAttribute.GetName():    doneAttribute.GetValueType(),
		refusedAttribute.GetName(): refusedAttribute.GetValueType(),
	}
}

func laneMemo(lane Lane, job string) map[string]any {
	return map[string]any{memoJob: job, memoService: lane.Service, memoAccount: lane.Account, memoRegion: lane.Region}
}

func laneAttributes(lane Lane, job string) temporal.SearchAttributes {
	return temporal.NewSearchAttributes(
		jobAttribute.ValueSet(job), serviceAttribute.ValueSet(lane.Service), accountAttribute.ValueSet(lane.Account),
		regionAttribute.ValueSet(lane.Region),
	)
}

func jobAttributes(job string) temporal.SearchAttributes {
	return temporal.NewSearchAttributes(jobAttribute.ValueSet(job))
}

// show puts the numbers of a workflow where the server's own tools show them.
func show(ctx workflow.Context, memo map[string]any, attributes bool, job string, counts Counts) {
	memo[memoJob], memo[memoDone], memo[memoRefused] = job, counts.Done, counts.Refused
	err := workflow.UpsertMemo(ctx, memo)
	if err == nil && attributes {
		err = workflow.UpsertTypedSearchAttributes(ctx, jobAttribute.ValueSet(job),
			doneAttribute.ValueSet(int64(counts.Done)), refusedAttribute.ValueSet(int64(counts.Refused)))
	}
	if err != nil {
		workflow.GetLogger(ctx).Warn("the memo does not change", "error", err)
	}
}
