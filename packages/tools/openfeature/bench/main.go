// What benches of the agent need beside it: load at a fixed rate, flagd's own core, and clients that only count.
//
//	bench load URL BODY RATE SECONDS
//	                        posts the body so many times a second, whether answers have come or not, over kept connections. Prints
//	                        what each request took since the moment at which it was due, in microseconds, as JSON.
//	bench serve             a server of flagd.sync.v1 over flagd's core, as the daemon has it: each stream watches the store, and has
//	                        each set encoded for itself. Prints its port. A line of input is a set in flagd's format; each is
//	                        answered by a line when the store has it.
//	bench watch ADDRESS COUNT
//	                        opens so many streams, each over a connection of its own, and prints a line when all have a set. A line
//	                        of input is a text; it is answered by a line when each stream was sent a set that has it.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
)

const mostBytes = 16 << 20

func must[Value any](value Value, err error) Value {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func lines() *bufio.Scanner {
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(make([]byte, 0, 1<<20), mostBytes)
	return input
}

func main() {
	given := os.Args[2:]
	switch os.Args[1] {
	case "load":
		load(given[0], given[1], must(strconv.Atoi(given[2])), must(strconv.Atoi(given[3])))
	case "serve":
		serve()
	case "watch":
		watch(given[0], must(strconv.Atoi(given[1])))
	}
}
