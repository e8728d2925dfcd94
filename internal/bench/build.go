package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// programs are those of programs/build. The first is what the others are measured by.
var programs = []struct {
	dir, name string
	heavy     bool // tens of seconds, so it is built once
}{
	{dir: "credentials", name: "credentials-go and tea alone"},
	{dir: "untag", name: "untag: tag, ecs, vpc, resourcesharing"},
	{dir: "classic", name: "alibaba-cloud-sdk-go (V1): tag, ecs", heavy: true},
	{dir: "openapi", name: "generated on darabonba-openapi/v2 (V3): tag, ecs, vpcipam", heavy: true},
}

// buildTables measures the first build of a program: the modules are there and the standard library is compiled, nothing
// else is.
func buildTables(ctx context.Context, quick bool) ([]table, error) {
	rounds := 5
	if quick {
		rounds = 1
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	library := filepath.Join(dir, "std")
	if _, err := build(ctx, library, "std"); err != nil {
		return nil, err
	}

	all := make([]series, len(programs))
	peaks, sizes := make([]int64, len(programs)), make([]int64, len(programs))
	for round := range rounds {
		for turn := range programs {
			i := (round + turn) % len(programs)
			program := programs[i]
			if program.heavy && (round > 0 || quick) {
				continue
			}
			b, err := buildFirst(ctx, dir, library, program.dir)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", program.dir, err)
			}
			all[i].samples = append(all[i].samples, b.sample)
			peaks[i], sizes[i] = max(peaks[i], b.peak), b.size
		}
	}
	t := table{
		title: "A first build, the standard library ready",
		head:  []string{"", "s", "of credentials-go and tea", "CPU s", "of credentials-go and tea", "largest process, MB", "binary, MB", "of credentials-go and tea"},
	}
	for i, s := range all {
		if len(s.samples) == 0 {
			continue
		}
		base := all[0]
		base.samples = base.samples[:min(len(s.samples), len(base.samples))]
		t.add(programs[i].name, figure(s.median(wall)), times(s.ratio(base, wall)), figure(s.median(cpu)), times(s.ratio(base, cpu)),
			megabytes(peaks[i]), megabytes(sizes[i]), times(float64(sizes[i])/float64(sizes[0])))
	}
	return []table{t}, nil
}

// built is one build, in seconds and bytes.
type built struct {
	sample
	peak, size int64
}

// buildFirst builds a program with a build cache that holds the standard library.
func buildFirst(ctx context.Context, dir, library, program string) (built, error) {
	cache, binary := filepath.Join(dir, "cache"), filepath.Join(dir, "program")
	if err := linkTree(cache, library); err != nil {
		return built{}, err
	}
	defer func() { _ = os.RemoveAll(cache) }()
	b, err := build(ctx, cache, "-tags", "programs", "-o", binary, "./programs/build/"+program)
	if err != nil {
		return built{}, err
	}
	info, err := os.Stat(binary)
	if err != nil {
		return built{}, err
	}
	b.size = info.Size()
	return b, os.Remove(binary)
}

// build runs go build with a build cache of its own.
func build(ctx context.Context, cache string, args ...string) (built, error) {
	command := goCommand(ctx, append([]string{"build"}, args...)...)
	command.Env = append(command.Env, "GOCACHE="+cache)
	start := time.Now()
	err := command.Run()
	took := time.Since(start)
	if err != nil {
		return built{}, err
	}
	state := command.ProcessState
	return built{sample{wall: took.Seconds(), cpu: (state.UserTime() + state.SystemTime()).Seconds()}, peakMemory(state), 0}, nil
}

// linkTree makes a second directory of the same files. The go command never changes a file of its cache, it replaces it.
func linkTree(to, from string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, relative)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		if err := os.Link(path, target); err == nil || errors.Is(err, fs.ErrExist) {
			return err
		}
		return copyFile(target, path)
	})
}

func copyFile(to, from string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	target, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}
