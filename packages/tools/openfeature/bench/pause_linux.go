package main

import (
	"syscall"
	"time"
)

// Go's own timers wake up a millisecond late, which would count as the server's time. It must be called with a thread of one's own.
func pause(duration time.Duration) {
	if duration <= 0 {
		return
	}
	wait := syscall.NsecToTimespec(duration.Nanoseconds())
	for syscall.Nanosleep(&wait, &wait) == syscall.EINTR {
	}
}
