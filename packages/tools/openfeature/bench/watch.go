package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"buf.build/gen/go/open-feature/flagd/grpc/go/flagd/sync/v1/syncv1grpc"
	syncv1 "buf.build/gen/go/open-feature/flagd/protocolbuffers/go/flagd/sync/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// watchers are streams that wait for the same text.
type watchers struct {
	mutex   sync.Mutex
	wanted  string
	last    []string
	waiting map[int]bool
	all     chan struct{}
}

func (w *watchers) heard(place int, set string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.last[place] = set
	if w.waiting[place] && strings.Contains(set, w.wanted) {
		delete(w.waiting, place)
		if len(w.waiting) == 0 {
			close(w.all)
		}
	}
}

func (w *watchers) until(text string) {
	w.mutex.Lock()
	w.wanted, w.all, w.waiting = text, make(chan struct{}), map[int]bool{}
	for place, set := range w.last {
		if set == "" || !strings.Contains(set, text) {
			w.waiting[place] = true
		}
	}
	if len(w.waiting) == 0 {
		close(w.all)
	}
	all := w.all
	w.mutex.Unlock()
	<-all
}

func watch(address string, count int) {
	all := &watchers{last: make([]string, count), waiting: map[int]bool{}}
	for place := range count {
		connection := must(grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials())))
		asked := &syncv1.SyncFlagsRequest{ProviderId: strconv.Itoa(place)}
		stream := must(syncv1grpc.NewFlagSyncServiceClient(connection).SyncFlags(context.Background(), asked))
		go func() {
			for {
				all.heard(place, must(stream.Recv()).FlagConfiguration)
			}
		}()
	}
	all.until("")
	fmt.Println("watching")
	for input := lines(); input.Scan(); {
		all.until(input.Text())
		fmt.Println("had")
	}
}
