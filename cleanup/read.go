package cleanup

import (
	"context"
	"errors"

	"github.com/untag-go/untag"
)

// present is what a read showed of a resource: the values of the keys that the job touches. err is why it could not be read.
type present struct {
	values map[string]string
	err    error
}

// read asks for the tags of these very resources, by the names that calls use. A resource that is not listed has none. If
// the service refuses all for the sake of one that does not exist, it is looked for by halves. An error is one that is not
// about a resource.
func (j *Job) read(ctx context.Context, region string, via route, names []string) ([]present, error) {
	all, err := j.cloud.tagsOf(ctx, region, via, names)
	if err != nil {
		switch {
		case errors.Is(err, untag.ErrNotFound) && len(names) > 1:
			first, err := j.read(ctx, region, via, names[:len(names)/2])
			if err != nil {
				return nil, err
			}
			second, err := j.read(ctx, region, via, names[len(names)/2:])
			return append(first, second...), err
		case errors.Is(err, untag.ErrNotFound):
			return []present{{err: err}}, nil
		}
		return nil, err
	}
	shown := make([]present, len(names))
	keys := j.keys
	for i, tags := range all {
		shown[i].values = make(map[string]string, len(keys))
		for _, t := range tags {
			if keys[t.Key] && !t.System {
				shown[i].values[t.Key] = t.Value
			}
		}
	}
	return shown, nil
}

// mostLooks is how often a Before step reads again because the disk took longer than freshFor.
const mostLooks = 5

var errSlowDisk = errors.New("the disk takes so long to keep what was read that it is out of date by then; nothing was sent")

// look is read for a Before step: what fails without saying that further reads must fail as well is the outcome of the
// resources, and an error is the run's.
func (j *Job) look(ctx context.Context, region string, via route, names []string) ([]present, error) {
	shown, err := j.read(ctx, region, via, names)
	if err == nil {
		return shown, nil
	}
	if endsRun(err) || ctx.Err() != nil {
		return nil, err
	}
	shown = make([]present, len(names))
	for i := range shown {
		shown[i].err = err
	}
	return shown, nil
}
