use super::{Context, Findings, Policy};
use crate::diagnostic::{Applicability, Fix, Place, Step};
use crate::field::FieldPath;
use crate::syntax::{NodeId, Style, Value};

declare_lint! {
    /// A label value that YAML reads as a boolean, number or null where text is wanted.
    ///
    /// ## Why
    /// Kubernetes reads YAML 1.1: `on`, `yes` and `y` are booleans, `1.10` is the number 1.1.
    /// Labels are text, so the API server refuses the object.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector:
    ///     matchLabels:
    ///       version: 1.10
    ///   policyTypes: [Ingress]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector:
    ///     matchLabels:
    ///       version: "1.10"
    ///   policyTypes: [Ingress]
    /// ```
    ///
    /// ## Fix
    /// Safe: quotes the value as it is written.
    pub UNQUOTED_SCALAR = { name: "unquoted-scalar", code: "NP008", severity: Error, needs: [Object], fix: Safe, since: "0.1.0" }
}

/// Looks at every label, annotation and selector value of every policy.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    // The server refuses every value that is no text.
    for policy in cx.policies().filter(|it| !it.object.accepted) {
        for (field, node) in text_values(&policy) {
            report(&policy, &field, node, out);
        }
    }
}

fn report(policy: &Policy<'_>, field: &FieldPath, node: NodeId, out: &mut Findings<'_>) {
    let written = policy.tree().node(node);
    let read = match &written.value {
        Value::Bool(it) => format!("the boolean {it}"),
        Value::Number(it) => format!("the number {it}"),
        _ => return,
    };
    let place = Place { source: policy.object.source, span: written.span };
    let text = written.span.of(policy.file.source.as_str());
    let shown = if policy.file.source.has_places() { text } else { read.as_str() };
    let mut found = out.add(
        &UNQUOTED_SCALAR,
        policy.object,
        field,
        format!("`{shown}` is read as {read}, and a label value must be text"),
    );
    found.at(place).help("put it in quotes");
    // A value that is aliased or spans lines is left to the user.
    if written.style == Style::Plain && policy.file.source.has_places() && !text.contains(['"', '\\', '\n']) {
        found.fix(Fix {
            title: format!("quote `{text}`"),
            applicability: Applicability::Safe,
            steps: vec![Step::Replace { place, text: format!("\"{text}\"") }],
        });
    }
}

/// Every place in a policy where Kubernetes wants text of the user's own choosing, with its node.
fn text_values(policy: &Policy<'_>) -> Vec<(FieldPath, NodeId)> {
    let mut found = Vec::new();
    let metadata = FieldPath::root().field("metadata");
    map_values(policy, &metadata.field("labels"), &mut found);
    map_values(policy, &metadata.field("annotations"), &mut found);
    let spec = FieldPath::root().field("spec");
    selector_values(policy, &spec.field("podSelector"), &mut found);
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        let rules = spec.field(direction);
        for rule in 0..count(policy, &rules) {
            let peers = rules.index(rule).field(peers);
            for peer in 0..count(policy, &peers) {
                selector_values(policy, &peers.index(peer).field("podSelector"), &mut found);
                selector_values(policy, &peers.index(peer).field("namespaceSelector"), &mut found);
            }
        }
    }
    found
}

fn selector_values(policy: &Policy<'_>, selector: &FieldPath, found: &mut Vec<(FieldPath, NodeId)>) {
    map_values(policy, &selector.field("matchLabels"), found);
    let expressions = selector.field("matchExpressions");
    for expression in 0..count(policy, &expressions) {
        let values = expressions.index(expression).field("values");
        let Some(list) = policy.node(&values) else { continue };
        found
            .extend(policy.tree().items(list).iter().enumerate().map(|(at, node)| (values.index(at), *node)));
    }
}

fn map_values(policy: &Policy<'_>, map: &FieldPath, found: &mut Vec<(FieldPath, NodeId)>) {
    let Some(node) = policy.node(map) else { return };
    for entry in policy.tree().entries(node) {
        let key = policy.tree().as_str(entry.key).unwrap_or_default();
        found.push((map.key(key), entry.value));
    }
}

fn count(policy: &Policy<'_>, list: &FieldPath) -> usize {
    policy.node(list).map_or(0, |node| policy.tree().items(node).len())
}
