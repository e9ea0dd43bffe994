// Hosts of the parity run that are Go programs: wazero with netpol.wasm, and Open Policy Agent's
// own engine with the bundle.
//
//	hosts wazero <module> <requests> <answers>
//	hosts opa    <bundle> <requests> <answers>
//	hosts opa    <bundle> <entrypoint> < input     (prints the result)
//	hosts time   (<bundle or module> <entrypoint or method>)... < input     (prints the microseconds of each evaluation of each)
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	_ "github.com/open-policy-agent/opa/v1/features/wasm"
	"github.com/open-policy-agent/opa/v1/resolver"
	"github.com/open-policy-agent/opa/v1/resolver/wasm"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// A call answers one request.
type call func(method, request string) (string, error)

func main() {
	log.SetFlags(0)
	if len(os.Args) < 4 {
		log.Fatal("usage: hosts wazero|opa <module or bundle> <requests> <answers>")
	}
	ctx := context.Background()
	if os.Args[1] == "time" {
		must(measure(ctx, os.Args[2:]))
		return
	}
	if len(os.Args) == 4 {
		must(show(ctx, os.Args[2], os.Args[3]))
		return
	}
	hosts := map[string]func(context.Context, string) (call, error){"wazero": plain, "opa": engine}
	answer, err := hosts[os.Args[1]](ctx, os.Args[2])
	must(err)
	must(answerAll(answer, os.Args[3], os.Args[4]))
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func answerAll(answer call, requests, answers string) error {
	in, err := os.Open(requests)
	if err != nil {
		return err
	}
	defer in.Close()
	file, err := os.Create(answers)
	if err != nil {
		return err
	}
	defer file.Close()
	out := bufio.NewWriter(file)
	defer out.Flush()
	for lines := json.NewDecoder(in); lines.More(); {
		var line struct{ Method, Request string }
		if err := lines.Decode(&line); err != nil {
			return err
		}
		text, err := answer(line.Method, line.Request)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%d\n%s\n", len(text), text)
	}
	return nil
}

// plain is wazero with netpol.wasm: no imports, and memory given back after each call.
func plain(ctx context.Context, path string) (call, error) {
	code, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	module, err := wazero.NewRuntime(ctx).Instantiate(ctx, code)
	if err != nil {
		return nil, err
	}
	memory := module.Memory()
	invoke := func(name string, args ...uint64) uint64 {
		results, err := module.ExportedFunction(name).Call(ctx, args...)
		must(err)
		if len(results) == 0 {
			return 0
		}
		return results[0]
	}
	write := func(text string) (uint64, uint64) {
		length := uint64(len(text))
		at := invoke("netpol_alloc", length)
		memory.WriteString(api.DecodeU32(at), text)
		return at, length
	}
	return func(method, request string) (string, error) {
		m, mLength := write(method)
		r, rLength := write(request)
		pair := api.DecodeU32(invoke("netpol_call", m, mLength, r, rLength))
		at, _ := memory.ReadUint32Le(pair)
		length, _ := memory.ReadUint32Le(pair + 4)
		bytes, ok := memory.Read(at, length)
		if !ok {
			return "", fmt.Errorf("the answer lies outside the memory")
		}
		text := string(bytes)
		invoke("netpol_free", m, mLength)
		invoke("netpol_free", r, rLength)
		invoke("netpol_free", uint64(at), uint64(length))
		return text, nil
	}, nil
}

// engine is OPA's own: the resolver that `opa run` and `opa eval` put behind a bundle's entrypoints.
func engine(ctx context.Context, path string) (call, error) {
	ask, err := resolve(path, "data.netpol.call")
	if err != nil {
		return nil, err
	}
	return func(method, request string) (string, error) {
		value, err := ask(ctx, map[string]any{"method": method, "request": request})
		if err != nil {
			return "", err
		}
		return fmt.Sprint(value), nil
	}, nil
}

// An ask evaluates an entrypoint with an input.
type ask func(context.Context, any) (any, error)

func input() (any, error) {
	var input any
	err := json.NewDecoder(os.Stdin).Decode(&input)
	return input, err
}

func show(ctx context.Context, path, entrypoint string) error {
	ask, err := resolve(path, entrypoint)
	if err != nil {
		return err
	}
	input, err := input()
	if err != nil {
		return err
	}
	value, err := ask(ctx, input)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(value)
}

// measure evaluates each in turn, some rounds at a time, so that all of them see the machine as it is
// busy or not. The first rounds are not counted.
func measure(ctx context.Context, pairs []string) error {
	const turns, rounds, first = 60, 250, 20
	input, err := input()
	if err != nil {
		return err
	}
	var asks []ask
	for pair := range slices.Chunk(pairs, 2) {
		prepare := resolve
		if !strings.HasPrefix(pair[1], "data.") {
			prepare = method(ctx)
		}
		ask, err := prepare(pair[0], pair[1])
		if err != nil {
			return err
		}
		asks = append(asks, ask)
	}
	taken := make([][]float64, len(asks))
	for turn := range turns {
		for at, ask := range asks {
			for range rounds {
				start := time.Now()
				if _, err := ask(ctx, input); err != nil {
					return err
				}
				if turn >= first {
					taken[at] = append(taken[at], float64(time.Since(start).Nanoseconds())/1000)
				}
			}
		}
	}
	return json.NewEncoder(os.Stdout).Encode(taken)
}

// method gives a function that calls a method of netpol.wasm in wazero.
func method(ctx context.Context) func(string, string) (ask, error) {
	return func(path, method string) (ask, error) {
		call, err := plain(ctx, path)
		if err != nil {
			return nil, err
		}
		return func(_ context.Context, input any) (any, error) {
			request, err := json.Marshal(input)
			if err != nil {
				return nil, err
			}
			return call(method, string(request))
		}, nil
	}
}

// resolve reads the bundle and gives a function that evaluates one of its entrypoints.
func resolve(path, entrypoint string) (ask, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	read, err := bundle.NewReader(file).Read()
	if err != nil {
		return nil, err
	}
	if len(read.WasmModules) != 1 {
		return nil, fmt.Errorf("%d wasm modules in the bundle", len(read.WasmModules))
	}
	ref := ast.MustParseRef(entrypoint)
	engine, err := wasm.New(read.WasmModules[0].Entrypoints, read.WasmModules[0].Raw, read.Data)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, input any) (any, error) {
		value, err := ast.InterfaceToValue(input)
		if err != nil {
			return nil, err
		}
		result, err := engine.Eval(ctx, resolver.Input{Ref: ref, Input: ast.NewTerm(value)})
		if err != nil {
			return nil, err
		}
		return ast.JSON(result.Value)
	}, nil
}
