//! `why`: allow or deny for one question, with the chain of policy lines that decided it.

use super::endpoints::Names;
use super::ends::{Target, cluster_ips, future, resolve};
use super::locate::Locator;
use super::map::{Allowed, by_kind, check_assumptions};
use super::shapes::{Because, Range, SCHEMA_VERSION};
use super::{ApiError, Input};
use crate::analysis::backend::{Backend, backends};
use crate::analysis::connections::Node;
use crate::analysis::pair::{Party, Verdict, ends, is_single, verdict};
use crate::analysis::verdict::{Doubt, Effect, Side, Step, before_translation};
use crate::manifest::effect::Direction;
use crate::manifest::{self, Manifests};
use crate::model::address::Owner;
use crate::model::assume::{Assumption, Cause};
use crate::model::ports::{Ports, Protocol};
use crate::model::service::Mode;
use crate::model::truth::{Between, Truth};
use crate::model::{Futures, Model, Origin};
use crate::options::Options;
use serde::Serialize;

pub(super) use super::ends::focus;

/// What is asked of `why`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// Where the connection starts: see `ends` for what can be written.
    pub from: String,
    /// Where it goes.
    pub to: String,
    /// The port; all of them where absent.
    pub port: Option<u16>,
    /// `TCP`, `UDP` or `SCTP`; TCP where a port is given, else all.
    pub protocol: Option<String>,
}

/// The answer of `why`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WhyReport {
    /// 1.
    pub schema_version: u32,
    /// `allow`, `deny`, `unknown`, or `mixed` where ports or answers differ.
    pub verdict: &'static str,
    /// One for each pair of ends that the question names.
    pub answers: Vec<Answer>,
}

/// The answer for one pair.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// From.
    pub from: String,
    /// To: for a Service, what stands behind it.
    pub to: String,
    /// The Service dialled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
    /// `allow`, `deny`, `unknown` or `mixed`.
    pub verdict: &'static str,
    /// Of the ports asked for, those certainly open; for a Service the ports dialled.
    pub allowed: Allowed,
    /// Those certainly closed.
    pub denied: Allowed,
    /// Those that cannot be decided.
    pub unknown: Vec<UnknownPorts>,
    /// The chain: the source's side first.
    pub reasons: Vec<Reason>,
}

/// A Service on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Via {
    /// `namespace/name`.
    pub service: String,
    /// `80 -> 8080/TCP`; absent where the Service does not translate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
}

/// Ports that cannot be decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnknownPorts {
    /// The ports.
    pub ports: Allowed,
    /// `missing-input`, `cni-differs` or `undefined`.
    pub cause: &'static str,
    /// The options that would decide it.
    pub settled_by: Vec<&'static str>,
    /// What it depends on.
    pub message: String,
    /// The lines that lead to it.
    pub because: Vec<Because>,
}

/// One step of the chain.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// `egress` at the source, `ingress` at the destination.
    pub side: &'static str,
    /// The kind of policy that speaks; null where none does.
    pub tier: Option<&'static str>,
    /// `namespace/name` of the policy.
    pub policy: Option<String>,
    /// The field that speaks.
    pub field: Option<String>,
    /// `isolates`, `allows`, `denies` or `default`.
    pub effect: &'static str,
    /// The source it stands in.
    pub path: Option<String>,
    /// Where.
    pub span: Option<Range>,
    /// One sentence.
    pub message: String,
}

/// Why a connection is allowed or denied.
///
/// ```
/// use netpol::{Input, Options, Question, why};
/// let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}\nspec: {podSelector: {}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: db, namespace: shop}\n";
/// let question = Question { from: "203.0.113.7".into(), to: "shop/db".into(), port: Some(5432), protocol: None };
/// let report = why(&Input::text("a.yaml", policy), &question, &Options::default())?;
/// assert_eq!(report.verdict, "deny");
/// assert_eq!(report.answers[0].reasons[1].message, "`shop/deny` isolates ingress of `shop/db`");
/// # Ok::<(), netpol::ApiError>(())
/// ```
///
/// # Errors
/// An end that names nothing, a protocol that does not exist, an assumption that does not.
pub fn why(input: &Input, question: &Question, options: &Options) -> Result<WhyReport, ApiError> {
    check_assumptions(options)?;
    why_of(&manifest::read(&input.sources, &input.with, options), question, options)
}

/// Why, in what was read.
///
/// # Errors
/// An end that names nothing, or a protocol that does not exist.
pub fn why_of(manifests: &Manifests, question: &Question, options: &Options) -> Result<WhyReport, ApiError> {
    let protocol = match &question.protocol {
        None => None,
        Some(text) => Some(Protocol::parse(Some(&text.to_ascii_uppercase())).ok_or_else(|| {
            let message = if text.eq_ignore_ascii_case("icmp") {
                "policies do not speak of ICMP; ask for TCP, UDP or SCTP".to_owned()
            } else {
                format!("`{text}` is not a protocol; it is TCP, UDP or SCTP")
            };
            ApiError::new("invalid-request", "protocol", message)
        })?),
    };
    let asked = match (question.port, protocol) {
        (Some(0), _) => return Err(ApiError::new("invalid-request", "port", "ports are 1 to 65535")),
        (Some(port), protocol) => Ports::one(protocol.unwrap_or(Protocol::Tcp), port),
        (None, Some(protocol)) => Ports::protocol(protocol),
        (None, None) => Ports::all(),
    };
    let mut futures = Vec::new();
    for (text, at) in [(&question.from, "from"), (&question.to, "to")] {
        if let Some(future) = future(text.trim(), &options.namespace) {
            futures.push(future.map_err(|message| ApiError::new("invalid-request", at, message))?);
        }
    }
    let model = Model::with(manifests, options, Futures::Include(futures));
    let (from, to) = (resolve(&model, &question.from, "from")?, resolve(&model, &question.to, "to")?);
    let names = Names::new(&model);
    let locator = Locator::new(manifests, options.positions);
    let asker = Asker { model: &model, names, locator, asked };
    let mut answers = Vec::new();
    for source in &from {
        let Target::Party(source, label) = source else {
            return Err(ApiError::new(
                "invalid-request",
                "from",
                "a Service starts no connection; name the pods behind it",
            ));
        };
        for destination in &to {
            match destination {
                Target::Party(party, to_label) => {
                    answers.push(asker.direct(*source, label, *party, to_label))
                }
                Target::Service(at) => answers.extend(asker.service(*source, label, *at)),
            }
        }
    }
    Ok(WhyReport { schema_version: SCHEMA_VERSION, verdict: overall(&answers), answers })
}

fn overall(answers: &[Answer]) -> &'static str {
    let mut words = answers.iter().map(|answer| answer.verdict);
    match words.next() {
        None => "unknown",
        Some(first) => {
            if words.all(|word| word == first) {
                first
            } else {
                "mixed"
            }
        }
    }
}

/// What leaves the verdict on a pair open.
pub(super) fn doubts(model: &Model<'_>, from: Node, to: Node) -> Vec<Doubt> {
    let party = |node| Party { node, addr: None };
    verdict(model, party(from), party(to)).doubts().cloned().collect()
}

struct Asker<'r, 'a> {
    model: &'r Model<'a>,
    names: Names<'r, 'a>,
    locator: Locator<'a>,
    asked: Ports,
}

impl Asker<'_, '_> {
    fn direct(
        &self,
        from: Party,
        from_label: &Option<String>,
        to: Party,
        to_label: &Option<String>,
    ) -> Answer {
        let verdict = verdict(self.model, from, to);
        let names = (self.name(from, from_label), self.name(to, to_label));
        self.answer(names, None, &verdict, &self.asked, &self.asked)
    }

    fn name(&self, party: Party, label: &Option<String>) -> String {
        label.clone().unwrap_or_else(|| self.names.id(party.node))
    }

    /// The answer for a verdict: `told` are the ports of the answer, `arriving` what they become.
    fn answer(
        &self,
        (from, to): (String, String),
        via: Option<Via>,
        verdict: &Verdict,
        told: &Ports,
        arriving: &Ports,
    ) -> Answer {
        let must = verdict.ports.must.intersection(arriving);
        let may = verdict.ports.may.intersection(arriving);
        // Through a Service the one port dialled stands for the one it becomes.
        let retold = |ports: Ports| match (told == arriving, ports.is_none()) {
            (true, _) => ports,
            (false, true) => Ports::none(),
            (false, false) => told.clone(),
        };
        let uncertain = may.difference(&must);
        let mut unknown: Vec<UnknownPorts> = Vec::new();
        if !uncertain.is_none() {
            let doubts: Vec<Doubt> = verdict.doubts().cloned().collect();
            for (kind, (settled_by, ports)) in by_kind(&doubts, &uncertain) {
                let own: Vec<&Doubt> = doubts
                    .iter()
                    .filter(|it| it.cause.kind() == kind && !it.ports.intersection(&uncertain).is_none())
                    .collect();
                let mut texts: Vec<&str> = own.iter().map(|it| it.cause.text()).collect();
                crate::order::sort(&mut texts);
                texts.dedup();
                unknown.push(UnknownPorts {
                    ports: Allowed(retold(ports)),
                    cause: kind.name(),
                    settled_by: settled_by.into_iter().collect(),
                    message: format!("depends on {}", texts.join(" and on ")),
                    because: own.iter().filter_map(|it| self.because(it)).collect(),
                });
            }
        }
        let denied = arriving.difference(&may);
        let word = match (must.is_none(), denied.is_none(), uncertain.is_none()) {
            (_, true, true) => "allow",
            (true, false, true) => "deny",
            (true, true, false) => "unknown",
            _ => "mixed",
        };
        // Where a side lets everything through, what other rules leave out says nothing.
        let tells = |side: &Side, step: &Step| {
            let silent = step.ports.intersection(arriving).is_none();
            !(arriving.is_subset(&side.ports.must) && (silent || step.effect == Effect::Denies))
        };
        let sides = [&verdict.egress, &verdict.ingress];
        let steps =
            sides.into_iter().flat_map(|side| side.steps.iter().filter(move |step| tells(side, step)));
        let reasons = steps.filter_map(|step| self.reason(step, &from, &to, arriving)).collect();
        Answer {
            from,
            to,
            via,
            verdict: word,
            allowed: Allowed(retold(must)),
            denied: Allowed(retold(denied)),
            unknown,
            reasons,
        }
    }

    fn because(&self, doubt: &Doubt) -> Option<Because> {
        let (policy, field) = doubt.policy.as_ref()?;
        let policy = self.model.policies.get(*policy as usize)?;
        let place = self.model.place(&Origin { object: policy.object, path: field.clone() })?;
        Some(Because {
            path: self.locator.path(place.source).to_owned(),
            span: self.locator.range(place),
            message: format!("`{field}` of `{}`: depends on {}", policy.id(), doubt.cause.text()),
        })
    }

    fn reason(&self, step: &Step, from: &str, to: &str, arriving: &Ports) -> Option<Reason> {
        let (own, other) = if step.direction == Direction::Egress { (from, to) } else { (to, from) };
        let side = step.direction.name();
        let Some(policy) = step.policy.and_then(|at| self.model.policies.get(at as usize)) else {
            let message = match step.note.as_str() {
                "" => format!("no policy isolates {side} of `{own}`"),
                note => note.to_owned(),
            };
            let (tier, policy, field, path, span) = (None, None, None, None, None);
            return Some(Reason {
                side,
                tier,
                policy,
                field,
                effect: step.effect.name(),
                path,
                span,
                message,
            });
        };
        let name = policy.id();
        let maybe = |sure: &'static str, open: &'static str| if step.truth.must() { sure } else { open };
        let within = step.ports.intersection(arriving);
        let (effect, message) = match step.effect {
            Effect::Isolates => {
                (Effect::Isolates, format!("`{name}` {} {side} of `{own}`", maybe("isolates", "may isolate")))
            }
            Effect::Allows if within.is_none() => {
                (Effect::Denies, format!("`{name}` {} only on {}", talks(step.direction, other), step.ports))
            }
            Effect::Allows => {
                let verb = maybe("", "may let ");
                let lets = talks(step.direction, other);
                let lets = if verb.is_empty() { lets } else { lets.replacen("lets ", verb, 1) };
                (
                    Effect::Allows,
                    format!(
                        "`{name}` {lets} on {}",
                        if *arriving == Ports::all() { &step.ports } else { &within }
                    ),
                )
            }
            Effect::Denies => {
                let way = if step.direction == Direction::Ingress { "from" } else { "to" };
                let open = maybe("", "if it applies, ");
                (Effect::Denies, format!("{open}`{name}` allows nothing {way} `{other}`: {}", step.note))
            }
            Effect::Default => (Effect::Default, step.note.clone()),
        };
        let place = self.model.place(&Origin { object: policy.object, path: step.path.clone() });
        Some(Reason {
            side,
            tier: Some("NetworkPolicy"),
            policy: Some(name),
            field: Some(step.path.to_string()),
            effect: effect.name(),
            path: place.map(|it| self.locator.path(it.source).to_owned()),
            span: place.and_then(|it| self.locator.range(it)),
            message,
        })
    }

    /// One answer for each backend and port of a Service.
    fn service(&self, from: Party, label: &Option<String>, at: usize) -> Vec<Answer> {
        let Some(service) = self.model.services.get(at) else { return Vec::new() };
        let name = format!("{}/{}", service.namespace, service.name);
        let from_name = self.name(from, label);
        let via = |port: Option<String>| Some(Via { service: name.clone(), port });
        let bare = |verdict: &Verdict, asked: &Ports| {
            self.answer((from_name.clone(), format!("{name}[Service]")), via(None), verdict, asked, asked)
        };
        let Some(behind) = backends(self.model, service) else {
            return vec![bare(&undecided(), &self.asked)];
        };
        if behind.is_empty() {
            let verdict = if self.model.options.complete.workloads {
                closed("no pod stands behind the Service")
            } else {
                undecided()
            };
            return vec![bare(&verdict, &self.asked)];
        }
        let mut answers = Vec::new();
        for backend in &behind {
            let (told, arriving) = match (backend.dialled, backend.target) {
                (Some(dialled), Some(target)) => {
                    (Ports::one(backend.protocol, dialled), Ports::one(backend.protocol, target))
                }
                _ => (self.asked.clone(), self.asked.clone()),
            };
            if told.intersection(&self.asked).is_none() {
                continue;
            }
            let verdict = self.through(from, service, backend, &told);
            let port = backend.dialled.zip(backend.target);
            let port =
                port.map(|(dialled, target)| format!("{dialled} -> {target}/{}", backend.protocol.name()));
            let names = (from_name.clone(), self.name(backend.party, &None));
            answers.push(self.answer(names, via(port), &verdict, &told, &arriving));
        }
        if answers.is_empty() {
            answers.push(bare(&closed("the Service has no such port"), &self.asked));
        }
        answers
    }

    /// The verdict on a connection that a Service brings to a backend.
    fn through(
        &self,
        from: Party,
        service: &crate::model::service::Service<'_>,
        backend: &Backend,
        dialled: &Ports,
    ) -> Verdict {
        let model = self.model;
        let mut found = verdict(model, from, backend.party);
        if service.mode == Mode::Headless {
            return found;
        }
        if from.node == backend.party.node {
            found = self.loopback(from, found);
        }
        let vips: Vec<_> = cluster_ips(service).collect();
        if let (Some(own), false) = (ends(model, from).first(), vips.is_empty()) {
            let (truth, doubts) = before_translation(model, own, &vips, dialled);
            if truth != Truth::No {
                let wider = Between::new(
                    if truth.must() { Ports::all() } else { (*found.egress.ports.must).clone() },
                    Ports::all(),
                );
                found.ports = wider.zip(&found.ingress.ports, Ports::intersection);
                found.egress.ports = wider;
                found.egress.doubts.extend(doubts);
            }
        }
        let published = matches!(service.spec.type_.as_deref(), Some("NodePort" | "LoadBalancer"));
        if matches!(from.node, Node::Address(_))
            && published
            && service.spec.external_traffic_policy.as_deref() != Some("Local")
        {
            found = self.seen_from_outside(from, backend, found);
        }
        found
    }

    /// A pod that reaches itself through a Service. Of several replicas, another one is meant.
    fn loopback(&self, own: Party, found: Verdict) -> Verdict {
        let Node::Endpoint(at) = own.node else { return found };
        if !is_single(self.model, at) {
            return found;
        }
        let Some(end) = ends(self.model, own).into_iter().next() else { return found };
        let side = |direction| crate::analysis::verdict::side(self.model, direction, &end, &end);
        let (egress, ingress) = (side(Direction::Egress), side(Direction::Ingress));
        let ports = egress.ports.zip(&ingress.ports, Ports::intersection);
        let enforced = Verdict { ports, egress, ingress };
        match self.model.assume.get(Assumption::LoopbackThroughService) {
            Some("allow") => found,
            Some(_) => enforced,
            None => {
                let mut open = enforced;
                open.ports = Between::new((*open.ports.must).clone(), Ports::all());
                open.ingress
                    .doubts
                    .push(doubt(Direction::Ingress, Cause::Open(Assumption::LoopbackThroughService)));
                open
            }
        }
    }

    /// Traffic from outside through a node's or load balancer's address: its source address may
    /// not be the client's.
    fn seen_from_outside(&self, from: Party, backend: &Backend, client: Verdict) -> Verdict {
        let source = self.model.assume.get(Assumption::ExternalSource);
        if source == Some("client") {
            return client;
        }
        let nodes = |owner: Owner| matches!(owner, Owner::Node(_));
        let known = (0_u32..).zip(&self.model.addresses.classes);
        let own: Vec<u32> = known.clone().filter(|(_, it)| nodes(it.owner)).map(|(at, _)| at).collect();
        let whichever: Vec<u32> = match source {
            Some("node") if !own.is_empty() => own,
            _ => known.map(|(at, _)| at).collect(),
        };
        let mut must = if source.is_none() { (*client.ports.must).clone() } else { Ports::all() };
        let mut may = if source.is_none() { (*client.ports.may).clone() } else { Ports::none() };
        for class in whichever {
            // The masquerading node is another one than the pod's own: that one is always let in.
            let party = Party { node: Node::Address(class), addr: None };
            let there = verdict(self.model, party, backend.party);
            must = must.intersection(&there.ingress.ports.must);
            may = may.union(&there.ingress.ports.may);
        }
        let mut found = client;
        found.ports = Between::new(must, may);
        if !found.ports.is_exact() {
            found.ingress.doubts.push(doubt(Direction::Ingress, Cause::Open(Assumption::ExternalSource)));
        }
        let _ = from;
        found
    }
}

/// How a rule that matches the other end is told.
fn talks(direction: Direction, other: &str) -> String {
    match direction {
        Direction::Ingress => format!("lets in `{other}`"),
        Direction::Egress => format!("lets it out to `{other}`"),
    }
}

fn doubt(direction: Direction, cause: Cause) -> Doubt {
    Doubt { direction, cause, policy: None, ports: Ports::all() }
}

/// A Service of which it is not told what stands behind it.
fn undecided() -> Verdict {
    let mut ingress = Side::open(Direction::Ingress, "the endpoints of the Service are not given");
    ingress.doubts.push(doubt(Direction::Ingress, Cause::ServiceBackends));
    let ports = Between::new(Ports::none(), Ports::all());
    Verdict {
        ports,
        egress: Side::open(Direction::Egress, "the endpoints of the Service are not given"),
        ingress,
    }
}

/// A Service that leads nowhere.
fn closed(note: &str) -> Verdict {
    let side = |direction| Side::open(direction, note);
    Verdict {
        ports: Between::exactly(Ports::none()),
        egress: side(Direction::Egress),
        ingress: side(Direction::Ingress),
    }
}
