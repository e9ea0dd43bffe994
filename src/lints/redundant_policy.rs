use super::cover::Rule;
use super::except_undone::covers;
use super::selectors::Asked;
use super::subjects::Subjects;
use super::{Context, Findings, Policy};
use crate::field::FieldPath;
use crate::manifest::effect::{self, Direction};
use crate::model::assume::{Assumption, Assumptions};
use crate::model::policy::PortList;
use crate::model::truth::Truth;
use crate::order::{self, Gather};
use std::cell::OnceCell;
use std::collections::BTreeMap;

declare_lint! {
    /// A policy that another one makes needless.
    ///
    /// ## Why
    /// Its pods are isolated and all its rules are granted by another policy of the namespace, for
    /// every pod that exists or may be added. Who changes one of the two has to know of both.
    ///
    /// A policy without rules is never found: it says that its pods are isolated. Of two that do
    /// the same only the later is found.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: from-frontends}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {matchLabels: {tier: frontend}}}]
    ///     ports: [{port: 8080, protocol: TCP}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: from-shop-frontend}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {matchLabels: {tier: frontend, app: shop}}}]
    ///     ports: [{port: 8080, protocol: TCP}]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: from-frontends}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {matchLabels: {tier: frontend}}}]
    ///     ports: [{port: 8080, protocol: TCP}]
    /// ```
    pub REDUNDANT_POLICY = {
        name: "redundant-policy", code: "NP601", severity: Info,
        needs: [Policies], fix: None, since: "0.1.0"
    }
}

/// Holds each policy against the others of its namespace.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if cx.all_policies().nth(1).is_none() {
        return;
    }
    let inert = Assumptions::of(cx.options).is(Assumption::InertRules, "enforced");
    let counts = |it: &Policy<'_>| it.object.accepted && it.object.is_served();
    let homes = cx.all_policies().filter(counts).map(|it| (cx.namespace(it.object), it)).collect();
    for (_, list) in order::group(homes) {
        let list: Vec<_> = without_namesakes(list).into_iter().map(Held::of).collect();
        // Labels alone: other ways to ask for one value are rare.
        let asked: Vec<_> = list.iter().map(|it| it.subject.first_label()).collect();
        let subjects = Subjects::of(&asked);
        for (at, own) in list.iter().enumerate() {
            if own.policy.file.context || !has_rules(&own.policy) {
                continue;
            }
            let covers = |other: &usize| {
                let Some(it) = list.get(*other).filter(|_| *other != at) else { return false };
                it.makes_needless(own, inert) && (*other < at || !own.makes_needless(it, inert))
            };
            let near = subjects.wider(own.subject.values().as_deref());
            let each = near.into_iter().filter_map(|places| places.iter().copied().find(covers));
            if let Some(covering) = each.min().and_then(|other| list.get(other)) {
                report(&own.policy, &covering.policy, out);
            }
        }
    }
}

/// A policy held against others, what it says read when first asked for.
struct Held<'a> {
    policy: Policy<'a>,
    subject: Asked<'a>,
    /// The rules of each direction, ingress first.
    rules: [OnceCell<Vec<Granted<'a>>>; 2],
}

/// A rule and its ports.
struct Granted<'a> {
    rule: Rule<'a>,
    ports: OnceCell<PortList>,
}

impl<'a> Held<'a> {
    fn of(policy: Policy<'a>) -> Self {
        let subject = Asked::of(policy.spec().and_then(|spec| spec.pod_selector.as_ref()));
        Self { policy, subject, rules: Default::default() }
    }

    fn rules(&self, direction: Direction) -> &[Granted<'a>] {
        let read = |it| Granted { rule: Rule::read(it), ports: OnceCell::new() };
        direction
            .pick(&self.rules)
            .get_or_init(|| effect::rules(self.policy.value, direction).map(read).collect())
    }

    /// Whether it isolates its pods in a direction; `inert` says whether rules of a direction that
    /// `policyTypes` leaves out isolate.
    fn isolates(&self, direction: Direction, inert: Truth) -> Truth {
        match self.policy.directions().contains(&direction) {
            true => Truth::Yes,
            false if effect::rules(self.policy.value, direction).next().is_some() => inert,
            false => Truth::No,
        }
    }

    /// Whether it isolates all that `narrow` does and grants all that `narrow` grants.
    fn makes_needless(&self, narrow: &Self, inert: Truth) -> bool {
        let concerned = || Direction::BOTH.into_iter().filter(|it| narrow.isolates(*it, inert).may());
        let grants = |direction| {
            let own = self.rules(direction);
            narrow.rules(direction).iter().all(|rule| own.iter().any(|own| own.grants(rule)))
        };
        narrow.subject.implies(&self.subject)
            && concerned().all(|it| self.isolates(it, inert).must())
            && concerned().all(grants)
    }
}

impl Granted<'_> {
    /// Whether it grants all that another does.
    fn grants(&self, narrow: &Self) -> bool {
        let (own, other) = (&self.rule.written, &narrow.rule.written);
        self.rule.has_peers_of(&narrow.rule)
            && (own.any_port() || own.ports == other.ports || covers(self.ports(), narrow.ports()))
    }

    fn ports(&self) -> &PortList {
        self.ports.get_or_init(|| PortList::read(self.rule.written.ports.unwrap_or_default()))
    }
}

/// Of two namesakes the last counts, as with kubectl apply.
fn without_namesakes(list: Vec<Policy<'_>>) -> Vec<Policy<'_>> {
    let last: BTreeMap<&str, usize> =
        list.iter().enumerate().map(|(at, it)| (it.object.name.as_str(), at)).gather();
    if last.len() == list.len() {
        return list;
    }
    let counts = |at: usize, it: &Policy<'_>| last.get(it.object.name.as_str()) == Some(&at);
    list.into_iter().enumerate().filter(|(at, it)| counts(*at, it)).map(|(_, it)| it).collect()
}

/// Whether it has rules, and none whose effect plugins disagree about.
fn has_rules(policy: &Policy<'_>) -> bool {
    let rules = |direction| effect::rules(policy.value, direction).next().is_some();
    Direction::BOTH.into_iter().any(rules)
        && Direction::BOTH.into_iter().all(|it| !rules(it) || policy.directions().contains(&it))
}

fn report(own: &Policy<'_>, other: &Policy<'_>, out: &mut Findings<'_>) {
    let name = &other.object.name;
    let message = format!("`{name}` isolates the same pods and allows all that this policy allows");
    let mut found = out.add(&REDUNDANT_POLICY, own.object, &FieldPath::parse("metadata.name"), message);
    found
        .because(other.place(&FieldPath::parse("spec.podSelector")), "selects all of its pods")
        .cause(name.clone());
    for direction in Direction::BOTH {
        if own.directions().contains(&direction) && other.node(&direction.rules()).is_some() {
            found.because(other.place(&direction.rules()), "allows all that it allows");
        }
    }
    found.help("remove this policy, or narrow the other one if it opens more than was meant");
}
