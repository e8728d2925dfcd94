package chain

// Split, ReadSection and Misspelt are what parses.
var (
	Split       = split
	ReadSection = readSection
	Misspelt    = misspelt
)

// Current reads a configuration and what its current profile would be asked for.
func Current(data []byte) error {
	c, err := readConfiguration(data)
	if err != nil {
		return err
	}
	p, err := c.profile(c.Current)
	if err != nil || p == nil {
		return err
	}
	_, err = c.fetcher(p, nil)
	return err
}
