package untag_test

import (
	"go/ast"
	"go/build"
	"go/doc"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shownIn lists the names without an example of their own, and the example of the same package that shows them.
// A row may be for several packages and names.
var shownIn = []struct{ packages, names, example string }{
	{"untag", "APIError.Unwrap CallError.Unwrap KeysRemovedError.Unwrap ListError.Unwrap TagsWrittenError.Unwrap ValidationError.Unwrap", "Example_kinds"},
	{"untag", "CallError.Format", "ExampleCallError_Error"},
	{"untag", "Config.Format Config.GoString Config.LogValue", "ExampleConfig_String"},
	{"untag", "Network.String", "ExampleNetwork"},
	{"untag", "Outcome", "ExampleOutcome_String"},
	{"untag", "Problem.String", "ExampleProblem"},
	{"untag", "SignatureVersion.String", "ExampleSignatureVersion"},
	{"untag", "Validation.String", "ExampleValidation"},
	{"tag ecs", "Client.CloseIdleConnections", "ExampleClient"},
	{"tag ecs", "Client.Format", "ExampleClient_String"},
	{"tag ecs", "UntagResourcesRequest", "ExampleClient_UntagResources"},
	{"ecs", "UntagResourcesResponse", "ExampleClient_UntagResources"},
	{"tag ecs", "ListTagResourcesRequest ListTagResourcesResponse TaggedResource", "ExampleClient_ListTagResources"},
	{"tag ecs", "TagResourcesRequest TagResourcesResponse", "ExampleClient_TagResources"},
	{"tag ecs", "TagManyRequest", "ExampleClient_TagMany"},
	{"tag", "Client.ListTagKeysAll ListTagKeysRequest ListTagKeysRequest.Validate ListTagKeysResponse TagKey", "ExampleClient_ListTagKeys"},
	{"tag", "Client.ListTagValuesAll ListTagValuesRequest ListTagValuesRequest.Validate ListTagValuesResponse", "ExampleClient_ListTagValues"},
	{"tag", "Client.ListSupportResourceTypesAll ListSupportResourceTypesRequest ListSupportResourceTypesRequest.Validate " +
		"ListSupportResourceTypesResponse SupportedResourceType SupportedResourceType.Pattern SupportItem", "ExampleClient_ListSupportResourceTypes"},
	{"tag", "Client.DescribeRegionsAll DescribeRegionsRequest DescribeRegionsRequest.Validate DescribeRegionsResponse Region", "ExampleClient_DescribeRegions"},
	{"tag", "Client.ListAssociatedResourceRulesAll ListAssociatedResourceRulesRequest ListAssociatedResourceRulesRequest.Validate " +
		"ListAssociatedResourceRulesResponse AssociatedResourceRule", "ExampleClient_ListAssociatedResourceRules"},
	// Those that name resources by ID are alike, and ecs shows each name by itself.
	{"vpc resourcesharing", "Client Client.CloseIdleConnections Client.Format Client.String Client.ListTagResources Client.ListTagResourcesAll Client.TagMany " +
		"Client.TagResources Client.UntagMany Client.UntagResources Code ListTagResourcesRequest ListTagResourcesRequest.Validate " +
		"ListTagResourcesResponse New ResourceType TagManyRequest TagResourcesRequest TagResourcesRequest.Validate TagResourcesResponse " +
		"TaggedResource UntagManyRequest UntagResourcesRequest UntagResourcesRequest.Validate UntagResourcesResponse", "Example"},
	{"tag", "ARN", "ExampleARN_String"},
	{"tag", "PartialError.Unwrap", "ExamplePartialError_Is"},
	{"tag", "ResourceError.As ResourceError.Error ResourceError.Unwrap", "ExampleResourceError"},
	{"cleanup", "AccountError.Error AccountError.Unwrap", "ExampleAccountError"},
	{"cleanup", "Cost Count Identity Plan ValueCount Warning WarningKind Oddity", "ExampleJob_Plan"},
	{"cleanup", "Found FindOptions", "ExampleJob_Find"},
	{"cleanup", "IncompleteError.Error IncompleteError.Unwrap ListingError ListingError.Error ListingError.Unwrap", "ExampleIncompleteError"},
	{"cleanup", "Job Resource State", "Example"},
	{"cleanup", "Job.Format", "ExampleJob_String"},
	{"cleanup", "Job.Created Job.Local Job.Records Job.Running Job.Runs Record Run", "ExampleInspect"},
	{"cleanup", "RemoveOptions Result", "ExampleJob_Remove"},
	{"cleanup", "RestoreOptions", "ExampleJob_Restore"},
	{"cleanup", "Spec", "ExampleCreate"},
	{"cleanup", "VerifyOptions", "ExampleJob_Verify"},
	{"journal", "CorruptError.Error CorruptError.Unwrap", "ExampleCorruptError"},
	{"journal", "Entry", "ExampleJournal_Entries"},
	{"journal", "Entry.Outcome", "ExampleEntryOf"},
	{"journal", "Journal", "Example"},
	{"journal", "NewSlice Slice.MarshalJSON Slice.Open Slice.Pending Slice.Record Slice.Refused Slice.UnmarshalJSON", "ExampleSlice"},
	{"journal", "PlanError.Error", "ExamplePlanError"},
	{"journal", "Journal.RecordTags", "ExampleJournal_PendingTags"},
	{"journal", "Slice.PendingTags", "ExampleNewTagSlice"},
	{"journal", "Summary", "ExampleJournal_Summary"},
	{"untagtest", "Call.String", "ExampleCall"},
	{"untagtest", "Cloud.Format", "ExampleCloud_String"},
	{"untagtest", "Choices", "ExampleCloud_Choose"},
	{"untagtest", "Cloud.Inherit", "ExampleInheritance"},
	{"untagtest", "Cloud.Restrict", "ExampleTagPolicy"},
	{"untagtest", "Resource.String", "ExampleResource"},
}

// TestEveryNameIsDocumented reads the packages that programs import as go doc does. Every exported name has a comment, and
// every function, type and method an example that is run and that mentions it.
func TestEveryNameIsDocumented(t *testing.T) {
	t.Parallel()
	all := make(map[string]*documentation)
	for _, name := range packages(t) {
		d := documentationOf(t, name)
		all[d.ImportPath] = d
	}
	for _, d := range all {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			d.checkComments(t)
			d.checkFields(t)
			d.checkExamples(t)
			d.checkLinks(t, all)
		})
	}
}

// packages are those that programs import: the root, and the folders right below it that have Go files and belong to its module.
func packages(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*/*.go")
	require.NoError(t, err)
	names := []string{"untag"}
	for _, file := range files {
		name := filepath.Dir(file)
		if _, err := os.Stat(filepath.Join(name, "go.mod")); err != nil && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	require.GreaterOrEqual(t, len(names), 7)
	return names
}

// documentation is what a package says of itself.
type documentation struct {
	*doc.Package
	comments map[string]string        // of functions, types and methods ("Config.String"), and of constants and variables
	fields   map[string]*ast.Field    // of structs ("Config.Region"), and methods of interfaces
	own      map[string][]doc.Example // of functions, types and methods; "" has those of the package
	examples map[string]doc.Example   // by the name of their function
}

func (d *documentation) has(name string) bool {
	_, isName := d.comments[name]
	_, isField := d.fields[name]
	return isName || isField
}

func documentationOf(t *testing.T, name string) *documentation {
	t.Helper()
	dir := name
	if name == "untag" {
		dir = "."
	}
	listed, err := build.ImportDir(dir, 0)
	require.NoError(t, err)
	fset := token.NewFileSet()
	var files []*ast.File
	for _, file := range slices.Concat(listed.GoFiles, listed.XTestGoFiles) {
		parsed, err := parser.ParseFile(fset, filepath.Join(dir, file), nil, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		files = append(files, parsed)
	}
	d := &documentation{
		comments: make(map[string]string), fields: make(map[string]*ast.Field),
		own: make(map[string][]doc.Example), examples: make(map[string]doc.Example),
	}
	d.Package, err = doc.NewFromFiles(fset, files, path.Join("github.com/untag-go/untag", dir))
	require.NoError(t, err)
	d.collect()
	return d
}

func (d *documentation) collect() {
	example := func(name string, of []*doc.Example) {
		d.own[name] = nil
		for _, e := range of {
			d.own[name] = append(d.own[name], *e)
			d.examples["Example"+e.Name] = *e
		}
	}
	functions := func(prefix string, of []*doc.Func) {
		for _, f := range of {
			d.comments[prefix+f.Name] = f.Doc
			example(prefix+f.Name, f.Examples)
		}
	}
	values := func(of []*doc.Value) {
		for _, v := range of {
			for _, spec := range v.Decl.Specs {
				spec := spec.(*ast.ValueSpec)
				for _, name := range spec.Names {
					if name.IsExported() {
						d.comments[name.Name] = v.Doc + spec.Doc.Text() + spec.Comment.Text()
					}
				}
			}
		}
	}
	example("", d.Examples)
	functions("", d.Funcs)
	values(d.Consts)
	values(d.Vars)
	for _, typ := range d.Types {
		d.comments[typ.Name] = typ.Doc
		example(typ.Name, typ.Examples)
		functions("", typ.Funcs)
		functions(typ.Name+".", typ.Methods)
		values(typ.Consts)
		values(typ.Vars)
		var fields *ast.FieldList
		switch of := typ.Decl.Specs[0].(*ast.TypeSpec).Type.(type) {
		case *ast.StructType:
			fields = of.Fields
		case *ast.InterfaceType:
			fields = of.Methods
		default:
			continue
		}
		for _, field := range fields.List {
			for _, name := range field.Names { // of exported ones only: go/doc has taken the others out
				d.fields[typ.Name+"."+name.Name] = field
			}
		}
	}
}

func (d *documentation) checkComments(t *testing.T) {
	if d.Doc == "" {
		t.Error("the package has no comment")
	}
	for name, comment := range d.comments {
		if comment == "" {
			t.Errorf("%s has no comment", name)
		}
	}
}

// checkFields wants a comment at each field of a struct and each method of an interface.
func (d *documentation) checkFields(t *testing.T) {
	for name, field := range d.fields {
		if field.Doc.Text()+field.Comment.Text() == "" {
			t.Errorf("%s has no comment", name)
		}
	}
}

func (d *documentation) checkExamples(t *testing.T) {
	for name, example := range d.examples {
		if example.Output == "" {
			t.Errorf("%s has no output, so it is not run", name)
		}
	}
	listed := d.listed(t)
	for _, name := range slices.Sorted(maps.Keys(d.own)) {
		examples, elsewhere := d.own[name], listed[name]
		switch {
		case name == "":
			continue
		case len(examples) > 0 && elsewhere != "":
			t.Errorf("%s has an example of its own, and is listed as shown in %s", name, elsewhere)
		case elsewhere != "":
			example, ok := d.examples[elsewhere]
			if !ok {
				t.Errorf("%s should be shown in %s, which does not exist", name, elsewhere)
				continue
			}
			examples = append(examples, example)
		}
		if !slices.ContainsFunc(examples, func(e doc.Example) bool { return mentions(e, name[strings.LastIndexByte(name, '.')+1:]) }) {
			t.Errorf("%s has no example that mentions it", name)
		}
	}
}

// listed is shownIn for this package.
func (d *documentation) listed(t *testing.T) map[string]string {
	listed := make(map[string]string)
	for _, row := range shownIn {
		if !slices.Contains(strings.Fields(row.packages), d.Name) {
			continue
		}
		for name := range strings.FieldsSeq(row.names) {
			if _, exists := d.own[name]; !exists || listed[name] != "" {
				t.Errorf("%s is listed, and does not exist or is listed twice", name)
			}
			listed[name] = row.example
		}
	}
	return listed
}

// mentions reports whether an example uses a name, or says in a comment how it comes in: nobody calls Format or Unwrap.
func mentions(e doc.Example, name string) bool {
	found := false
	ast.Inspect(e.Code, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Name == name
		return !found
	})
	word := regexp.MustCompile(`\b` + name + `\b`)
	return found || word.MatchString(e.Doc) || slices.ContainsFunc(e.Comments, func(group *ast.CommentGroup) bool {
		return !strings.Contains(strings.ToLower(group.Text()), "output:") && word.MatchString(group.Text())
	})
}

// checkLinks wants each [Name] in a comment to lead to a name that there is.
func (d *documentation) checkLinks(t *testing.T, all map[string]*documentation) {
	bracketed := regexp.MustCompile(`\[[*A-Za-z][\w./*]*\]`)
	check := func(name, text string) {
		forEachText(d.Parser().Parse(text).Content, func(part comment.Text) {
			switch part := part.(type) {
			case comment.Plain:
				if link := bracketed.FindString(string(part)); link != "" {
					t.Errorf("the comment of %q has the link %s, which leads nowhere", name, link)
				}
			case *comment.DocLink:
				target := all[part.ImportPath]
				if part.ImportPath == "" {
					target = d
				}
				to := strings.TrimPrefix(part.Recv+"."+part.Name, ".")
				if target != nil && to != "" && !target.has(to) { // others lead to a package, or to another module
					t.Errorf("the comment of %q has a link to %s, which does not exist", name, to)
				}
			}
		})
	}
	check("package", d.Doc)
	for name, text := range d.comments {
		check(name, text)
	}
}

func forEachText(blocks []comment.Block, visit func(comment.Text)) {
	for _, block := range blocks {
		switch block := block.(type) {
		case *comment.Paragraph:
			for _, text := range block.Text {
				visit(text)
			}
		case *comment.List:
			for _, item := range block.Items {
				forEachText(item.Content, visit)
			}
		}
	}
}
