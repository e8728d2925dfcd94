//go:build programs

// Command credentials uses what the SDK stands on and nothing of the SDK: credentials, and the error type of the vendor's core.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"
)

func main() {
	provider, err := credentials.NewCredential(nil)
	if err == nil {
		_, err = provider.GetCredential()
	}
	if sdkErr := (*tea.SDKError)(nil); errors.As(err, &sdkErr) {
		fmt.Fprintln(os.Stderr, tea.StringValue(sdkErr.Code))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
