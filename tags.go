package untag

// Tag is one tag of a resource. Keys and values are case-sensitive. A key has 1 to 128 characters, a value 0 to 128, fewer
// in some services; the services' packages say which.
type Tag struct {
	// Key and Value are as the service has them.
	Key, Value string
	// System says that the cloud set the tag. It can be read, and neither written nor removed. Tag says so of each tag
	// that it lists; for the other services it is said of every key that starts with "acs:" or "aliyun". Requests that
	// write refuse it.
	System bool
}

// TagFilter selects resources by a tag in the lists of ECS, VPC IPAM and Resource Sharing. (Tag filters by pairs alone.)
type TagFilter struct {
	// Key is the key of the tag, not empty.
	Key string
	// Value is the value of the tag; "" is the empty value. It must be "" with AnyValue.
	Value string
	// AnyValue selects every resource that has the key.
	AnyValue bool
}
