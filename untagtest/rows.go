package untagtest

// tagRow is one tag of one resource, in the lists of the services that name resources by ID.
type tagRow struct {
	ResourceID   string `json:"ResourceId" xml:"ResourceId"`
	ResourceType string
	TagKey       string
	TagValue     string
}

// nestedRows is the list of ECS and Resource Sharing.
type nestedRows struct {
	envelope

	TagResources *struct{ TagResource []tagRow } `json:",omitempty"`
	NextToken    nextToken                       `json:",omitzero"`
}

// flatRows is the list of VPC IPAM.
type flatRows struct {
	envelope

	TagResources []tagRow  `json:",omitzero"`
	NextToken    nextToken `json:",omitzero"`
}

// answer writes a page as rows. The type is spelled as in the request.
func (b byID) answer(page listing, kind string) body {
	rows := make([]tagRow, 0, page.rows(true))
	for _, h := range page.hits {
		for _, t := range h.tags {
			rows = append(rows, tagRow{h.of.id, kind, t.Key, t.Value})
		}
	}
	switch {
	case b.flat && page.bare:
		return &flatRows{NextToken: page.next}
	case b.flat:
		return &flatRows{TagResources: rows, NextToken: page.next}
	case page.bare:
		return &nestedRows{NextToken: page.next}
	}
	return &nestedRows{TagResources: &struct{ TagResource []tagRow }{rows}, NextToken: page.next}
}

// listedARN is a resource in the list of Tag.
type listedARN struct {
	ResourceARN string
	Tags        []listedTag
}

type listedTag struct{ Key, Value, Category string }

// arnRows is the list of Tag.
type arnRows struct {
	envelope

	NextToken    nextToken   `json:",omitzero"`
	TagResources []listedARN `json:",omitzero"`
}

func (c *Cloud) arnAnswer(page listing) body {
	rows := make([]listedARN, len(page.hits))
	for i, h := range page.hits {
		rows[i] = listedARN{ResourceARN: h.of.arn(c.number), Tags: make([]listedTag, len(h.tags))}
		for j, t := range h.tags {
			rows[i].Tags[j] = listedTag{t.Key, t.Value, category(t.System)}
		}
	}
	if page.bare {
		rows = nil
	}
	return &arnRows{NextToken: page.next, TagResources: rows}
}

func category(system bool) string {
	if system {
		return "System"
	}
	return "Custom"
}

// body is the answer of an operation, before it has a request ID.
type body interface {
	stamp(requestID string)
	verdict() string
}

// envelope is what every answer has.
type envelope struct {
	RequestID string `json:"RequestId" xml:"RequestId"`
}

func (e *envelope) stamp(requestID string) { e.RequestID = requestID }
func (e *envelope) verdict() string        { return VerdictOK }
