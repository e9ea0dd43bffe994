//! `parity-hosts <host> <module> <requests> <answers>`: answers every request in one instance of
//! the module. Requests are lines `{"method", "request"}`; each answer is written as its length in
//! bytes, a newline, its bytes and a newline. The last line of the output tells the pages of
//! memory before and after, where the host shows them.
//!
//! `parity-hosts time <rego> <netpol.opa.wasm> <netpol.wasm> <netpol.kubewarden.wasm> < input`: the
//! microseconds of each evaluation of each, for `tests/engines/bench.js`.

use std::fs;
use std::io::Write;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};
use wasmtime::{Engine, Instance, Memory, Module, Store, TypedFunc};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [time, modules @ ..] = arguments.as_slice()
        && time == "time"
    {
        return measure(modules);
    }
    let [host, module, requests, answers] = arguments.as_slice() else {
        bail!("usage: parity-hosts wasmtime|opa-wasm|wapc <module> <requests> <answers>");
    };
    let module = fs::read(module)?;
    let mut host: Box<dyn Host> = match host.as_str() {
        "wasmtime" => Box::new(Plain::new(&module)?),
        "opa-wasm" => Box::new(Opa::new(&module)?),
        "wapc" => Box::new(Wapc::new(&module)?),
        other => bail!("no host `{other}`"),
    };
    let mut out = std::io::BufWriter::new(fs::File::create(answers)?);
    for line in fs::read_to_string(requests)?.lines() {
        let line: Value = serde_json::from_str(line)?;
        let part = |name| line.get(name).and_then(Value::as_str).context("a request lacks a part");
        let answer = host.call(part("method")?, part("request")?)?;
        writeln!(out, "{}\n{answer}", answer.len())?;
    }
    out.flush()?;
    Ok(())
}

/// Evaluates each in turn, some rounds at a time, so that all of them see the machine as it is busy
/// or not. The first rounds are not counted.
fn measure(modules: &[String]) -> Result<()> {
    const TURNS: usize = 60;
    const ROUNDS: usize = 250;
    const FIRST: usize = 20;
    let [rego, opa, plain, kubewarden] = modules else {
        bail!("usage: parity-hosts time <rego> <netpol.opa.wasm> <netpol.wasm> <netpol.kubewarden.wasm>");
    };
    let input: Value = serde_json::from_reader(std::io::stdin())?;
    let review = json!({"request": input["request"], "settings": null}).to_string();
    let mut rego = Opa::new(&fs::read(rego)?)?;
    let mut opa = Opa::new(&fs::read(opa)?)?;
    let mut plain = Plain::new(&fs::read(plain)?)?;
    let kubewarden = Wapc::new(&fs::read(kubewarden)?)?;
    let mut evaluations: [Box<dyn FnMut() -> Result<()>>; 4] = [
        Box::new(|| rego.evaluate("baseline/deny", &input).map(|_| ())),
        Box::new(|| opa.evaluate("netpol/admission", &input).map(|_| ())),
        Box::new(|| plain.call("admission", &review).map(|_| ())),
        Box::new(|| Ok(kubewarden.0.call("validate", review.as_bytes()).map(|_| ())?)),
    ];
    let mut taken: [Vec<f64>; 4] = Default::default();
    for turn in 0..TURNS {
        for (evaluate, taken) in evaluations.iter_mut().zip(&mut taken) {
            for _ in 0..ROUNDS {
                let start = Instant::now();
                evaluate()?;
                if turn >= FIRST {
                    taken.push(start.elapsed().as_secs_f64() * 1e6);
                }
            }
        }
    }
    println!("{}", json!(taken));
    Ok(())
}

/// One instance of a module.
trait Host {
    fn call(&mut self, method: &str, request: &str) -> Result<String>;
}

/// wasmtime with netpol.wasm.
struct Plain {
    store: Store<()>,
    memory: Memory,
    alloc: TypedFunc<u32, u32>,
    free: TypedFunc<(u32, u32), ()>,
    call: TypedFunc<(u32, u32, u32, u32), u32>,
}

impl Plain {
    fn new(module: &[u8]) -> Result<Self> {
        let engine = Engine::default();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &Module::new(&engine, module)?, &[])?;
        Ok(Self {
            memory: instance.get_memory(&mut store, "memory").context("no memory")?,
            alloc: instance.get_typed_func(&mut store, "netpol_alloc")?,
            free: instance.get_typed_func(&mut store, "netpol_free")?,
            call: instance.get_typed_func(&mut store, "netpol_call")?,
            store,
        })
    }

    fn write(&mut self, text: &str) -> Result<(u32, u32)> {
        let length = u32::try_from(text.len())?;
        let at = self.alloc.call(&mut self.store, length)?;
        self.memory.write(&mut self.store, at as usize, text.as_bytes())?;
        Ok((at, length))
    }
}

impl Host for Plain {
    fn call(&mut self, method: &str, request: &str) -> Result<String> {
        let (method, request) = (self.write(method)?, self.write(request)?);
        let pair = self.call.call(&mut self.store, (method.0, method.1, request.0, request.1))?;
        let mut words = [0; 8];
        self.memory.read(&self.store, pair as usize, &mut words)?;
        let [a, b, c, d, e, f, g, h] = words;
        let answer = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
        let mut bytes = vec![0; answer.1 as usize];
        self.memory.read(&self.store, answer.0 as usize, &mut bytes)?;
        for pair in [method, request, answer] {
            self.free.call(&mut self.store, pair)?;
        }
        Ok(String::from_utf8(bytes)?)
    }
}

/// The crate `opa-wasm` with netpol.opa.wasm.
struct Opa {
    runtime: tokio::runtime::Runtime,
    store: opa_wasm::wasmtime::Store<()>,
    policy: opa_wasm::Policy<opa_wasm::DefaultContext>,
}

impl Opa {
    fn new(module: &[u8]) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let engine = Engine::default();
        let mut store = Store::new(&engine, ());
        let module = Module::new(&engine, module)?;
        let policy = runtime.block_on(async {
            opa_wasm::Runtime::new(&mut store, &module).await?.without_data(&mut store).await
        })?;
        Ok(Self { runtime, store, policy })
    }

    fn evaluate(&mut self, entrypoint: &str, input: &Value) -> Result<Value> {
        Ok(self.runtime.block_on(self.policy.evaluate(&mut self.store, entrypoint, input))?)
    }
}

impl Host for Opa {
    fn call(&mut self, method: &str, request: &str) -> Result<String> {
        let input = json!({"method": method, "request": request});
        let results = self.evaluate("netpol/call", &input)?;
        let result = results.pointer("/0/result").and_then(Value::as_str);
        result.map(str::to_owned).ok_or_else(|| anyhow!("unexpected result {results}"))
    }
}

/// The crates `wapc` and `wasmtime-provider` with netpol.kubewarden.wasm.
struct Wapc(wapc::WapcHost);

impl Wapc {
    fn new(module: &[u8]) -> Result<Self> {
        let engine = wasmtime_provider::WasmtimeEngineProviderBuilder::new().module_bytes(module).build()?;
        let refuse = |_: u64, _: &str, _: &str, _: &str, _: &[u8]| Err("no host capability".into());
        Ok(Self(wapc::WapcHost::new(Box::new(engine), Some(Box::new(refuse)))?))
    }
}

impl Host for Wapc {
    fn call(&mut self, method: &str, request: &str) -> Result<String> {
        let payload = json!({"method": method, "request": request}).to_string();
        let answer = self.0.call("netpol/call", payload.as_bytes())?;
        serde_json::from_slice::<String>(&answer).context("the answer is no JSON text")
    }
}
