package untagtest

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The limits of the documents, kept apart from the SDK's on purpose: the two shall be able to disagree.
const (
	tagMaxResources, tagMaxKeys     = 50, 10
	ecsMaxResources, ecsMaxKeys     = 50, 20
	ipamMaxResources, ipamMaxKeys   = 20, 20
	shareMaxResources, shareMaxKeys = 20, 20

	ecsMaxKeyLength  = 128
	ipamMaxKeyLength = 64
	// The documents of Tag and Resource Sharing have a code for invalid keys and no rule. This length is the one of ECS.
	otherMaxKeyLength = 128

	shareType = "ResourceShare"
	// ecsTypes are the 17 types of ECS, ten of the document at hand and seven of later editions.
	ecsTypes = " instance disk snapshot image securitygroup volume eni ddh ddhcluster keypair launchtemplate reservedinstance" +
		" snapshotpolicy elasticityassurance capacityreservation command invocation "
	ipamTypes = " IPAM IPAMSCOPE IPAMPOOL "

	// maxBody bounds what a call may send, and maxURI "/?" and query: for long ones users saw the 414 page of a gateway.
	// The real bounds are not documented; 8 KiB is what such gateways allow unless told otherwise.
	maxBody = 1 << 20
	maxURI  = 8 << 10
)

// duplicate returns whether a key stands twice.
func duplicate(keys []string) bool {
	for i, k := range keys {
		for _, other := range keys[:i] {
			if k == other {
				return true
			}
		}
	}
	return false
}

// ecsKey: "It can be an empty string, has up to 128 characters, does not start with aliyun or acs:, and does not contain
// http:// or https://." How the prefixes are compared is documented nowhere; here their case matters.
func ecsKey(key string) bool {
	return utf8.ValidString(key) && utf8.RuneCountInString(key) <= ecsMaxKeyLength &&
		!strings.HasPrefix(key, "aliyun") && !strings.HasPrefix(key, "acs:") &&
		!strings.Contains(key, "http://") && !strings.Contains(key, "https://")
}

// ipamKey: empty, or up to 64 letters, digits, ".", "_" and "-", of which the first is a letter. The Chinese page lets it be
// a Chinese character as well, so Chinese characters are letters here. The characters rule out acs: and http:// too.
func ipamKey(key string) bool {
	if !utf8.ValidString(key) || utf8.RuneCountInString(key) > ipamMaxKeyLength || strings.HasPrefix(key, "aliyun") {
		return false
	}
	for i, r := range key {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || unicode.Is(unicode.Han, r)
		if !letter && (i == 0 || !strings.ContainsRune("0123456789._-", r)) {
			return false
		}
	}
	return true
}

// otherKey is the rule of Tag and Resource Sharing, by choice: the documents say no more than that invalid keys exist.
func otherKey(key string) bool {
	return utf8.ValidString(key) && utf8.RuneCountInString(key) <= otherMaxKeyLength && !strings.ContainsFunc(key, unicode.IsControl)
}

// firstBad returns the first key that breaks the rule.
func firstBad(keys []string, rule func(string) bool) (string, bool) {
	for _, k := range keys {
		if !rule(k) {
			return k, true
		}
	}
	return "", false
}
