package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"
)

// Connections that are kept; a request that finds none free waits, and its waiting counts.
const connections = 16

// What a request took, and how late it was begun: that part is the generator's own, and is counted all the same.
type taken struct {
	Took    []int64 `json:"took"`
	Late    []int64 `json:"late"`
	Refused int     `json:"refused"`
}

func load(url, body string, rate, seconds int) {
	transport := &http.Transport{MaxConnsPerHost: connections, MaxIdleConnsPerHost: connections}
	client := &http.Client{Transport: transport}
	count := rate * seconds
	all := taken{Took: make([]int64, count), Late: make([]int64, count)}
	var mutex sync.Mutex
	var done sync.WaitGroup
	every := time.Second / time.Duration(rate)
	// The one that waits holds a thread, and must not keep a processor from those that read answers.
	runtime.GOMAXPROCS(runtime.NumCPU() + 1)
	runtime.LockOSThread()
	began := time.Now()
	for place := range count {
		due := began.Add(time.Duration(place) * every)
		pause(time.Until(due))
		all.Late[place] = time.Since(due).Microseconds()
		done.Add(1)
		go func() {
			defer done.Done()
			answer, err := client.Post(url, "application/json", strings.NewReader(body))
			if err == nil {
				_, err = io.Copy(io.Discard, answer.Body)
				_ = answer.Body.Close()
			}
			all.Took[place] = time.Since(due).Microseconds()
			if err != nil || answer.StatusCode != http.StatusOK {
				mutex.Lock()
				all.Refused++
				mutex.Unlock()
			}
		}()
	}
	done.Wait()
	fmt.Println(string(must(json.Marshal(all))))
	os.Exit(0)
}
