package untagtest

import (
	"maps"
	"slices"
	"strings"
)

// supportItem says what can be done with a type.
type supportItem struct {
	SupportCode string
	Support     bool
}

type supportedType struct {
	ProductCode  string
	ResourceType string
	ArnTemplate  string
	SupportItems []supportItem `json:",omitempty"`
}

type typesBody struct {
	envelope

	NextToken            nextToken `json:",omitzero"`
	SupportResourceTypes []supportedType
}

// supports are the codes of ListSupportResourceTypes, and how a type that lists know gets them. Those about permissions,
// policies, resource groups and bills have no type here.
var supports = map[string]func(s *store, product, kind string) bool{
	"TAG_CONSOLE_SUPPORT":                   func(s *store, product, kind string) bool { return s.knowsARN(product, kind, false) },
	"TAG_API_SUPPORT":                       func(_ *store, product, _ string) bool { return services[Service(product)] != nil },
	"TAG_RAM_SUPPORT":                       nil,
	"TAG_POLICY_PREVENTATIVE_CHECK_SUPPORT": nil,
	"TAG_POLICY_CHECK_REMEDIATION_SUPPORT":  nil,
	"TAG_POLICY_RG_TAG_INHERIT_SUPPORT":     nil,
	"TAG_BILL_SUPPORT":                      nil,
}

// listSupportResourceTypes knows the types of the tables and those that were Put.
func (c *Cloud) listSupportResourceTypes(in *request) (body, *refusal) {
	code, product := in.value("SupportCode"), strings.ToLower(in.value("ProductCode"))
	only, known := supports[code]
	if code != "" && !known {
		return nil, &tagBadSupport
	}
	names := map[string]bool{}
	for _, k := range c.listedTypes() {
		if (product == "" || k.product == product) && (code == "" || only != nil && only(c.resources, k.product, k.kind)) {
			// The parameter is spelled so.
			if kind := in.value("ResourceTye"); kind == "" || strings.EqualFold(kind, k.kind) {
				names[k.product+" "+k.kind] = true
			}
		}
	}
	page, next, reason := c.page(in, "MaxResult", tagMaxPage, slices.Sorted(maps.Keys(names)))
	if reason != nil {
		return nil, reason
	}
	answer := &typesBody{NextToken: next, SupportResourceTypes: []supportedType{}}
	for _, name := range page {
		product, kind, _ := strings.Cut(name, " ")
		t := supportedType{ProductCode: product, ResourceType: kind, ArnTemplate: "acs:" + product + ":*:*:" + kind + "/${ResourceId}"}
		if strings.EqualFold(in.value("ShowItems"), "true") {
			for _, code := range slices.Sorted(maps.Keys(supports)) {
				t.SupportItems = append(t.SupportItems, supportItem{code, supports[code] != nil && supports[code](c.resources, product, kind)})
			}
		}
		answer.SupportResourceTypes = append(answer.SupportResourceTypes, t)
	}
	return answer, nil
}

// listedTypes are products and types, in lower case.
func (c *Cloud) listedTypes() []identity {
	var types []identity
	for _, t := range services {
		for kind := range strings.FieldsSeq(t.kinds) {
			types = append(types, identity{product: string(t.name), kind: kind})
		}
	}
	c.resources.mu.RLock()
	defer c.resources.mu.RUnlock()
	for k := range c.resources.kinds {
		if k.kind != "" { // that of a resource share need not be named
			types = append(types, identity{product: k.product, kind: strings.ToLower(k.kind)})
		}
	}
	return types
}

type regionItem struct {
	RegionID       string `json:"RegionId" xml:"RegionId"`
	LocalName      string
	RegionEndpoint string
}

type regionsBody struct {
	envelope

	Regions struct{ Region []regionItem }
}

// describeRegions names the regions of the Tag service, and those in which a resource was put. LocalName is the ID, by
// choice: its real texts stand in no document at hand.
func (c *Cloud) describeRegions(*request) (body, *refusal) {
	known := map[string]bool{}
	t := services[Tag]
	for region := range strings.FieldsSeq(t.hosts[0].regions) {
		known[region] = true
	}
	c.resources.mu.RLock()
	for region := range c.resources.regions {
		known[region] = true
	}
	c.resources.mu.RUnlock()
	answer := new(regionsBody)
	for _, region := range slices.Sorted(maps.Keys(known)) {
		host := string(t.name) + "." + region
		if isWord(t.moved, host) {
			host = string(t.name)
			for name, regions := range t.irregular {
				if slices.Contains(regions, region) {
					host = name
				}
			}
		}
		answer.Regions.Region = append(answer.Regions.Region, regionItem{region, region, host + domain})
	}
	return answer, nil
}
