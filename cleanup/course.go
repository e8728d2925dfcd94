package cleanup

import "slices"

// course is where a job stands: what the lines of job.log, but the first, come to. It is a pure value.
type course struct {
	run int // the last one

	find struct {
		round   int // the run that began the last round; 0: none has
		ended   bool
		regions []string // where it searches
		told    []string // regions whose resources Find has yielded
	}
	removing  bool
	verify    round
	restoring bool
}

// round is runs of a step that go on with one another until one comes to its end.
type round struct {
	first int // the run that began it; 0: none has
	ended bool
}

func (c *course) apply(e event) {
	c.run = max(c.run, e.Run)
	switch e.Step {
	case stepFind:
		switch {
		case e.Told != "":
			c.find.told = append(c.find.told, e.Told)
		case e.End:
			c.find.ended = true
		case len(e.Regions) > 0: // those of a new round
			c.find.round, c.find.ended, c.find.told = e.Run, false, nil
			c.find.regions = e.Regions
		}
	case stepRemove:
		c.removing = true
	case stepVerify:
		switch {
		case e.End:
			c.verify.ended = true
		case c.verify.first == 0 || c.verify.ended:
			c.verify = round{first: e.Run}
		}
	case stepRestore:
		c.restoring = true
	}
}

// written reports whether both logs of a region must be there: a find has ended, or a later step has begun, since it was
// searched, and each of them opens the logs of all regions before it says so.
func written(events []event, region string) bool {
	searched := false
	for _, e := range events {
		if e.Step == stepFind && slices.Contains(e.Regions, region) {
			searched = true
		}
		if searched && (e.Step != stepFind || e.End) {
			return true
		}
	}
	return false
}

// everSearched are all regions that any round has searched, sorted. What an earlier round found stays found.
func everSearched(events []event) []string {
	var all []string
	for _, e := range events {
		if e.Step == stepFind {
			all = append(all, e.Regions...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
