package journal

// File is what a Journal writes to.
type File = file

// WrapFile puts something between a Journal and its file, such as a fault.
func (j *Journal) WrapFile(wrap func(File) File) { j.file = wrap(j.file) }

// Set is the set of resources that a Journal keeps in memory.
type Set struct {
	seeds seeds
	table table[struct{}]
}

func NewSet() *Set                { return &Set{seeds: newSeeds()} }
func (s *Set) Add(id string)      { s.table.put(s.seeds.string(id), struct{}{}) }
func (s *Set) Has(id string) bool { return s.table.find(s.seeds.string(id)) != nil }
func (s *Set) AddBytes(id []byte) { s.table.put(s.seeds.bytes(id), struct{}{}) }
func (s *Set) Len() (n int) {
	for i := range s.table.segments {
		n += s.table.segments[i].used
	}
	return n
}

// HandedOut is how many resources RecordTags waits for.
func (j *Journal) HandedOut() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.handouts.open)
}
