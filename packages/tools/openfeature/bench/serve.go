package main

import (
	"encoding/json"
	"fmt"
	"net"

	"buf.build/gen/go/open-feature/flagd/grpc/go/flagd/sync/v1/syncv1grpc"
	syncv1 "buf.build/gen/go/open-feature/flagd/protocolbuffers/go/flagd/sync/v1"
	"github.com/open-feature/flagd/core/pkg/evaluator"
	"github.com/open-feature/flagd/core/pkg/logger"
	"github.com/open-feature/flagd/core/pkg/model"
	"github.com/open-feature/flagd/core/pkg/store"
	source "github.com/open-feature/flagd/core/pkg/sync"
	"go.uber.org/zap"
	"google.golang.org/grpc"
)

type server struct {
	syncv1grpc.UnimplementedFlagSyncServiceServer
	flags *store.Store
}

func (s server) SyncFlags(_ *syncv1.SyncFlagsRequest, stream grpc.ServerStreamingServer[syncv1.SyncFlagsResponse]) error {
	found := make(chan store.FlagQueryResult, 1)
	selector := must(store.NewSelector(""))
	s.flags.Watch(stream.Context(), &selector, found)
	for result := range found {
		flags := map[string]model.Flag{}
		for _, flag := range result.Flags {
			flags[flag.Key] = flag
		}
		text := must(json.Marshal(map[string]any{"flags": flags}))
		if err := stream.Send(&syncv1.SyncFlagsResponse{FlagConfiguration: string(text)}); err != nil {
			return err
		}
	}
	return nil
}

func serve() {
	log := logger.NewLogger(zap.NewNop(), false)
	flags := must(store.NewStore(log, []string{"bench"}))
	core := evaluator.NewJSON(log, flags)
	input := lines()
	take := func() {
		must(0, core.SetState(source.DataSync{FlagData: input.Text(), Source: "bench"}))
	}
	// Nobody is served before there is something.
	input.Scan()
	take()
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	serving := grpc.NewServer()
	syncv1grpc.RegisterFlagSyncServiceServer(serving, server{flags: flags})
	go func() { must(0, serving.Serve(listener)) }()
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	for input.Scan() {
		take()
		fmt.Println("taken")
	}
}
