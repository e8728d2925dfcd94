package main

// The modes of a report.
const (
	modeLive      = "live"
	modeRehearsal = "rehearsal"
)

// origin is what a report is about. Every row carries it, so that no row can be taken for one of another job, another
// account, or of real work.
type origin struct {
	Service      string `json:"service"`
	Region       string `json:"-"`
	ResourceType string `json:"resource_type,omitempty"`
	Keys         string `json:"keys,omitempty"` // as -keys reads them
	All          bool   `json:"all,omitempty"`
	Account      string `json:"account"`
	Endpoint     string `json:"endpoint"`
	Mode         string `json:"mode"`
}

// mismatch says why rows of a report about other are of no use for a run of o; nil if they are.
func (o *origin) mismatch(other origin) error {
	rehearsal := o.Mode == modeRehearsal // it reaches no account, so it may look at the report of any
	switch {
	case other.Mode == modeRehearsal && !rehearsal:
		return msg("the report is one of a rehearsal: nothing in it was really done. Give the list of resources instead")
	case other.Mode != modeLive && other.Mode != modeRehearsal:
		return msg("the report does not say whether it was a rehearsal. Give the list of resources instead")
	case other.Service != o.Service:
		return msg("the report is about %s, this run about %s", clean(other.Service, 40), o.Service)
	case other.ResourceType != o.ResourceType:
		return msg("the report is about resources of the type %s, this run about %s", clean(other.ResourceType, 40), o.ResourceType)
	case other.Keys != o.Keys || other.All != o.All:
		return msg("the report is about other keys (%s): what it calls done is not done for this run. Give the list of resources instead", clean(whichKeys(other), 100))
	case other.Account != o.Account && !rehearsal:
		return msg("the report is about the account %s, this run about %s", clean(other.Account, 40), o.Account)
	case other.Endpoint != o.Endpoint && !rehearsal:
		return msg("the report is of a run against the endpoint %s, this one goes to %s", clean(other.Endpoint, 80), o.Endpoint)
	}
	return nil
}

func whichKeys(o origin) string {
	if o.All {
		return "-all"
	}
	return o.Keys
}
