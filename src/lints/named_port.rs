//! The pods that the ports of a rule are of, whose declarations say what names mean.

use super::Context;
use super::given::{Judged, judged};
use crate::manifest::effect::{Direction, ItemRef, RuleRef};
use crate::model::policy::{Peer, Rule};
use crate::model::ports::Protocol;
use crate::model::set::Set;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// Calls `look` with every named port of the policies to judge: its entry, name and protocol, and
/// where it is looked up.
pub(super) fn each_named_port(
    cx: &Context<'_>,
    mut look: impl FnMut(&Judged<'_>, (ItemRef, &str, Protocol), &Target),
) {
    if !cx.mentioned().port_names {
        return;
    }
    let model = cx.model();
    let present = model.present();
    for judged in judged(cx) {
        for direction in Direction::BOTH {
            for (rule, compiled) in judged.rules(model, direction) {
                let mut at = None;
                for (field, port) in rule.listed_ports() {
                    let Some(IntOrString::String(name)) = &port.port else { continue };
                    let Some(protocol) = Protocol::parse(port.protocol.as_deref()) else { continue };
                    let at = at.get_or_insert_with(|| target(cx, &judged, &rule, compiled, &present));
                    look(&judged, (field, name, protocol), at);
                }
            }
        }
    }
}

/// Where a rule's ports are looked up.
pub(super) enum Target {
    /// On these classes of given pods: certainly, and perhaps.
    Pods(Set, Set),
    /// On addresses alone.
    Addresses,
    /// On pods that the input may lack.
    Unknown,
}

/// The pods that a rule's ports are of.
pub(super) fn target(
    cx: &Context<'_>,
    judged: &Judged<'_>,
    rule: &RuleRef<'_>,
    compiled: &Rule,
    present: &Set,
) -> Target {
    let model = cx.model();
    if rule.direction == Direction::Ingress {
        let chosen = !model.parts.selector(judged.compiled.subject).is_empty();
        let (sure, open) = judged.subjects(model, present);
        return if chosen || cx.options.complete.workloads {
            Target::Pods(sure, open)
        } else {
            Target::Unknown
        };
    }
    let Some(peers) = &compiled.peers else { return Target::Unknown };
    let blocks =
        peers.iter().filter(|id| matches!(model.parts.peers.get(**id), Some(Peer::Block(_)))).count();
    if blocks == peers.len() {
        return Target::Addresses;
    }
    let by_label = |id: &u32| match model.parts.peers.get(*id) {
        Some(Peer::Pods(_, selector)) => !model.parts.selector(*selector).is_empty(),
        _ => false,
    };
    if !cx.options.complete.workloads && !peers.iter().all(by_label) {
        return Target::Unknown;
    }
    let (mut sure, mut open) = (Set::new(), Set::new());
    for found in peers.iter().filter_map(|id| model.peer_pods.get(*id as usize)) {
        let (own, may) = (found.must.intersection(present), found.may.intersection(present));
        // A peer without given pods may have some that were not given.
        if own.is_empty() && !cx.options.complete.workloads {
            return Target::Unknown;
        }
        (sure, open) = (sure.union(&own), open.union(&may));
    }
    Target::Pods(sure, open)
}
