use super::{Context, Findings, Policy};
use crate::field::FieldPath;
use crate::manifest::effect::{self, Direction, Effect};
use ipnet::IpNet;
use k8s_openapi::api::networking::v1::NetworkPolicyPeer;

declare_lint! {
    /// A policy whose name says one thing and whose rules do another.
    ///
    /// ## Why
    /// NetworkPolicy rules only ever allow. A policy called `restrict-metadata-service` with a
    /// rule for the metadata address opens it instead of guarding it; one called `deny-egress` that
    /// lists only `Ingress` leaves egress open. Reviewers read names, so such a policy passes for
    /// what it is not.
    ///
    /// What is compared: deny-like words (`deny`, `block`, `restrict`, `isolate`, …) with rules
    /// that allow all or the very thing that is named, `allow`
    /// with no rule at all, and a direction in the name with a policy that acts on the other.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: block-metadata
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Egress]
    ///   egress:
    ///   - to:
    ///     - ipBlock: {cidr: 169.254.169.254/32}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: block-metadata
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Egress]
    ///   egress:
    ///   - to:
    ///     - ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}
    /// ```
    pub EFFECT_CONTRADICTS_NAME = {
        name: "effect-contradicts-name", code: "NP304", severity: Warning,
        needs: [Object], fix: None, since: "0.1.0"
    }
}

/// What a name promises.
#[derive(Debug, Default)]
struct Promise<'n> {
    /// The deny-like word.
    denies: Option<&'n str>,
    /// Whether it says `allow`.
    allows: bool,
    /// The direction the verb is about.
    direction: Option<Direction>,
    /// Whether it speaks of the metadata service.
    metadata: bool,
    /// Whether it speaks of everything outside.
    outside: bool,
}

/// Judges the name of every policy by the policy's own rules.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    let name = policy.object.name.to_ascii_lowercase();
    let promise = promise(&name);
    if promise.denies.is_some() {
        denies(policy, &promise, out);
    } else if promise.allows {
        allows(policy, &promise, out);
    }
}

fn promise(name: &str) -> Promise<'_> {
    let words: Vec<&str> =
        name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let mut promise = Promise {
        denies: words.iter().copied().find(|word| {
            let verbs = [
                "deny",
                "denies",
                "denied",
                "block",
                "blocks",
                "restrict",
                "restricts",
                "isolate",
                "forbid",
                "prevent",
                "lockdown",
            ];
            verbs.contains(word)
        }),
        allows: is(&["allow", "allows", "permit", "permits"]),
        direction: None,
        metadata: is(&["metadata", "imds"]),
        outside: is(&["internet", "external", "world", "outside"]),
    };
    // "allow all except …", "allow none", "allow only": a mixed message promises nothing certain.
    if is(&["except", "but", "unless", "none", "nothing", "no", "only"])
        || (promise.denies.is_some() && promise.allows)
    {
        return Promise::default();
    }
    // `deny-ingress`, `deny-all-egress`, `ingress-deny`: the direction stands next to the verb or `all`.
    // `allow-from-ingress-nginx` speaks of a controller, not of a direction.
    let near = |word: &&str| promise.denies == Some(*word) || ["allow", "all", "default"].contains(word);
    for (at, word) in words.iter().enumerate() {
        let direction = match *word {
            "ingress" => Direction::Ingress,
            "egress" => Direction::Egress,
            _ => continue,
        };
        let before = at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(near);
        let last = at + 1 == words.len();
        let after = words.get(at + 1).is_some_and(near);
        if promise.direction.is_some_and(|other| other != direction) {
            // Both are named.
            return Promise { direction: None, ..promise };
        }
        if (before && (last || after || direction == Direction::Egress)) || (at == 0 && after) {
            promise.direction = Some(direction);
        }
    }
    promise
}

fn denies(policy: &Policy<'_>, promise: &Promise<'_>, out: &mut Findings<'_>) {
    let verb = promise.denies.unwrap_or_default();
    let isolated = policy.directions();
    let wanted = |direction: &Direction| promise.direction.is_none_or(|it| it == *direction);
    for direction in isolated.iter().copied().filter(wanted) {
        let Effect::Allows { everything: Some(rule) } = effect::effect(policy.value, direction) else {
            continue;
        };
        let field = direction.rules().index(rule);
        let message = format!("the name says `{verb}`, but this rule allows all {}", direction.name());
        out.add(&EFFECT_CONTRADICTS_NAME, policy.object, &field, message)
            .because(
                policy.place(&FieldPath::root().field("metadata").field("name")),
                "what the name promises",
            )
            .help("remove the rule to deny, or rename the policy to say what it allows")
            .cause("allows-all");
        return;
    }
    if named_thing_allowed(policy, promise, verb, out) {
        return;
    }
    other_direction(policy, promise, isolated, out);
}

/// A rule whose peer is the very thing that the name says is denied.
fn named_thing_allowed(
    policy: &Policy<'_>,
    promise: &Promise<'_>,
    verb: &str,
    out: &mut Findings<'_>,
) -> bool {
    for &direction in policy.directions() {
        for (at, peer) in effect::peers(policy.value, direction) {
            let what = if promise.metadata && is_metadata(peer) {
                "the metadata service"
            } else if promise.outside && is_everywhere(peer) {
                "every address"
            } else {
                continue;
            };
            let (verb_here, others) = match direction {
                Direction::Egress => ("lets the selected pods reach", "reach nothing else"),
                Direction::Ingress => {
                    ("lets the selected pods be reached from", "be reached from nothing else")
                }
            };
            let message =
                format!("the name says `{verb}`, but this rule {verb_here} {what}: rules only ever allow");
            out.add(&EFFECT_CONTRADICTS_NAME, policy.object, &at.path(), message)
                .because(policy.place(&FieldPath::root().field("metadata").field("name")), "what the name promises")
                .because(
                    policy.place(&FieldPath::root().field("spec").field("podSelector")),
                    format!("the selected pods may, by this policy, {others}"),
                )
                .help("deny an address by leaving it out: `except` in a wider ipBlock, or no rule for it at all")
                .cause("allows-named");
            return true;
        }
    }
    false
}

/// `deny-ingress` that acts on egress.
fn other_direction(
    policy: &Policy<'_>,
    promise: &Promise<'_>,
    isolated: &[Direction],
    out: &mut Findings<'_>,
) {
    let [only] = isolated else { return };
    let Some(named) = promise.direction.filter(|named| named != only) else { return };
    let verb = promise.denies.unwrap_or_default();
    let message =
        format!("the name says `{verb}` and `{}`, but the policy acts on {} only", named.name(), only.name());
    let field = FieldPath::root().field("spec").field("policyTypes");
    out.add(&EFFECT_CONTRADICTS_NAME, policy.object, &field, message)
        .because(policy.place(&FieldPath::root().field("metadata").field("name")), "what the name promises")
        .help("list the direction in `policyTypes`, or name the direction that is meant")
        .cause("other-direction");
}

fn allows(policy: &Policy<'_>, promise: &Promise<'_>, out: &mut Findings<'_>) {
    let isolated = policy.directions();
    let nothing =
        isolated.iter().all(|direction| effect::effect(policy.value, *direction) == Effect::Nothing);
    let name = policy.place(&FieldPath::root().field("metadata").field("name"));
    let field = FieldPath::root().field("spec");
    if nothing && !isolated.is_empty() && policy.spec().is_some() {
        out.add(
            &EFFECT_CONTRADICTS_NAME,
            policy.object,
            &field,
            "the name says `allow`, but the policy has no rule that allows anything",
        )
        .at(policy.key_place(&field))
        .because(name, "what the name promises")
        .help("add the rule that is meant; as it stands the selected pods are cut off")
        .cause("allows-nothing");
        return;
    }
    let [only] = isolated else { return };
    if let Some(named) = promise.direction.filter(|named| named != only) {
        let message =
            format!("the name says `{}`, but the policy acts on {} only", named.name(), only.name());
        out.add(&EFFECT_CONTRADICTS_NAME, policy.object, &field.field("policyTypes"), message)
            .because(name, "what the name promises")
            .help(format!("list `{}` in `policyTypes`, or rename the policy", named.policy_type()))
            .cause("other-direction");
    }
}

fn block(peer: &NetworkPolicyPeer) -> Option<(IpNet, bool)> {
    let block = peer.ip_block.as_ref()?;
    let net = block.cidr.parse().ok()?;
    Some((net, block.except.as_ref().is_none_or(Vec::is_empty)))
}

fn is_metadata(peer: &NetworkPolicyPeer) -> bool {
    block(peer).is_some_and(|(net, _)| {
        effect::METADATA_ADDRESSES
            .iter()
            .filter_map(|it| it.parse().ok())
            .any(|it: std::net::IpAddr| net == IpNet::from(it))
    })
}

fn is_everywhere(peer: &NetworkPolicyPeer) -> bool {
    block(peer).is_some_and(|(net, whole)| net.prefix_len() == 0 && whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn direction_of(name: &str) -> Option<&'static str> {
        promise(name).direction.map(Direction::name)
    }

    #[test]
    fn a_direction_is_read_only_where_it_is_one() {
        assert_eq!(direction_of("default-deny-ingress"), Some("ingress"));
        assert_eq!(direction_of("deny-all-egress"), Some("egress"));
        assert_eq!(direction_of("allow-ingress-nginx"), None);
        assert_eq!(direction_of("allow-from-ingress-controller"), None);
        assert_eq!(direction_of("deny-ingress-and-egress"), None);
    }

    #[test]
    fn a_mixed_message_promises_nothing() {
        let mixed = promise("deny-all-except-dns");
        assert!(mixed.denies.is_none() && !mixed.allows);
    }
}
