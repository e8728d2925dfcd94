package cleanup

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
)

// nothingFound warns of keys and pairs that are on nothing. A misspelt key must not look like a clean account.
func (j *Job) nothingFound(p *Plan) []Warning {
	var all []Warning
	spec := j.spec
	for _, key := range spec.keys() {
		if !slices.ContainsFunc(p.Keys, func(c Count) bool { return c.Name == key }) {
			all = append(all, Warning{Kind: WarnNothing, Key: key, Text: fmt.Sprintf("The key %q is on no resource that was found. Keys are case-sensitive; look whether it is spelt as it is on the resources.", key)})
		}
	}
	for i, t := range spec.Tags {
		found := slices.ContainsFunc(p.Values, func(v ValueCount) bool { return v.Tag.Key == t.Key && v.Tag.Value == t.Value })
		keyFound := slices.ContainsFunc(p.Keys, func(c Count) bool { return c.Name == t.Key })
		if !found && keyFound && p.OtherValues == 0 {
			all = append(all, Warning{Kind: WarnNothing, Key: t.Key, Field: valueField(i), Text: fmt.Sprintf("Tags[%d], with the key %q, is on no resource that was found, and other values of the key are. Values are case-sensitive.", i, t.Key)})
		}
	}
	return all
}

// spelling warns of what is easily a mistake in a key or in a value that was asked for.
func spelling(spec Spec) []Warning {
	var all []Warning
	for _, key := range spec.keys() {
		if odd, text := oddities(key); len(odd) > 0 {
			all = append(all, Warning{Kind: WarnSpelling, Key: key, Oddities: odd, Text: fmt.Sprintf("The key %q %s. It is taken as it stands.", key, text)})
		}
	}
	for i, t := range spec.Tags {
		if odd, text := oddities(t.Value); len(odd) > 0 {
			all = append(all, Warning{Kind: WarnSpelling, Key: t.Key, Field: valueField(i), Oddities: odd, Text: fmt.Sprintf("The value of Tags[%d], with the key %q, %s. It is taken as it stands.", i, t.Key, text)})
		}
	}
	return all
}

func valueField(i int) string { return fmt.Sprintf("Tags[%d].Value", i) }

// oddities are what is odd about a key or a value, and how Text says that.
func oddities(of string) (all []Oddity, text string) {
	var texts []string
	add := func(odd bool, kind Oddity, text string) {
		if odd {
			all, texts = append(all, kind), append(texts, text)
		}
	}
	add(strings.TrimSpace(of) != of, OddSpace, "begins or ends with a space")
	add(strings.ContainsAny(of, ",，、;；"), OddSeparator, "holds a comma or a semicolon, as if it were several")
	add(strings.ContainsFunc(of, func(r rune) bool {
		return r == '\u3000' || '\uff01' <= r && r <= '\uff5e' && !strings.ContainsRune("，；", r)
	}), OddFullWidth, "holds full-width characters, which look like others")
	add(strings.ContainsFunc(of, func(r rune) bool { return unicode.IsControl(r) || unicode.In(r, unicode.Cf) }), OddHidden, "holds characters that do not show")
	return all, strings.Join(texts, ", and ")
}

// incomplete warns of what was not listed to its end.
func (j *Job) incomplete(p *Plan) []Warning {
	if p.Complete {
		return nil
	}
	return []Warning{{Kind: WarnIncomplete, Text: "Find did not come to its end, so resources may be missing here. Call it again; Remove refuses until it does, unless it is told otherwise."}}
}

// unfinished are the listings that failed in the present round.
func (j *Job) unfinished() ([]ListingError, error) {
	var all []ListingError
	for _, name := range j.course.find.regions {
		r, err := j.region(name)
		if err != nil {
			return nil, err
		}
		p, err := r.progress(j.course.find.round)
		if err != nil {
			return nil, err
		}
		for l, f := range p.failed {
			if len(all) < toldFailures {
				all = append(all, ListingError{Service: l.Service, Region: name, Type: l.Type, Key: l.Key, Err: errors.New(f.Message)})
			}
		}
	}
	slices.SortFunc(all, func(a, b ListingError) int { return strings.Compare(a.Error(), b.Error()) })
	return all, nil
}

// rules warns of rules by which a removal goes on to other resources.
func (j *Job) rules(ctx context.Context, c *counter) []Warning {
	var all []Warning
	for _, region := range slices.Sorted(maps.Keys(c.regions)) {
		for rule, err := range j.cloud.rules(ctx, region) {
			if err != nil {
				all = append(all, Warning{Kind: WarnUnchecked, Region: region, Missing: WarnInheritance, Err: err, Text: fmt.Sprintf("Whether rules make resources in %s take over the tags of others is not known: %v", region, err)})
				break
			}
			keys := rule.TagKeys
			if len(keys) == 0 { // a rule for all keys
				keys = j.spec.keys()
			}
			for _, key := range keys {
				if rule.Status == tag.RuleEnabled && c.keys[key] != nil {
					all = append(all, Warning{Kind: WarnInheritance, Key: key, Region: region, Rule: rule.SettingName, Text: fmt.Sprintf(
						"The rule %q in %s makes resources take over the key %q of others: removing it from an instance, say, removes it from its disks as well, and restoring overwrites values that differ there. Resources that carry the key were found by themselves and are saved; what a rule does in between is not.", rule.SettingName, region, key)})
				}
			}
		}
	}
	return all
}

// unsupported warns of types that Tag lists and does not take tags off.
func (j *Job) unsupported(ctx context.Context, c *counter) []Warning {
	if c.resources == 0 {
		return nil
	}
	region := slices.Sorted(maps.Keys(c.regions))[0]
	removable := make(map[typeIn]bool)
	for t, err := range j.cloud.removable(ctx, region) {
		if err != nil {
			return []Warning{{Kind: WarnUnchecked, Missing: WarnUnsupported, Err: err, Text: fmt.Sprintf("Whether Tag removes tags from all the types that were found is not known: %v", err)}}
		}
		removable[typeIn{strings.ToLower(t.Product), strings.ToLower(t.ResourceType)}] = true
	}
	var all []Warning
	for t, n := range c.types {
		if _, own := ownService(t.service, t.resourceType); !own && !removable[t] {
			name := t.service + "/" + t.resourceType
			all = append(all, Warning{Kind: WarnUnsupported, Type: name, Resources: n, Text: name + " is not among the types that Tag says it removes tags from, so the service may refuse."})
		}
	}
	slices.SortFunc(all, func(a, b Warning) int { return strings.Compare(a.Text, b.Text) })
	return all
}

// notRestorable warns of tags that could not be written again as they are.
func (c *counter) notRestorable() []Warning {
	all := make([]Warning, 0, len(c.lossy))
	for l, n := range c.lossy {
		all = append(all, Warning{Kind: WarnNotRestorable, Key: l.key, Reason: l.reason, Resources: n, Text: fmt.Sprintf("On %d resources the value of the key %q could not be restored: it %s.", n, l.key, l.reason)})
	}
	slices.SortFunc(all, func(a, b Warning) int { return strings.Compare(a.Text, b.Text) })
	return all
}

// unseen says what no Find can see.
func (j *Job) unseen() []Warning {
	regions := len(j.course.find.regions)
	return []Warning{
		{Kind: WarnEmptyValues, Text: "Tag cannot be asked for empty values, so of resources other than those of ECS, VPC IPAM and Resource Sharing, tags with an empty value are found only beside another tag that was asked for, unless Find lists by type."},
		{Kind: WarnUnseen, Text: "Resources of other accounts, of types that Tag does not list, and those that the credentials may not read are not found. A service may leave them out without saying so."},
		{Kind: WarnRegions, Regions: regions, Text: "Regions that were not searched are not seen. Some central services list their resources in one region only; " + strconv.Itoa(regions) + " regions were searched."},
	}
}

func policies() []Warning {
	return []Warning{{Kind: WarnPolicies, Text: "Not checked: RAM policies that allow by this tag may stop allowing, for the credentials in use, too, and then nothing can be restored; tag policies may put a tag back or refuse its value; bills are split by the tags of their time, which a restore does not repair."}}
}

// notWritable says what keeps a tag from being written by a route, "" if nothing that is known of does.
func notWritable(via route, p pair) string {
	problem := checkWrite(via, untag.Tag{Key: p[0], Value: p[1]})
	if problem == nil {
		return ""
	}
	validation, ok := errors.AsType[*untag.ValidationError](problem)
	if !ok || len(validation.Problems) == 0 {
		return "breaks a rule of the service"
	}
	return withoutValues(validation.Problems[0].Reason, []string{p[1]})
}
