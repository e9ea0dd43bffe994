"""The PyPI package opa-py-wasm with netpol.opa.wasm: module, requests, answers."""

import json
import sys

from opapywasm import OpaWasmPolicy

module, requests, answers = sys.argv[1:]
policy = OpaWasmPolicy.from_wasm_file(module)
with open(requests, encoding="utf-8") as asked, open(answers, "wb") as told:
    for line in asked:
        answer = policy.evaluate(json.loads(line), entrypoint="netpol/call").encode()
        told.write(b"%d\n%s\n" % (len(answer), answer))
