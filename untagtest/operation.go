package untagtest

import (
	"cmp"
	"slices"
	"strings"
)

// service is one of the four services: what tells it apart, and its operation.
type service struct {
	name     Service
	product  string // as Recommend names it
	version  string
	noRegion refusal
	run      func(*Cloud, *request) ([]failure, *refusal)
}

// services is filled by init, since the operations use it in turn.
var services map[Service]*service

func init() {
	services = map[Service]*service{
		Tag:             {Tag, "Tag", "2018-08-28", noRegion, (*Cloud).untagARNs},
		ECS:             {ECS, "Ecs", "2014-05-26", ecsNoRegion, (*Cloud).untagECS},
		VPCIPAM:         {VPCIPAM, "VpcIpam", "2023-02-28", noRegion, (*Cloud).untagIPAM},
		ResourceSharing: {ResourceSharing, "ResourceSharing", "2020-01-10", noRegion, (*Cloud).untagShares},
	}
}

func serviceOf(version string) *service {
	for _, s := range services {
		if s.version == version {
			return s
		}
	}
	return nil
}

// Refusals that several operations share.
var (
	dead      = refusal{404, "InvalidResourceId.NotFound", "The specified ResourceIds are not found in our records."}
	badAll    = refusal{400, "InvalidParameter", `The specified parameter "All" is not valid.`}
	badNumber = refusal{400, "InvalidParameter", `The specified parameter "%s" is not valid.`}
	notFlat   = refusal{400, "InvalidTag; Illegal parameter serialization format. Flat format is required.", "Illegal parameter serialization format. Flat format is required."}
)

// parameters are those of an operation. IDs are ARNs in Tag.
type parameters struct {
	ids, keys []string
	kind      string
	all       bool
}

// parameters reads the operation's parameters. Numbers start at 1, without leading zeros; gaps close up, and the first of two
// with the same number counts. Parameters that the operation does not have are ignored.
func (in *request) parameters(idName string) (parameters, *refusal) {
	var p parameters
	var reason *refusal
	if p.ids, reason = in.array(idName, badNumber); reason != nil {
		return p, reason
	}
	if p.keys, reason = in.array("TagKey", notFlat); reason != nil {
		return p, reason
	}
	p.kind = in.value("ResourceType")
	switch all := in.value("All"); {
	case strings.EqualFold(all, "true"):
		p.all = true
	case all != "" && !strings.EqualFold(all, "false"):
		return p, &badAll
	}
	return p, nil
}

// array reads name.1, name.2 and so on. A number that is none, or a name without one, is refused: to ignore it would
// hide that a client counts from zero or sends JSON.
func (in *request) array(name string, malformed refusal) ([]string, *refusal) {
	type item struct {
		number int
		value  string
	}
	var items []item
	for _, pairs := range [][]pair{in.form, in.query} {
		for _, p := range pairs {
			rest, ok := strings.CutPrefix(p.name, name)
			if !ok || rest != "" && rest[0] != '.' {
				continue
			}
			number, ok := arrayNumber(rest)
			if !ok {
				return nil, malformed.with(p.name)
			}
			if items == nil {
				items = make([]item, 0, 64)
			}
			items = append(items, item{number, p.value})
		}
	}
	slices.SortStableFunc(items, func(a, b item) int { return cmp.Compare(a.number, b.number) })
	items = slices.CompactFunc(items, func(a, b item) bool { return a.number == b.number })
	values := make([]string, len(items))
	for i, it := range items {
		values[i] = it.value
	}
	return values, nil
}

// arrayNumber reads ".N".
func arrayNumber(s string) (int, bool) {
	if len(s) < 2 || len(s) > 8 || s[0] != '.' || s[1] == '0' {
		return 0, false
	}
	n := 0
	for _, c := range []byte(s[1:]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}

// identities are the resources of a call that names them by ID.
func (in *request) identities(p parameters) []identity {
	resources := make([]identity, len(p.ids))
	for i, id := range p.ids {
		resources[i] = newIdentity(string(in.service.name), in.region, p.kind, id)
	}
	return resources
}

// first returns the first refusal that applies.
func first(checks ...check) *refusal {
	for _, c := range checks {
		if c.fails {
			return &c.reason
		}
	}
	return nil
}

type check struct {
	fails  bool
	reason refusal
}
