package cleanup

import (
	"fmt"
	"strconv"
	"time"

	"github.com/untag-go/untag"
)

// checkOptions checks what all options have.
func checkOptions(request string, concurrency int, deadline *time.Duration) error {
	var problems []untag.Problem
	if concurrency < 0 || concurrency > maxConcurrency {
		problems = append(problems, untag.Problem{Field: "Concurrency", Value: strconv.Itoa(concurrency), Reason: "is not between 0 and 256"})
	}
	if deadline != nil && *deadline < 0 {
		problems = append(problems, untag.Problem{Field: "Deadline", Value: deadline.String(), Reason: "is negative"})
	}
	if len(problems) == 0 {
		return nil
	}
	return &untag.ValidationError{Request: request, Problems: problems}
}

func order(text string) error { return fmt.Errorf("%w: %s", ErrOrder, text) }
