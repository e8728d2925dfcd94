package interop_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	ecsv4 "github.com/alibabacloud-go/ecs-20140526/v4/client"
	tagv2 "github.com/alibabacloud-go/tag-20180828/v2/client"
	"github.com/alibabacloud-go/tea/tea"
	ipamv1 "github.com/alibabacloud-go/vpcipam-20230228/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

// row is one tag of one resource, whatever the shape of the list.
type row struct{ id, key, value string }

// rows reads TagResources in the shape that the operation's document gives it.
func (o operation) rows(list json.RawMessage) ([]row, error) {
	var all []row
	if o.service == untagtest.Tag {
		var resources []struct {
			ResourceARN string
			Tags        []struct{ Key, Value string }
		}
		err := json.Unmarshal(list, &resources)
		for _, resource := range resources {
			for _, tag := range resource.Tags {
				all = append(all, row{resource.ResourceARN, tag.Key, tag.Value})
			}
		}
		return all, err
	}
	type flat struct {
		ResourceID string `json:"ResourceId"`
		TagKey     string
		TagValue   string
	}
	var flats []flat
	if o.service == untagtest.VPCIPAM {
		if err := json.Unmarshal(list, &flats); err != nil {
			return nil, err
		}
	} else {
		var nested struct{ TagResource []flat }
		if err := json.Unmarshal(list, &nested); err != nil {
			return nil, err
		}
		flats = nested.TagResource
	}
	for _, f := range flats {
		all = append(all, row{f.ResourceID, f.TagKey, f.TagValue})
	}
	return all, nil
}

// listing asks for one page of the tags of resources.
func (o operation) listing(resourceIDs ...string) request {
	r := o.request(nil, resourceIDs...)
	r.action = "ListTagResources"
	return r
}

// writing asks for one tag to be written to resources.
func (o operation) writing(key, value string, resourceIDs ...string) request {
	r := o.request(nil, resourceIDs...)
	r.action = "TagResources"
	if o.service == untagtest.Tag {
		r.more = map[string]any{"Tags": `{` + quoted(key) + `:` + quoted(value) + `}`}
	} else {
		r.more = map[string]any{"Tag": []map[string]any{{"Key": key, "Value": value}}}
	}
	return r
}

func quoted(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

// generic are the vendor's cores, which know no operation: they call any.
func generic() []vendor {
	return slices.DeleteFunc(slices.Clone(vendors), func(v vendor) bool { return v.only != "" || v.need != nil })
}

// TestVendorListsAndWrites writes a tag with each of the vendor's cores, and reads it with the same.
func TestVendorListsAndWrites(t *testing.T) {
	t.Parallel()
	for _, v := range generic() {
		for _, o := range operations {
			t.Run(v.name+"/"+string(o.service), func(t *testing.T) {
				t.Parallel()
				for _, k := range []key{permanent, temporary} {
					cloud, host := newCloud(t, o)
					value := "a b+c&d=e%20<>标签"
					_, err := v.call(host, k, o.writing("owner", value, o.resource.ID))
					require.NoError(t, err)
					assert.Equal(t, map[string]string{"env": "test", "team": "interop", "owner": value}, o.tags(t, cloud))

					got, err := v.call(host, k, o.listing(o.resource.ID))
					require.NoError(t, err)
					assert.Empty(t, got.NextToken)
					rows, err := o.rows(got.TagResources)
					require.NoError(t, err, "%s", got.TagResources)
					id := o.id(o.resource.ID)
					assert.ElementsMatch(t, []row{{id, "env", "test"}, {id, "team", "interop"}, {id, "owner", value}}, rows)
				}
			})
		}
	}
}

// TestVendorIsRefused: a wrong write and a list of nothing are refused with codes that the vendor's clients read.
func TestVendorIsRefused(t *testing.T) {
	t.Parallel()
	for _, v := range generic() {
		for _, o := range operations {
			t.Run(v.name+"/"+string(o.service), func(t *testing.T) {
				t.Parallel()
				cloud, host := newCloud(t, o)
				twice := o.writing("owner", "a", o.resource.ID)
				if o.service == untagtest.Tag {
					twice.more = map[string]any{"Tags": "no JSON"}
				} else {
					twice.more = map[string]any{"Tag": []map[string]any{{"Key": "owner", "Value": "a"}, {"Key": "owner", "Value": "b"}}}
				}
				assert.NotEmpty(t, v.refused(t, host, permanent, twice).code)
				nothing := o.listing()
				assert.NotEmpty(t, v.refused(t, host, permanent, nothing).code)
				assert.Equal(t, map[string]string{"env": "test", "team": "interop"}, o.tags(t, cloud))
			})
		}
	}
}

// typed is one of the vendor's generated clients.
type typed struct {
	service untagtest.Service
	list    func(host, id string) ([]row, error)
	write   func(host, id, key, value string) error
}

// typedClients are those that can be had: the generated package for Resource Sharing cannot.
var typedClients = map[string]typed{
	"tag-20180828": {
		service: untagtest.Tag,
		list: func(host, arn string) (rows []row, err error) {
			c, err := tagv2.NewClient(openapiConfig(host, permanent))
			if err != nil {
				return nil, err
			}
			out, err := c.ListTagResources(new(tagv2.ListTagResourcesRequest).SetRegionId(region).SetResourceARN([]*string{&arn}))
			if err != nil {
				return nil, err
			}
			for _, resource := range out.Body.TagResources {
				for _, tag := range resource.Tags {
					if tea.StringValue(tag.Category) != "Custom" {
						return nil, errors.New("category " + tea.StringValue(tag.Category))
					}
					rows = append(rows, row{tea.StringValue(resource.ResourceARN), tea.StringValue(tag.Key), tea.StringValue(tag.Value)})
				}
			}
			return rows, nil
		},
		write: func(host, arn, key, value string) error {
			c, err := tagv2.NewClient(openapiConfig(host, permanent))
			if err != nil {
				return err
			}
			tags := `{` + quoted(key) + `:` + quoted(value) + `}`
			out, err := c.TagResources(new(tagv2.TagResourcesRequest).SetRegionId(region).SetResourceARN([]*string{&arn}).SetTags(tags))
			if err == nil && out.Body.FailedResources != nil && len(out.Body.FailedResources.FailedResource) > 0 {
				return fmt.Errorf("failed: %v", out.Body.FailedResources)
			}
			return err
		},
	},
	"ecs-20140526": {
		service: untagtest.ECS,
		list: func(host, id string) (rows []row, err error) {
			c, err := ecsv4.NewClient(openapiConfig(host, permanent))
			if err != nil {
				return nil, err
			}
			in := new(ecsv4.ListTagResourcesRequest).SetRegionId(region).SetResourceType("instance").SetResourceId([]*string{&id})
			out, err := c.ListTagResources(in)
			if err != nil {
				return nil, err
			}
			for _, r := range out.Body.TagResources.TagResource {
				rows = append(rows, row{tea.StringValue(r.ResourceId), tea.StringValue(r.TagKey), tea.StringValue(r.TagValue)})
			}
			return rows, nil
		},
		write: func(host, id, key, value string) error {
			c, err := ecsv4.NewClient(openapiConfig(host, permanent))
			if err != nil {
				return err
			}
			in := new(ecsv4.TagResourcesRequest).SetRegionId(region).SetResourceType("instance").SetResourceId([]*string{&id}).
				SetTag([]*ecsv4.TagResourcesRequestTag{{Key: &key, Value: &value}})
			_, err = c.TagResources(in)
			return err
		},
	},
	"vpcipam-20230228": {
		service: untagtest.VPCIPAM,
		list: func(host, id string) (rows []row, err error) {
			c, err := ipamv1.NewClient(openapiConfig(host, permanent))
			if err != nil {
				return nil, err
			}
			in := new(ipamv1.ListTagResourcesRequest).SetRegionId(region).SetResourceType("IPAMPOOL").SetResourceId([]*string{&id})
			out, err := c.ListTagResources(in)
			if err != nil {
				return nil, err
			}
			for _, r := range out.Body.TagResources {
				rows = append(rows, row{tea.StringValue(r.ResourceId), tea.StringValue(r.TagKey), tea.StringValue(r.TagValue)})
			}
			return rows, nil
		},
		write: func(host, id, key, value string) error {
			c, err := ipamv1.NewClient(openapiConfig(host, permanent))
			if err != nil {
				return err
			}
			in := new(ipamv1.TagResourcesRequest).SetRegionId(region).SetResourceType("IPAMPOOL").SetResourceId([]*string{&id}).
				SetTag([]*ipamv1.TagResourcesRequestTag{{Key: &key, Value: &value}})
			_, err = c.TagResources(in)
			return err
		},
	},
}

func TestTypedClientsListAndWrite(t *testing.T) {
	t.Parallel()
	for name, c := range typedClients {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := operations[slices.IndexFunc(operations, func(o operation) bool { return o.service == c.service })]
			cloud, host := newCloud(t, o)
			id := o.id(o.resource.ID)
			require.NoError(t, c.write(host, id, "owner", "标签 a&b"))
			assert.Equal(t, map[string]string{"env": "test", "team": "interop", "owner": "标签 a&b"}, o.tags(t, cloud))
			rows, err := c.list(host, id)
			require.NoError(t, err)
			assert.ElementsMatch(t, []row{{id, "env", "test"}, {id, "team", "interop"}, {id, "owner", "标签 a&b"}}, rows)
		})
	}
}
