package tag

// Service is for the test of its codes.
var Service = service
