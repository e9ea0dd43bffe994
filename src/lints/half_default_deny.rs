use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use crate::field::FieldPath;
use crate::manifest::effect::{self, Direction, Effect};

declare_lint! {
    /// A policy called default deny that denies one direction, while nothing isolates the other.
    ///
    /// ## Why
    /// A policy isolates pods only in the directions that it lists. One that is called
    /// `default-deny` and lists `Ingress` alone leaves egress open, and the other way round; who
    /// reads the name takes the namespace for closed. A name that says the direction
    /// (`default-deny-ingress`) promises no more than it keeps.
    ///
    /// Where other kinds of policy are present, which may deny the other direction, the lint is
    /// silent.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: default-deny
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: default-deny-ingress
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    /// ```
    ///
    /// ## Fix
    /// Unsafe: it narrows what is allowed to what other policies of the namespace allow.
    pub HALF_DEFAULT_DENY = {
        name: "half-default-deny", code: "NP105", severity: Warning,
        needs: [Policies], fix: Unsafe, since: "0.1.0"
    }
}

/// Words that deny.
const DENIES: [&str; 5] = ["deny", "block", "isolate", "drop", "lockdown"];
/// Words that say that everything is meant.
const EVERYTHING: [&str; 4] = ["default", "all", "everything", "any"];
/// Words that say that something less is meant: a direction, a side, an exception.
const NARROWS: [&str; 20] = [
    "ingress", "egress", "inbound", "outbound", "incoming", "outgoing", "from", "to", "in", "out", "into",
    "external", "internet", "other", "others", "except", "but", "unless", "only", "allow",
];

/// Judges each policy with such a name by all policies of its namespace.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let named =
        cx.policies().filter(|policy| policy.selects_all() && promises_default_deny(&policy.object.name));
    for policy in named.filter(|policy| policy.spec().is_some()) {
        let [only] = *policy.directions() else { continue };
        if effect::effect(policy.value, only) != Effect::Nothing {
            continue;
        }
        if cx.has_other_policies() {
            out.not_evaluated(
                &HALF_DEFAULT_DENY,
                "policies of other kinds may deny what NetworkPolicies leave open",
            );
            return;
        }
        let isolates = |it: Policy<'_>| it.directions().contains(&only.other());
        if !cx.policies_of(cx.namespace(policy.object)).any(isolates) {
            report(&policy, only, out);
        }
    }
}

fn promises_default_deny(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let has =
        |list: &[&str]| name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| list.contains(&word));
    has(&DENIES) && has(&EVERYTHING) && !has(&NARROWS)
}

fn report(policy: &Policy<'_>, only: Direction, out: &mut Findings<'_>) {
    let (name, open) = (&policy.object.name, only.other());
    let types = FieldPath::parse("spec.policyTypes");
    let message = format!("`{name}` denies {} only: {} stays open", only.name(), open.name());
    out.add(&HALF_DEFAULT_DENY, policy.object, &types, message)
        .because(policy.place(&FieldPath::parse("metadata.name")), "the name promises more")
        .help(format!("add `{}` to `policyTypes`, or say `{}` in the name", open.policy_type(), only.name()))
        .fix(Fix::risky(
            format!("add `{}` to `policyTypes`", open.policy_type()),
            vec![policy.add_policy_type(open)],
        ));
}

#[cfg(test)]
mod tests {
    use super::promises_default_deny;

    #[test]
    fn a_name_that_says_less_promises_less() {
        assert!(
            ["default-deny", "deny-all", "default-deny-all", "isolate-everything"].map(promises_default_deny)
                == [true; 4]
        );
        assert!(
            ["deny-all-egress", "deny-all-from-other-namespaces", "web", "deny-web"]
                .map(promises_default_deny)
                == [false; 4]
        );
    }
}
