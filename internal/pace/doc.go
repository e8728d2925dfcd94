// Package pace decides when a call may start: the quota of the service, the
// pauses it names, the slow-down after throttling and the way back up.
//
// One [Limiter] stands for one quota, that is one client and region, and is
// shared by single calls and bulk runs. It sends calls off one by one in the
// order they came, without saving up unused permission, because a service that
// throttles punishes bursts most. It runs no goroutine of its own.
//
// Calls that bring a [Slot] form a line of their own and send only the first
// of it to the common turn. So a bulk run whose slots are all in use holds up
// neither the single calls nor the runs beside it, and runs take turns.
package pace
