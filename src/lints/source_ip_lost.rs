use super::given::{Arrival, arrivals, judged};
use super::{Context, Findings};
use crate::field::FieldPath;
use crate::manifest::effect::{Direction, RuleRef};
use crate::model::Model;
use crate::model::ip::Range;
use crate::model::ports::{Ports, Protocol};
use crate::model::service::Service;
use crate::model::set::Set;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::collections::BTreeMap;

declare_lint! {
    /// An ingress `ipBlock` for clients outside, on pods behind a Service that may hide their
    /// addresses.
    ///
    /// ## Why
    /// With `externalTrafficPolicy: Cluster`, which is the default, a connection through a NodePort
    /// or LoadBalancer may arrive with the address of a node in place of the client's. The block
    /// then shuts out those it names, or lets in all once the nodes are allowed.
    ///
    /// Blocks of private ranges, which may well be the nodes', and blocks for everyone are not
    /// found; nor is anything where the assumption `external-source` is set.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   type: LoadBalancer
    ///   selector: {app: web}
    ///   ports: [{port: 8443}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{ipBlock: {cidr: 198.51.100.0/24}}]
    ///     ports: [{port: 8443, protocol: TCP}]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   type: LoadBalancer
    ///   externalTrafficPolicy: Local
    ///   selector: {app: web}
    ///   ports: [{port: 8443}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{ipBlock: {cidr: 198.51.100.0/24}}]
    ///     ports: [{port: 8443, protocol: TCP}]
    /// ```
    pub SOURCE_IP_LOST = {
        name: "source-ip-lost", code: "NP412", severity: Warning,
        needs: [Services, Workloads], fix: None, since: "0.1.0"
    }
}

/// Addresses that a node may have in a private network.
const PRIVATE: [&str; 5] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

/// Looks for blocks in rules that open what such a Service leads to.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if !cx.has_services() {
        out.not_evaluated(&SOURCE_IP_LOST, "no Services are given");
        return;
    }
    let model = cx.model();
    if cx.options.assume.contains_key("external-source") || !model.services.iter().any(hides_clients) {
        return;
    }
    let (arrivals, present) = (arrivals(model), model.present());
    for judged in judged(cx) {
        let (subjects, _) = judged.subjects(model, &present);
        for (rule, _) in judged.rules(model, Direction::Ingress) {
            let outside = rule
                .listed_peers()
                .find(|(_, peer)| peer.ip_block.as_ref().is_some_and(|block| is_for_clients(&block.cidr)));
            let Some((peer, _)) = outside else { continue };
            let Some(service) = published(model, &arrivals, &subjects, &rule) else { continue };
            let message = format!(
                "connections through Service `{}` may arrive from a node's address, not the client's",
                service.name
            );
            let mut found =
                out.add(&SOURCE_IP_LOST, judged.policy.object, &peer.field("ipBlock").field("cidr"), message);
            found.cause(service.name);
            if let Some(object) = cx.manifests.object(service.object) {
                let path = FieldPath::parse("spec.externalTrafficPolicy");
                found.because(
                    cx.manifests.place(object, &path),
                    "may put a node's address in place of the client's",
                );
            }
            found.help("set `externalTrafficPolicy: Local` on the Service, or the assumption `external-source` if the plugin keeps addresses");
        }
    }
}

fn hides_clients(service: &Service<'_>) -> bool {
    matches!(service.spec.type_.as_deref(), Some("LoadBalancer" | "NodePort"))
        && service.spec.external_traffic_policy.as_deref() != Some("Local")
}

/// Whether a block is for someone outside in particular.
fn is_for_clients(cidr: &str) -> bool {
    let Some(range) = Range::cidr(cidr) else { return false };
    let all = Range::family(range.first.v6);
    range != all && !PRIVATE.iter().filter_map(|it| Range::cidr(it)).any(|it| it.overlap(range).is_some())
}

/// The Service that leads from outside to a port that the rule opens on one of its pods.
fn published<'m, 'a>(
    model: &'m Model<'a>,
    arrivals: &BTreeMap<u32, Vec<Arrival>>,
    subjects: &Set,
    rule: &RuleRef<'_>,
) -> Option<&'m Service<'a>> {
    let endpoints = subjects.iter().filter_map(|class| model.members.get(class as usize)).flatten();
    endpoints.filter_map(|at| arrivals.get(at)).flatten().find_map(|it| {
        let service = model.services.get(it.service)?;
        (hides_clients(service) && opens(rule, it.protocol, it.target)).then_some(service)
    })
}

fn opens(rule: &RuleRef<'_>, protocol: Protocol, number: u16) -> bool {
    rule.any_port()
        || rule.ports.unwrap_or_default().iter().any(|port| {
            let Some(own) = Protocol::parse(port.protocol.as_deref()) else { return false };
            let opened = match &port.port {
                // Which number a name has is left open here.
                Some(IntOrString::String(_)) => return own == protocol,
                None => Ports::protocol(own),
                Some(IntOrString::Int(first)) => {
                    let last = port.end_port.unwrap_or(*first);
                    match (u16::try_from(*first), u16::try_from(last)) {
                        (Ok(first), Ok(last)) => Ports::range(own, first, last),
                        _ => return false,
                    }
                }
            };
            opened.contains(protocol, number)
        })
}
