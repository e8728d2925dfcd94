package chain

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// cloudSSOKeys asks the sign-in portal of CloudSSO with the access token that the command line keeps. It cannot renew
// that token: a person must.
func (p *profile) cloudSSOKeys() (keys, error) {
	again := fmt.Sprintf("sign in again: aliyun configure --mode CloudSSO --profile %s", p.Name)
	switch {
	case p.SignInURL == "" || p.AccountID == "" || p.AccessConfig == "":
		return keys{}, errors.New("it has no cloud_sso_sign_in_url, cloud_sso_account_id or cloud_sso_access_config; " + again)
	case p.AccessToken == "":
		return keys{}, errors.New("it has no access_token; " + again)
	case p.AccessTokenExpire <= time.Now().Unix():
		return keys{}, fmt.Errorf("the CloudSSO session expired at %s; %s", instant(p.AccessTokenExpire), again)
	}
	u, err := checkURL(p.SignInURL)
	if err != nil {
		return keys{}, fmt.Errorf("its cloud_sso_sign_in_url %w", err)
	}
	body, _ := json.Marshal(map[string]string{"AccountId": p.AccountID, "AccessConfigurationId": p.AccessConfig}) //nolint:errchkjson // strings
	answer, err := askWithBearer(u.Scheme+"://"+u.Host+"/cloud-credentials", p.AccessToken, body)
	if err != nil {
		return keys{}, err
	}
	var data struct {
		CloudCredential session
		signInError
	}
	if err := data.check("CloudSSO", answer, &data, again, p.secrets()...); err != nil {
		return keys{}, err
	}
	return data.CloudCredential.keys("CloudSSO")
}

// The portals of OAuth, by site. Source: credentials-go v1.4.14.
var oauthSites = map[string]string{"CN": "https://oauth.aliyun.com", "INTL": "https://oauth.alibabacloud.com"}

// oauthKeys uses the keys that the command line left in the profile, or exchanges its access token for new ones. It does
// not renew that token: the refresh token would be used up, and the new one is the command line's to keep.
func (p *profile) oauthKeys() (keys, error) {
	k := keys{id: p.AccessKeyID, secret: p.AccessKeySecret, token: p.STSToken, expires: time.Unix(p.STSExpiration, 0)}
	if k.secret != "" && k.token != "" && k.usable() {
		return k, nil
	}
	again := fmt.Sprintf("run a command of aliyun with --profile %s, which renews it, or sign in again: aliyun configure --mode OAuth --profile %s", p.Name, p.Name)
	site := oauthSites[strings.ToUpper(p.OAuthSite)]
	switch {
	case site == "":
		return keys{}, errors.New("its oauth_site_type is neither CN nor INTL")
	case p.OAuthAccessToken == "":
		return keys{}, errors.New("it has no oauth_access_token; " + again)
	case p.OAuthAccessTokenExpire <= time.Now().Unix():
		return keys{}, fmt.Errorf("the OAuth access token expired at %s, and renewing it is not supported; %s", instant(p.OAuthAccessTokenExpire), again)
	}
	answer, err := askWithBearer(site+"/v1/exchange", p.OAuthAccessToken, nil)
	if err != nil {
		return keys{}, err
	}
	var data struct {
		session
		signInError
	}
	if err := data.check("OAuth", answer, &data, again, p.secrets()...); err != nil {
		return keys{}, err
	}
	return data.keys("OAuth")
}

// signInError is the form of a refusal: of the two services' documents, and of OAuth 2.0.
type signInError struct {
	RequestID     string `json:"RequestId"`
	ErrorCode     string
	ErrorMessage  string
	Code, Message string
	Kind          string `json:"error"`
	Description   string `json:"error_description"`
}

func (e *signInError) check(who string, answer reply, into any, advice string, secrets ...string) error {
	err := json.Unmarshal(answer.body, into)
	if answer.status == http.StatusOK {
		if err != nil {
			return errors.New("the answer of " + who + " is not the JSON that was expected")
		}
		return nil
	}
	return refusal(who, answer.status, e.ErrorCode+e.Code+e.Kind, e.ErrorMessage+e.Message+e.Description, e.RequestID, advice, secrets...)
}

func askWithBearer(address, token string, body []byte) (reply, error) {
	header := http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}, "Authorization": {"Bearer " + token}}
	return ask(http.MethodPost, address, header, body, patience, token)
}

func instant(unix int64) string {
	if unix == 0 {
		return "a time that the profile does not say"
	}
	return time.Unix(unix, 0).UTC().Format(time.RFC3339)
}
