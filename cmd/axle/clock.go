package main

import "time"

// clock is the wall clock: what a lab in real time starts with.
func clock() time.Time { return time.Now().UTC() }
