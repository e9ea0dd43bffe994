//! The verdict on one pair of ends: both sides, and the special traffic that no policy stops.

use super::connections::Node;
use super::reach::own_node;
use super::verdict::{Doubt, End, Side, Step, side};
use crate::manifest::effect::Direction;
use crate::model::Model;
use crate::model::address::Owner;
use crate::model::assume::Cause;
use crate::model::ip::Addr;
use crate::model::ports::Ports;
use crate::model::truth::{Between, Truth};

/// One end of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Party {
    /// What it is.
    pub node: Node,
    /// The address meant, where it is a class of addresses.
    pub addr: Option<Addr>,
}

/// The verdict on one pair.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The ports open.
    pub ports: Between<Ports>,
    /// At the source.
    pub egress: Side,
    /// At the destination.
    pub ingress: Side,
}

impl Verdict {
    /// What leaves it open, of both sides.
    pub fn doubts(&self) -> impl Iterator<Item = &Doubt> {
        self.egress.doubts.iter().chain(&self.ingress.doubts)
    }

    /// The chain of both sides, the source's first.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.egress.steps.iter().chain(&self.ingress.steps)
    }
}

/// The ends a party stands for: one, or each choice of labels of pods that do not exist yet.
#[must_use]
pub fn ends<'x, 'a>(model: &'x Model<'a>, party: Party) -> Vec<End<'x, 'a>> {
    match party.node {
        Node::Endpoint(at) => model
            .endpoints
            .get(at as usize)
            .map(|endpoint| {
                let home = model.workloads.get(endpoint.workload as usize).map_or(u32::MAX, |it| it.home);
                vec![End::Pod(home, model.endpoint_pod(endpoint))]
            })
            .unwrap_or_default(),
        Node::Future(at) => {
            let classes =
                model.futures.get(at as usize).map(|(_, classes)| classes.as_slice()).unwrap_or_default();
            let class = |id: &u32| model.classes.list.get(*id as usize);
            let end = |class: &crate::model::class::Class| {
                let home = model.workloads.get(class.pod.0 as usize).map_or(u32::MAX, |it| it.home);
                End::Pod(home, model.pod_of(class))
            };
            classes.iter().filter_map(class).map(end).collect()
        }
        Node::Address(at) => {
            let Some(class) = model.addresses.classes.get(at as usize) else { return Vec::new() };
            let addr = party.addr.or_else(|| class.ranges.first().map(|range| range.first));
            let owner = addr.map_or(Owner::Outside, |addr| {
                crate::model::address::owner(addr, &model.nodes, &model.ranges)
            });
            addr.map(|addr| End::Address(addr, owner)).into_iter().collect()
        }
        Node::IngressController => super::outside::ends(model),
        _ => Vec::new(),
    }
}

/// The verdict on connections from one party to another.
#[must_use]
pub fn verdict(model: &Model<'_>, from: Party, to: Party) -> Verdict {
    let mut found: Option<Verdict> = None;
    for source in ends(model, from) {
        for destination in ends(model, to) {
            let egress = side(model, Direction::Egress, &source, &destination);
            let ingress = side(model, Direction::Ingress, &destination, &source);
            let ports = egress.ports.zip(&ingress.ports, Ports::intersection);
            let own = Verdict { ports, egress, ingress };
            found = Some(match found {
                None => own,
                Some(so_far) => together(so_far, own),
            });
        }
    }
    let nothing = || Side::open(Direction::Egress, "");
    let verdict = found.unwrap_or_else(|| Verdict {
        ports: Between::exactly(Ports::all()),
        egress: nothing(),
        ingress: Side::open(Direction::Ingress, ""),
    });
    special(model, from, to, verdict)
}

/// What holds whichever of two it turns out to be.
fn together(a: Verdict, b: Verdict) -> Verdict {
    let must = a.ports.must.intersection(&b.ports.must);
    let may = a.ports.may.union(&b.ports.may);
    Verdict { ports: Between::new(must, may), ..a }
}

/// A pod and itself, and a node and its own pods.
fn special(model: &Model<'_>, from: Party, to: Party, verdict: Verdict) -> Verdict {
    match (from.node, to.node) {
        (Node::Endpoint(a), Node::Endpoint(b)) if a == b && is_single(model, a) => Verdict {
            ports: Between::exactly(Ports::all()),
            egress: Side::open(Direction::Egress, "no policy applies to what a pod says to itself"),
            ingress: Side::open(Direction::Ingress, "no policy applies to what a pod says to itself"),
        },
        (Node::Address(class), Node::Endpoint(at)) => {
            let endpoint = model.endpoints.get(at as usize);
            match endpoint.map_or(Truth::No, |endpoint| own_node(model, endpoint, class)) {
                Truth::No => verdict,
                Truth::Yes => Verdict {
                    ports: verdict.egress.ports.clone(),
                    ingress: Side::open(Direction::Ingress, "a pod's own node always reaches it"),
                    ..verdict
                },
                Truth::Unknown => {
                    let mut verdict = verdict;
                    let may = (*verdict.egress.ports.may).clone();
                    verdict.ports = Between::new((*verdict.ports.must).clone(), may);
                    let ports = Ports::all();
                    verdict.ingress.doubts.push(Doubt {
                        direction: Direction::Ingress,
                        cause: Cause::PodNode,
                        policy: None,
                        ports,
                    });
                    verdict
                }
            }
        }
        (Node::IngressController, _) => {
            let mut verdict = verdict;
            if !verdict.ports.is_exact() {
                let doubt = Doubt {
                    direction: Direction::Ingress,
                    cause: Cause::IngressController,
                    policy: None,
                    ports: Ports::all(),
                };
                (verdict.egress.doubts, verdict.ingress.doubts) = (Vec::new(), vec![doubt]);
            }
            verdict
        }
        _ => verdict,
    }
}

/// Whether an endpoint is one pod.
#[must_use]
pub fn is_single(model: &Model<'_>, endpoint: u32) -> bool {
    let workload =
        model.endpoints.get(endpoint as usize).and_then(|it| model.workloads.get(it.workload as usize));
    workload.is_some_and(crate::model::pod::Workload::is_single)
}
