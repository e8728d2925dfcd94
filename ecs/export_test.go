package ecs

// Service is for the test of its codes.
var Service = service.Service
