package faults_test

import (
	"cmp"
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"iter"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
	"github.com/untag-go/untag/vpc"
)

// ask is what is asked of an operation of any of the services.
type ask struct {
	region string
	names  []string    // of a single call or a list
	tags   []untag.Tag // what is written or, by its keys, removed; what a list selects by
	all    bool

	input       iter.Seq2[string, []untag.Tag] // of a bulk run
	inputErr    func() error
	concurrency int
	unordered   bool
	drain       <-chan struct{}
}

func (a ask) keys() []string {
	var keys []string
	for _, t := range a.tags {
		keys = append(keys, t.Key)
	}
	return keys
}

// inputNames is the input without its tags.
func (a ask) inputNames(yield func(string) bool) {
	for name := range a.input {
		if !yield(name) {
			return
		}
	}
}

func (a ask) filters() []untag.TagFilter {
	var filters []untag.TagFilter
	for _, t := range a.tags {
		filters = append(filters, untag.TagFilter{Key: t.Key, Value: t.Value})
	}
	return filters
}

// listed is an element of a list.
type listed struct {
	name string
	tags []untag.Tag
}

// family is one of the four services, by what the properties must know of it.
type family struct {
	service  untagtest.Service
	folder   string
	product  untagtest.Resource // of a resource, without ID and region
	regions  []string
	perCall  int // resources of one call
	keys     int // keys of one call, or tags
	malforms []string
	open     func(untag.Config) (calls, error)
}

// calls are the operations of a client.
type calls struct {
	untagOne, tagOne   func(context.Context, ask) ([]tag.ResourceError, error)
	untagMany, tagMany func(context.Context, ask) iter.Seq2[string, error]
	list               func(context.Context, ask) iter.Seq2[listed, error]
}

// converted makes listed of what a service lists.
func converted[E any](list iter.Seq2[E, error], one func(E) listed) iter.Seq2[listed, error] {
	return func(yield func(listed, error) bool) {
		for e, err := range list {
			if !yield(one(e), err) {
				return
			}
		}
	}
}

var families = []family{
	{
		service: untagtest.Tag, folder: "tag", product: untagtest.Resource{Product: "ecs", Type: "instance"},
		regions: []string{region, "cn-beijing", "eu-west-1"}, perCall: tag.MaxResources, keys: min(tag.MaxTagKeys, tag.MaxTags),
		malforms: []string{"", "i-1", "arn:acs:ecs:cn-hangzhou:1:instance", "arn:acs:ecs:No/where:*:instance/i-1", "i\xff"},
		open: func(config untag.Config) (calls, error) {
			c, err := tag.New(config)
			return calls{
				untagOne: func(ctx context.Context, a ask) ([]tag.ResourceError, error) {
					r, err := c.UntagResources(ctx, tag.UntagResourcesRequest{Region: a.region, ResourceARNs: a.names, TagKeys: a.keys()})
					return r.Failed, err
				},
				tagOne: func(ctx context.Context, a ask) ([]tag.ResourceError, error) {
					r, err := c.TagResources(ctx, tag.TagResourcesRequest{Region: a.region, ResourceARNs: a.names, Tags: a.tags})
					return r.Failed, err
				},
				untagMany: func(ctx context.Context, a ask) iter.Seq2[string, error] {
					return c.UntagMany(ctx, tag.UntagManyRequest{
						Region: a.region, ResourceARNs: a.inputNames, TagKeys: a.keys(),
						Concurrency: a.concurrency, Unordered: a.unordered, Drain: a.drain, InputErr: a.inputErr,
					})
				},
				tagMany: func(ctx context.Context, a ask) iter.Seq2[string, error] {
					return c.TagMany(ctx, tag.TagManyRequest{
						Region: a.region, Resources: a.input,
						Concurrency: a.concurrency, Unordered: a.unordered, Drain: a.drain, InputErr: a.inputErr,
					})
				},
				list: func(ctx context.Context, a ask) iter.Seq2[listed, error] {
					return converted(c.ListTagResourcesAll(ctx, tag.ListTagResourcesRequest{Region: a.region, ResourceARNs: a.names, Tags: a.tags}),
						func(r tag.TaggedResource) listed { return listed{r.ResourceARN, r.Tags} })
				},
			}, err
		},
	},
	{
		service: untagtest.ECS, folder: "ecs", product: untagtest.Resource{Product: "ecs", Type: "instance"},
		regions: []string{region}, perCall: ecs.MaxResources, keys: min(ecs.MaxTagKeys, ecs.MaxTags), malforms: []string{"", "i\n1", "i\xff"},
		open: func(config untag.Config) (calls, error) {
			c, err := ecs.New(config)
			const kind = ecs.ResourceTypeInstance
			return calls{
				untagOne: func(ctx context.Context, a ask) ([]tag.ResourceError, error) {
					_, err := c.UntagResources(ctx, ecs.UntagResourcesRequest{ResourceType: kind, ResourceIDs: a.names, TagKeys: a.keys(), All: a.all})
					return nil, err
				},
				tagOne: func(ctx context.Context, a ask) ([]tag.ResourceError, error) {
					_, err := c.TagResources(ctx, ecs.TagResourcesRequest{ResourceType: kind, ResourceIDs: a.names, Tags: a.tags})
					return nil, err
				},
				untagMany: func(ctx context.Context, a ask) iter.Seq2[string, error] {
					return c.UntagMany(ctx, ecs.UntagManyRequest{
						ResourceType: kind, ResourceIDs: a.inputNames, TagKeys: a.keys(), All: a.all,
						Concurrency: a.concurrency, Unordered: a.unordered, Drain: a.drain, InputErr: a.inputErr,
					})
				},
				tagMany: func(ctx context.Context, a ask) iter.Seq2[string, error] {
					return c.TagMany(ctx, ecs.TagManyRequest{
						ResourceType: kind, Resources: a.input,
						Concurrency: a.concurrency, Unordered: a.unordered, Drain: a.drain, InputErr: a.inputErr,
					})
				},
				list: func(ctx context.Context, a ask) iter.Seq2[listed, error] {
					return converted(c.ListTagResourcesAll(ctx, ecs.ListTagResourcesRequest{ResourceType: kind, ResourceIDs: a.names, Tags: a.filters()}),
						func(r ecs.TaggedResource) listed { return listed{r.ResourceID, r.Tags} })
				},
			}, err
		},
	},
	{
		service: untagtest.VPCIPAM, folder: "vpc", product: untagtest.Resource{Product: "vpcipam", Type: "IPAMPOOL"},
		regions: []string{region}, perCall: vpc.MaxResources, keys: min(vpc.MaxTagKeys, vpc.MaxTags), malforms: []string{"", "i\n1", "i\xff"},
		open: func(config untag.Config) (calls, error) {
			c, err := vpc.New(config)
			const kind = vpc.ResourceTypeIPAMPool
			return calls{
				untagOne: func(ctx context.Context, a ask) ([]tag.ResourceError, error) {
					_, err := c.UntagResources(ctx, vpc.UntagResourcesRequest{ResourceType: kind, ResourceIDs: a.names, TagKeys: a.keys(), All: a.all})
					return nil, err
				},
				tagOne: func(ctx context.Context, a ask) ([]tag.ResourceError, error) {
					_, err := c.TagResources(ctx, vpc.TagResourcesRequest{ResourceType: kind, ResourceIDs: a.names, Tags: a.tags})
					return nil, err
				},
				untagMany: func(ctx context.Context, a ask) iter.Seq2[string, error] {
					return c.UntagMany(ctx, vpc.UntagManyRequest{
						ResourceType: kind, ResourceIDs: a.inputNames, TagKeys: a.keys(), All: a.all,
						Concurrency: a.concurrency, Unordered: a.unordered, Drain: a.drain, InputErr: a.inputErr,
					})
				},
				tagMany: func(ctx context.Context, a ask) iter.Seq2[string, error] {
					return c.TagMany(ctx, vpc.TagManyRequest{
						ResourceType: kind, Resources: a.input,
						Concurrency: a.concurrency, Unordered: a.unordered, Drain: a.drain, InputErr: a.inputErr,
					})
				},
				list: func(ctx context.Context, a ask) iter.Seq2[listed, error] {
					return converted(c.ListTagResourcesAll(ctx, vpc.ListTagResourcesRequest{ResourceType: kind, ResourceIDs: a.names, Tags: a.filters()}),
						func(r vpc.TaggedResource) listed { return listed{r.ResourceID, r.Tags} })
				},
			}, err
		},
	},
	{
		service: untagtest.ResourceSharing, folder: "resourcesharing", product: untagtest.Resource{Product: "resourcesharing", Type: "ResourceShare"},
		regions: []string{region}, perCall: resourcesharing.MaxResources, keys: min(resourcesharing.MaxTagKeys, resourcesharing.MaxTags),
		malforms: []string{"", "i\n1", "i\xff"},
		open: func(config untag.Config) (calls, error) {
			c, err := resourcesharing.New(config)
			return calls{
				untagOne: func(ctx context.Context, a ask) ([]tag.ResourceError, error) {
					_, err := c.UntagResources(ctx, resourcesharing.UntagResourcesRequest{ResourceIDs: a.names, TagKeys: a.keys(), All: a.all})
					return nil, err
				},
				tagOne: func(ctx context.Context, a ask) ([]tag.ResourceError, error) {
					_, err := c.TagResources(ctx, resourcesharing.TagResourcesRequest{ResourceIDs: a.names, Tags: a.tags})
					return nil, err
				},
				untagMany: func(ctx context.Context, a ask) iter.Seq2[string, error] {
					return c.UntagMany(ctx, resourcesharing.UntagManyRequest{
						ResourceIDs: a.inputNames, TagKeys: a.keys(), All: a.all,
						Concurrency: a.concurrency, Unordered: a.unordered, Drain: a.drain, InputErr: a.inputErr,
					})
				},
				tagMany: func(ctx context.Context, a ask) iter.Seq2[string, error] {
					return c.TagMany(ctx, resourcesharing.TagManyRequest{
						Resources: a.input, Concurrency: a.concurrency, Unordered: a.unordered, Drain: a.drain, InputErr: a.inputErr,
					})
				},
				list: func(ctx context.Context, a ask) iter.Seq2[listed, error] {
					return converted(c.ListTagResourcesAll(ctx, resourcesharing.ListTagResourcesRequest{ResourceIDs: a.names, Tags: a.filters()}),
						func(r resourcesharing.TaggedResource) listed { return listed{r.ResourceID, r.Tags} })
				},
			}, err
		},
	},
}

// name is a resource's name for the service. Of Tag, spelling chooses one of the forms that mean the same.
func (f family) name(r untagtest.Resource, spelling int) string {
	if f.service != untagtest.Tag {
		return r.ID
	}
	arn, err := tag.ParseARN(r.ARN())
	if err != nil {
		panic(err)
	}
	switch spelling % 5 {
	case 1:
		arn.Account = "*"
	case 2:
		arn.Account = ""
	case 3:
		arn.Region, arn.Account = cmp.Or(map[string]string{region: "*"}[r.Region], r.Region), "*" // the region of the request
	}
	return arn.String()
}

// idOf is the resource that a name of any spelling means.
func idOf(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// codesOf lists every code that package untag and the package of a service have a constant for, as their source has it.
var codesOf = sync.OnceValue(func() map[string][]string {
	all := map[string][]string{}
	constants := func(folder string) (codes []string) {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", folder, "codes.go"), nil, 0)
		if err != nil {
			panic(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "Code") && len(spec.Values) == 1 {
				if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
					code, _ := strconv.Unquote(literal.Value)
					codes = append(codes, code)
				}
			}
			return true
		})
		return codes
	}
	for _, f := range families {
		all[f.folder] = slices.Concat(constants("."), constants(f.folder), otherCodes)
		if len(all[f.folder]) < 50 {
			panic("the constants of codes.go are not found")
		}
	}
	return all
})

// otherCodes have no constants: refusals for the moment, as the vendor's tools know them, and what nobody knows.
var otherCodes = strings.Fields(`SystemBusy IdempotenceProcessing OperationConflict TaskConflict ConcurrentCallNotSupported
	ONS_SYSTEM_FLOW_CONTROL Request.Throttling ServiceThrottling OperationFailed.ResourceGroupStatusCheckFail LastTokenProcessing
	Account.Arrearage InvalidAccountStatus.NotEnoughBalance SomethingNew Something.ElseEntirely 403 IncorrectInstanceStatus`)
