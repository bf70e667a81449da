// The same application as client.py, in Go.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	flagd "github.com/open-feature/go-sdk-contrib/providers/flagd/pkg"
	"github.com/open-feature/go-sdk-contrib/providers/ofrep"
	"github.com/open-feature/go-sdk/openfeature"
)

var clients = map[string]*openfeature.Client{}

type answer struct {
	Value     any                      `json:"value"`
	Variant   string                   `json:"variant"`
	Reason    string                   `json:"reason"`
	ErrorCode *string                  `json:"errorCode"`
	Metadata  openfeature.FlagMetadata `json:"metadata"`
	Variants  []string                 `json:"variants,omitempty"`
}

func answerOf(value any, of openfeature.EvaluationDetails) answer {
	found := answer{Value: value, Variant: of.Variant, Reason: string(of.Reason), Metadata: of.FlagMetadata}
	if of.ErrorCode != "" {
		code := string(of.ErrorCode)
		found.ErrorCode = &code
	}
	return found
}

func details(mode, kind, key, customer string) answer {
	client, caller, ctx := clients[mode], openfeature.NewEvaluationContext(customer, nil), context.Background()
	switch kind {
	case "boolean":
		found, _ := client.BooleanValueDetails(ctx, key, false, caller)
		return answerOf(found.Value, found.EvaluationDetails)
	case "float":
		found, _ := client.FloatValueDetails(ctx, key, 0.5, caller)
		return answerOf(found.Value, found.EvaluationDetails)
	}
	found, _ := client.StringValueDetails(ctx, key, "default", caller)
	return answerOf(found.Value, found.EvaluationDetails)
}

func respond(words []string) answer {
	switch words[0] {
	case "get":
		return details(words[1], words[2], words[3], words[4])
	case "until":
		pause := 10 * time.Millisecond
		if len(words) > 4 {
			pause, _ = time.ParseDuration(words[4] + "ms")
		}
		for details(words[1], "string", words[2], "ada").Value != words[3] {
			time.Sleep(pause)
		}
		return answer{}
	}
	count, _ := strconv.Atoi(words[3])
	variants := make([]string, count)
	for place := range variants {
		variants[place] = details(words[1], "boolean", words[2], fmt.Sprintf("customer-%d", place)).Variant
	}
	return answer{Variants: variants}
}

func main() {
	port, _ := strconv.ParseUint(os.Args[2], 10, 16)
	sync, err := flagd.NewProvider(
		flagd.WithInProcessResolver(), flagd.WithHost("127.0.0.1"), flagd.WithPort(uint16(port)), flagd.WithDeadline(20_000),
		flagd.WithSelector(os.Args[3]))
	if err == nil {
		err = openfeature.SetNamedProviderAndWait("sync", sync)
	}
	if err == nil {
		err = openfeature.SetNamedProviderAndWait("ofrep", ofrep.NewProvider("http://"+os.Args[1]))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, mode := range []string{"ofrep", "sync"} {
		clients[mode] = openfeature.NewClient(mode)
	}
	output := json.NewEncoder(os.Stdout)
	_ = output.Encode("ready")
	for input := bufio.NewScanner(os.Stdin); input.Scan(); {
		_ = output.Encode(respond(strings.Fields(input.Text())))
	}
}
