"""The PyPI package opa-py-wasm with netpol.opa.wasm.

    opa.py <module> <requests> <answers>
    opa.py time (<module> <entrypoint>)... < input    (prints the microseconds of each evaluation)
"""

import json
import sys
from time import perf_counter_ns

from opapywasm import OpaWasmPolicy


def answer_all(module, requests, answers):
    policy = OpaWasmPolicy.from_wasm_file(module)
    with open(requests, encoding="utf-8") as asked, open(answers, "wb") as told:
        for line in asked:
            answer = policy.evaluate(json.loads(line), entrypoint="netpol/call").encode()
            told.write(b"%d\n%s\n" % (len(answer), answer))


def measure(pairs):
    """Each in turn, some rounds at a time, so that all see the machine as it is busy or not."""
    turns, rounds, first = 24, 250, 4
    given = json.load(sys.stdin)
    policies = [(OpaWasmPolicy.from_wasm_file(module), entrypoint) for module, entrypoint in pairs]
    taken = [[] for _ in policies]
    for turn in range(turns):
        for (policy, entrypoint), list_of in zip(policies, taken):
            for _ in range(rounds):
                start = perf_counter_ns()
                policy.evaluate(given, entrypoint=entrypoint)
                if turn >= first:
                    list_of.append((perf_counter_ns() - start) / 1000)
    print(json.dumps(taken))


if sys.argv[1] == "time":
    measure(list(zip(sys.argv[2::2], sys.argv[3::2])))
else:
    answer_all(*sys.argv[1:])
