// Package bulk is the engine behind every …Many: any number of resources in, one outcome for each of them out.
//
// A run has two halves. The plan decides: it is a pure value that is told what was read and what came of each call, and says
// which call goes out next. The shell around it has the goroutines, the clock and the one lock: the caller's goroutine
// reads the input into a window of bounded size and yields the outcomes, and each call under way has a goroutine.
//
// What differs between the operations is an Operation. How many resources a call takes is the policy's decision, how many calls
// are in flight a pace.Width's, and when one may start a pace.Limiter's.
package bulk
