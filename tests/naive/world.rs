//! Small random clusters, the same for a seed everywhere, as plain data and as manifests.

use super::Assume;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// A cluster.
#[derive(Clone, Debug, Default)]
pub struct World {
    pub namespaces: Vec<Namespace>,
    pub pods: Vec<Pod>,
    pub policies: Vec<Value>,
    pub nodes: BTreeMap<String, IpAddr>,
    pub service_cidrs: Vec<String>,
    pub outside: Vec<IpAddr>,
    pub assume: Assume,
}

/// A supplied namespace.
#[derive(Clone, Debug)]
pub struct Namespace {
    pub name: String,
    pub labels: BTreeMap<String, String>,
}

/// A pod, or the pods of a template.
#[derive(Clone, Debug)]
pub struct Pod {
    pub namespace: String,
    pub name: String,
    pub template: bool,
    pub labels: BTreeMap<String, String>,
    pub ports: Vec<(String, String, u16)>,
    pub host_network: bool,
    pub ips: Vec<IpAddr>,
    pub node: Option<String>,
}

impl World {
    pub fn assume(&self, name: &str) -> Option<&str> {
        self.assume.get(name).map(String::as_str).filter(|value| *value != "unknown")
    }
}

/// Random numbers.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    fn next(&mut self) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }
}

const NAMES: [&str; 2] = ["blue", "green"];
const PORTS: [u16; 5] = [53, 80, 81, 443, 8080];
const CIDRS: [&str; 12] = [
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.1.0.0/16",
    "10.1.0.4/30",
    "10.96.0.0/12",
    "192.168.7.0/24",
    "192.168.7.2/32",
    "203.0.113.0/24",
    "203.0.113.9/32",
    "::/0",
    "fd00:1::/32",
    "2001:db8::/48",
];

/// A random cluster.
pub fn random(seed: u64) -> World {
    let mut dice = Dice::new(seed);
    let mut world = World::default();
    for name in NAMES {
        if dice.chance(75) {
            let labels = labels(&mut dice, &["team", "env"]);
            world.namespaces.push(Namespace { name: name.into(), labels });
        }
    }
    for (name, ip) in [("n1", "192.168.7.1"), ("n2", "192.168.7.2")] {
        if dice.chance(30) {
            world.nodes.insert(name.into(), ip.parse().unwrap());
        }
    }
    if dice.chance(30) {
        world.service_cidrs.push("10.96.0.0/12".into());
    }
    for at in 0..2 + dice.below(3) {
        let pod = pod(&mut dice, at);
        world.pods.push(pod);
    }
    for at in 0..2 + dice.below(6) {
        let policy = policy(&mut dice, at);
        world.policies.push(policy);
    }
    world.outside =
        ["203.0.113.9", "8.8.8.8", "10.96.0.10", "192.168.7.1", "192.168.7.2", "2001:db8::5", "10.1.0.5"]
            .map(|ip| ip.parse().unwrap())
            .into();
    for (name, values) in [
        ("ip-block-pods", ["match", "never", "unknown"]),
        ("host-network-pods", ["excluded", "included", "unknown"]),
        ("inert-rules", ["ignored", "enforced", "unknown"]),
        ("cluster-ip-blocks", ["never", "match", "unknown"]),
        ("undeclared-namespace-labels", ["none", "unknown", "unknown"]),
        ("node-addresses", ["match", "never", "unknown"]),
    ] {
        world.assume.insert(name.into(), (*dice.pick(&values)).into());
    }
    world
}

fn labels(dice: &mut Dice, keys: &[&str]) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    for key in keys {
        if dice.chance(60) {
            labels.insert((*key).into(), (*dice.pick(&["a", "b", "c", ""])).into());
        }
    }
    labels
}

fn pod(dice: &mut Dice, at: usize) -> Pod {
    let template = dice.chance(30);
    let mut ports = Vec::new();
    for _ in 0..dice.below(4) {
        let (name, protocol) =
            (*dice.pick(&["web", "dns", "db"]), *dice.pick(&["TCP", "TCP", "UDP", "SCTP"]));
        ports.push((name.to_string(), protocol.to_string(), *dice.pick(&PORTS)));
    }
    let mut ips: Vec<IpAddr> = Vec::new();
    if !template && dice.chance(80) {
        ips.push(format!("10.{}.0.{}", dice.below(2), 4 + at).parse().unwrap());
        if dice.chance(30) {
            ips.push(format!("fd00:{}::{}", 1 + dice.below(2), 1 + at).parse().unwrap());
        }
    }
    Pod {
        namespace: (*dice.pick(&NAMES)).into(),
        name: format!("p{at}"),
        template,
        labels: labels(dice, &["app", "tier"]),
        ports,
        host_network: dice.chance(15),
        ips,
        node: (!template && dice.chance(50)).then(|| (*dice.pick(&["n1", "n2"])).into()),
    }
}

/// A random policy.
pub fn policy(dice: &mut Dice, at: usize) -> Value {
    let mut spec = json!({"podSelector": selector(dice, &["app", "tier", "pod-template-hash"])});
    match dice.below(6) {
        0 => {}
        1 => spec["policyTypes"] = json!([]),
        2 => spec["policyTypes"] = json!(["Ingress"]),
        3 => spec["policyTypes"] = json!(["Egress"]),
        _ => spec["policyTypes"] = json!(["Ingress", "Egress"]),
    }
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        if dice.chance(75) {
            let count = *dice.pick(&[0, 1, 1, 1, 2]);
            spec[direction] = (0..count).map(|_| rule(dice, peers)).collect();
        }
    }
    let namespace = *dice.pick(&NAMES);
    json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"name": format!("np{at}"), "namespace": namespace}, "spec": spec})
}

/// A random rule with this field for its peers.
pub fn rule(dice: &mut Dice, peers: &str) -> Value {
    let mut rule = json!({});
    if dice.chance(80) {
        let count = *dice.pick(&[0, 1, 1, 2, 3]);
        rule[peers] = (0..count).map(|_| peer(dice)).collect();
    }
    if dice.chance(70) {
        let count = *dice.pick(&[0, 1, 1, 2]);
        rule["ports"] = (0..count).map(|_| port(dice)).collect();
    }
    rule
}

fn peer(dice: &mut Dice) -> Value {
    let pods = ["app", "tier", "pod-template-hash"];
    match dice.below(4) {
        0 => json!({"podSelector": selector(dice, &pods)}),
        1 => {
            json!({"namespaceSelector": selector(dice, &["team", "env", "kubernetes.io/metadata.name"])})
        }
        2 => {
            json!({"namespaceSelector": selector(dice, &["team", "env"]), "podSelector": selector(dice, &pods)})
        }
        _ => {
            let cidr = *dice.pick(&CIDRS);
            let mut block = json!({"cidr": cidr});
            let inside: &[&str] = match cidr {
                "0.0.0.0/0" => &["10.0.0.0/8", "192.168.7.2/32", "0.0.0.0/1"],
                "10.0.0.0/8" => &["10.1.0.0/16", "10.96.0.0/12"],
                "::/0" => &["fd00:1::/32", "2001:db8::/32"],
                _ => &[],
            };
            if !inside.is_empty() && dice.chance(50) {
                block["except"] = json!([dice.pick(inside)]);
            }
            json!({"ipBlock": block})
        }
    }
}

fn port(dice: &mut Dice) -> Value {
    let mut port = json!({});
    if dice.chance(60) {
        port["protocol"] = json!(dice.pick(&["TCP", "UDP", "SCTP"]));
    }
    match dice.below(6) {
        0 => {}
        1 | 2 => port["port"] = json!(dice.pick(&["web", "dns", "db"])),
        3 => {
            port["port"] = json!(80);
            port["endPort"] = json!(dice.pick(&[80, 81, 500]));
        }
        _ => port["port"] = json!(dice.pick(&PORTS)),
    }
    port
}

fn selector(dice: &mut Dice, keys: &[&str]) -> Value {
    let value = |dice: &mut Dice, key: &str| {
        json!(if key.ends_with("metadata.name") { *dice.pick(&NAMES) } else { *dice.pick(&["a", "b", ""]) })
    };
    let mut selector = json!({});
    // Keys that only the cluster fills in are rare in the wild; too many would hide the rest.
    let some = if dice.chance(70) { &keys[..keys.len().min(2)] } else { keys };
    if dice.chance(40) {
        let key = *dice.pick(some);
        selector["matchLabels"] = json!({ key: value(dice, key) });
    }
    let count = *dice.pick(&[0, 0, 0, 0, 1, 1, 2]);
    let mut expressions = Vec::new();
    for _ in 0..count {
        let key = *dice.pick(some);
        let operator = *dice.pick(&["In", "NotIn", "Exists", "DoesNotExist"]);
        let mut it = json!({"key": key, "operator": operator});
        if operator.ends_with("In") {
            let count = 1 + dice.below(2);
            it["values"] = (0..count).map(|_| value(dice, key)).collect();
        }
        expressions.push(it);
    }
    if !expressions.is_empty() || dice.chance(10) {
        selector["matchExpressions"] = json!(expressions);
    }
    selector
}

/// The cluster as one manifest a document, JSON being YAML.
pub fn manifests(world: &World) -> Vec<Value> {
    let mut all = Vec::new();
    for namespace in &world.namespaces {
        all.push(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace.name, "labels": namespace.labels}}));
    }
    for (name, ip) in &world.nodes {
        all.push(json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name},
            "status": {"addresses": [{"type": "InternalIP", "address": ip}]}}));
    }
    for pod in &world.pods {
        let container = |(at, (name, protocol, number)): (usize, &(String, String, u16))| {
            json!({"name": format!("c{at}"), "image": "i",
                "ports": [{"name": name, "protocol": protocol, "containerPort": number}]})
        };
        let containers: Vec<Value> = pod.ports.iter().enumerate().map(container).collect();
        let mut spec = json!({"containers": containers, "hostNetwork": pod.host_network});
        if let Some(node) = &pod.node {
            spec["nodeName"] = json!(node);
        }
        let metadata = json!({"name": pod.name, "namespace": pod.namespace});
        all.push(if pod.template {
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
                "spec": {"template": {"metadata": {"labels": pod.labels}, "spec": spec}}})
        } else {
            let ips: Vec<Value> = pod.ips.iter().map(|ip| json!({"ip": ip})).collect();
            let mut metadata = metadata;
            metadata["labels"] = json!(pod.labels);
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec,
                "status": {"phase": "Running", "podIPs": ips}})
        });
    }
    all.extend(world.policies.iter().cloned());
    all
}

/// The manifests as one text.
pub fn text(manifests: &[Value]) -> String {
    manifests.iter().map(|it| format!("---\n{it}\n")).collect()
}
