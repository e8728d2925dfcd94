package tag

import (
	"encoding/json"

	"github.com/untag-go/untag/internal/listing"
)

// Service is for the test of its codes.
var Service = service

// ScanResources and DecodeResources are the two ways to read a list.
var (
	ScanResources   = scanResources
	DecodeResources = decodeResources
)

// DecodePage is what a call makes of an answer in JSON.
func DecodePage(request ListTagResourcesRequest, data []byte) (listing.Page[TaggedResource], error) {
	answer := &listAnswer{request: request}
	if err := json.Unmarshal(data, answer); err != nil {
		return listing.Page[TaggedResource]{}, err
	}
	if err := answer.Check(); err != nil {
		return listing.Page[TaggedResource]{}, err
	}
	return answer.Page(), nil
}
