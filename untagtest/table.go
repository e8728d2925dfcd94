package untagtest

import (
	"maps"
	"slices"
	"strings"
)

// table is a service. All that tells it from the others stands in one, in a file of its own.
type table struct {
	name    Service
	product string // as Recommend names it
	version string
	tls     bool // plain HTTP is refused

	hosts     []hosts
	irregular map[string][]string // hosts that the rule does not give, with the regions that they serve; nil: any
	moved     string              // hosts that the rule gives though their region is served under another name

	noRegion refusal
	types    string // the resource types of its requests, in their spelling
	lists    string // those that only its list knows
	open     bool   // a type that was Put is known as well
	alias    string // another product under which ARNs may name these types
	actions  map[string]operation

	// Types in lower case, as ARNs have them, and those of lists too; register fills them.
	changeable, kinds string
}

// hosts are names of the form label.region.aliyuncs.com.
type hosts struct{ label, regions string }

// operation is one action of a service.
type operation struct {
	// run carries it out. What it returns is the body of a success.
	run func(*Cloud, *request) (body, *refusal)
	// anywhere says that it needs no RegionId.
	anywhere bool
}

// Services returns all services that the account answers for, sorted by name.
func Services() []Service { return slices.Sorted(maps.Keys(services)) }

// services are all tables by name.
var services = map[Service]*table{}

// named are the host names, without their domain, that the tables give; labels are the first parts of those that follow the
// rule, and regions all that a table has.
var (
	named   = map[string]endpoint{}
	labels  = map[string]*table{}
	regions = map[string]bool{}
	aliases = map[string]*table{} // by the other product of their ARNs
)

// register makes a service known. The init of each file with a table calls it.
func register(t *table) {
	if known := tableOf(t.version); known != nil { // a call over a socket is told by its version
		panic("untagtest: two services of version " + t.version)
	}
	t.changeable, t.kinds = strings.ToLower(t.types), strings.ToLower(t.types+t.lists)
	if t.alias != "" {
		aliases[t.alias] = t
	}
	services[t.name] = t
	for _, h := range t.hosts {
		labels[h.label] = t
		for region := range strings.FieldsSeq(h.regions) {
			regions[region] = true
			if name := h.label + "." + region; !isWord(t.moved, name) {
				named[name] = endpoint{t.name, []string{region}}
			}
		}
	}
	for name, served := range t.irregular {
		named[name] = endpoint{t.name, served}
	}
}

func tableOf(version string) *table {
	for _, t := range services {
		if t.version == version {
			return t
		}
	}
	return nil
}

// knowsType tells whether a request may name a type in this spelling.
func (t *table) knowsType(s *store, kind string, listing bool) bool {
	return isWord(t.types, kind) || listing && isWord(t.lists, kind) || t.open && s.hasKind(string(t.name), kind)
}

const domain = ".aliyuncs.com"

// endpoint is what a host name says: the service and the regions it serves.
type endpoint struct {
	service Service
	regions []string // nil: any
}

func (e *endpoint) serves(region string) bool {
	return e.regions == nil || slices.Contains(e.regions, region)
}

// resolve finds the endpoint of a host name, as DNS would.
func (s *store) resolve(host string) (endpoint, bool) {
	name, ok := strings.CutSuffix(strings.ToLower(hostname(host)), domain)
	if !ok {
		return endpoint{}, false
	}
	if e, ok := named[name]; ok {
		return e, true
	}
	label, region, _ := strings.Cut(name, ".")
	if t := labels[label]; t != nil && !isWord(t.moved, name) && region != "" && s.hasRegion(region) {
		return endpoint{t.name, []string{region}}, true
	}
	return endpoint{}, false
}

// knowsRegion tells whether the region exists for any service.
func (s *store) knowsRegion(region string) bool { return regions[region] || s.hasRegion(region) }
