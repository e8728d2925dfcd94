package chain

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Variables of the chain. The first three are an access key.
const (
	varID     = "ALIBABA_CLOUD_ACCESS_KEY_ID"
	varSecret = "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
	varToken  = "ALIBABA_CLOUD_SECURITY_TOKEN"

	varRoleARN      = "ALIBABA_CLOUD_ROLE_ARN"
	varProviderARN  = "ALIBABA_CLOUD_OIDC_PROVIDER_ARN"
	varOIDCToken    = "ALIBABA_CLOUD_OIDC_TOKEN"
	varOIDCFile     = "ALIBABA_CLOUD_OIDC_TOKEN_FILE"
	varSessionName  = "ALIBABA_CLOUD_ROLE_SESSION_NAME"
	varSTSEndpoint  = "ALIBABA_CLOUD_STS_ENDPOINT"
	varSTSRegion    = "ALIBABA_CLOUD_STS_REGION"
	varVPC          = "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"
	varProfile      = "ALIBABA_CLOUD_PROFILE"
	varConfigFile   = "ALIBABA_CLOUD_CONFIG_FILE"
	varCLIDisabled  = "ALIBABA_CLOUD_CLI_PROFILE_DISABLED"
	varSharedFile   = "ALIBABA_CLOUD_CREDENTIALS_FILE"
	varRoleName     = "ALIBABA_CLOUD_ECS_METADATA"
	varNoMetadata   = "ALIBABA_CLOUD_ECS_METADATA_DISABLED"
	varNoMetadataV1 = "ALIBABA_CLOUD_IMDSV1_DISABLED"
	varURI          = "ALIBABA_CLOUD_CREDENTIALS_URI"
)

func isTrue(variable string) bool { return strings.EqualFold(os.Getenv(variable), "true") }

// environment is an access key in variables. One that is incomplete or misspelt ends the chain: what would follow
// is another identity.
func environment() (*source, string, error) {
	const name = "environment variables"
	k, err := readEnvironment()
	switch {
	case err != nil:
		return nil, "", failure(name, err)
	case k.id == "":
		return nil, varID + " is not set", nil
	}
	return &source{name: name, live: true, fetch: func() (keys, error) {
		k, err := readEnvironment()
		if err == nil && k.id == "" {
			err = errors.New(varID + " is no longer set")
		}
		return k, err
	}}, "", nil
}

// readEnvironment returns no keys where nothing is set.
func readEnvironment() (keys, error) {
	id, secret, token := os.Getenv(varID), os.Getenv(varSecret), os.Getenv(varToken)
	if id != "" && secret != "" {
		return keys{id: id, secret: secret, token: token}, nil
	}
	odd := misspelt(os.Environ())
	var set, unset []string
	for _, v := range []struct{ name, value string }{{varID, id}, {varSecret, secret}, {varToken, token}} {
		if v.value != "" {
			set = append(set, v.name)
		} else if v.name != varToken {
			unset = append(unset, v.name)
		}
	}
	switch {
	case set != nil && odd != nil:
		return keys{}, fmt.Errorf("%s set without %s, and %s set, but not read: is that a misspelling?", are(set), strings.Join(unset, " and "), are(odd))
	case set != nil:
		return keys{}, fmt.Errorf("%s set without %s: set all or none", are(set), strings.Join(unset, " and "))
	case odd != nil:
		return keys{}, fmt.Errorf("%s set, but not read: is that a misspelling? %s, %s and %s are read", are(odd), varID, varSecret, varToken)
	}
	return keys{}, nil
}

// are is "A is" or "A and B are".
func are(names []string) string {
	if len(names) == 1 {
		return names[0] + " is"
	}
	return strings.Join(names, " and ") + " are"
}

// misspelt returns the variables with a value that look like those of an access key and are none: ALIBABA_CLOUD_ACCESS…,
// two or fewer letters off, or the prefixes that the vendor's command line reads too and its SDKs do not.
func misspelt(environ []string) (names []string) {
	known := []string{varID, varSecret, varToken}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if value == "" || slices.Contains(known, name) {
			continue
		}
		near := strings.HasPrefix(name, "ALIBABA_CLOUD_ACCESS") || name == "ALICLOUD_ACCESS_KEY_ID" || name == "ALICLOUD_ACCESS_KEY_SECRET"
		for _, right := range known {
			near = near || distance(strings.ToUpper(name), right) <= 2
		}
		if near {
			names = append(names, fmt.Sprintf("%.60s", name))
		}
	}
	slices.Sort(names)
	return names
}

// distance is the Levenshtein distance, or more than 2 where the lengths tell already.
func distance(a, b string) int {
	if len(a) > len(b)+2 || len(b) > len(a)+2 {
		return 3
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
