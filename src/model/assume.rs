//! What the API leaves open, as named assumptions, and what each network plugin is known to do.
//!
//! Every assumption has a few values or is unknown. A profile presets them; `assume` wins over it.

use super::truth::Truth;
use crate::options::{Cni, Options};

/// Something the API leaves open, or the input does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assumption {
    /// Whether an ipBlock matches the addresses of pods.
    IpBlockPods,
    /// Whether NetworkPolicy selectors reach pods on their node's network.
    HostNetworkPods,
    /// What rules of a direction do that policyTypes leaves out.
    InertRules,
    /// Whether an ipBlock matches a Service's address before it is translated.
    ClusterIpBlocks,
    /// What labels a namespace has that was not supplied, beside its name.
    UndeclaredNamespaceLabels,
    /// What decides between two cluster policies of one tier and priority.
    EqualPriority,
    /// Whether an ipBlock matches the addresses of nodes.
    NodeAddresses,
    /// What applies to a pod that reaches itself through a Service.
    LoopbackThroughService,
    /// The source address of traffic through NodePort and LoadBalancer.
    ExternalSource,
}

impl Assumption {
    /// Every assumption, its name, and its values.
    pub const ALL: [(Self, &'static str, &'static [&'static str]); 9] = [
        (Self::IpBlockPods, "ip-block-pods", &["match", "never"]),
        (Self::HostNetworkPods, "host-network-pods", &["excluded", "included"]),
        (Self::InertRules, "inert-rules", &["ignored", "enforced"]),
        (Self::ClusterIpBlocks, "cluster-ip-blocks", &["never", "match"]),
        (Self::UndeclaredNamespaceLabels, "undeclared-namespace-labels", &["none"]),
        (Self::EqualPriority, "equal-priority", &["name-order"]),
        (Self::NodeAddresses, "node-addresses", &["match", "never"]),
        (Self::LoopbackThroughService, "loopback-through-service", &["allow", "enforce"]),
        (Self::ExternalSource, "external-source", &["client", "node", "load-balancer"]),
    ];

    /// Its name in options.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(it, ..)| *it == self).map_or("", |(_, name, _)| name)
    }

    /// The values it can take beside `unknown`.
    #[must_use]
    pub fn values(self) -> &'static [&'static str] {
        Self::ALL.into_iter().find(|(it, ..)| *it == self).map_or(&[], |(.., values)| values)
    }

    /// The assumption of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, it, _)| *it == name).map(|(it, ..)| it)
    }
}

/// The value a plugin is known to give an assumption; `None` where no source says.
fn profile(cni: Cni, assumption: Assumption) -> Option<&'static str> {
    use Assumption as A;
    match (cni, assumption) {
        // Cilium gives every endpoint an identity; CIDR rules speak of what has none
        // (docs.cilium.io, "Layer 3 policies": not applied where both sides are managed). GKE's
        // Dataplane V2 is Cilium. The others match packets by address, pods included.
        (Cni::Calico | Cni::Antrea | Cni::OvnKubernetes | Cni::AwsVpcCni, A::IpBlockPods) => Some("match"),
        (Cni::Cilium | Cni::GkeDataplaneV2, A::IpBlockPods) => Some("never"),
        // cilium/cilium#48703; GKE as Cilium; aws/amazon-network-policy-controller-k8s#229.
        (Cni::Cilium | Cni::GkeDataplaneV2 | Cni::AwsVpcCni, A::InertRules) => Some("enforced"),
        // The API: "policyTypes ... rule types that the NetworkPolicy relates to"; a direction it
        // leaves out is not related. No departure of the remaining plugins is known.
        (_, A::InertRules) => Some("ignored"),
        // Calico filters after the Service address has become a pod's.
        (Cni::Calico, A::ClusterIpBlocks) => Some("never"),
        // aws/amazon-vpc-cni-k8s#3096.
        (Cni::AwsVpcCni, A::ClusterIpBlocks) => Some("match"),
        _ => None,
    }
}

/// The value of every assumption in one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assumptions {
    values: [Option<&'static str>; 9],
}

impl Assumptions {
    /// What options set: the profile's values under those of `assume`.
    ///
    /// # Errors
    /// A sentence for an assumption or value that does not exist.
    pub fn read(options: &Options) -> Result<Self, String> {
        for (name, value) in &options.assume {
            let Some(it) = Assumption::parse(name) else {
                let names: Vec<&str> = Assumption::ALL.iter().map(|(_, name, _)| *name).collect();
                return Err(format!("no assumption is called `{name}`; there are {}", names.join(", ")));
            };
            if value != "unknown" && !it.values().contains(&value.as_str()) {
                return Err(format!(
                    "`{name}` cannot be `{value}`; it is {} or unknown",
                    it.values().join(", ")
                ));
            }
        }
        Ok(Self::of(options))
    }

    /// What options set, unreadable entries counting as unknown.
    #[must_use]
    pub fn of(options: &Options) -> Self {
        let value = |(it, name, values): (Assumption, &str, &'static [&'static str])| match options
            .assume
            .get(name)
        {
            Some(text) => values.iter().find(|value| *value == text).copied(),
            None => profile(options.cni, it),
        };
        Self { values: Assumption::ALL.map(value) }
    }

    /// The value of one assumption, unless it is unknown.
    #[must_use]
    pub fn get(&self, assumption: Assumption) -> Option<&'static str> {
        let at = Assumption::ALL.iter().position(|(it, ..)| *it == assumption)?;
        self.values.get(at).copied().flatten()
    }

    /// Whether an assumption has this value.
    #[must_use]
    pub fn is(&self, assumption: Assumption, value: &str) -> Truth {
        match self.get(assumption) {
            None => Truth::Unknown,
            Some(own) => Truth::from(own == value),
        }
    }
}

/// Why something is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CauseKind {
    /// The input leaves it out.
    MissingInput,
    /// Network plugins do it differently.
    CniDiffers,
    /// Nothing defines it, or netpol does not evaluate what does.
    Undefined,
}

impl CauseKind {
    /// Its spelling in answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MissingInput => "missing-input",
            Self::CniDiffers => "cni-differs",
            Self::Undefined => "undefined",
        }
    }
}

/// One reason for an unknown, fine enough to say what would settle it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// An assumption without a value.
    Open(Assumption),
    /// The labels of a namespace that was not supplied.
    NamespaceLabels,
    /// A label that the cluster adds.
    ClusterLabels,
    /// The address of a pod is not given.
    PodAddress,
    /// A pod has addresses of both families and only one of them matches.
    AddressFamily,
    /// Containers of one pod give one port name different numbers.
    AmbiguousPort,
    /// A pod that does not exist yet may declare any port under a name.
    FuturePort,
    /// It is not given on which node a pod runs.
    PodNode,
    /// A policy of a kind that is not evaluated could select the pod.
    NotEvaluated,
    /// What stands behind a Service is not given.
    ServiceBackends,
    /// Which pods or addresses the ingress controller has is not given.
    IngressController,
}

impl Cause {
    /// The kind that answers give.
    #[must_use]
    pub const fn kind(self) -> CauseKind {
        match self {
            Self::Open(Assumption::UndeclaredNamespaceLabels)
            | Self::NamespaceLabels
            | Self::ClusterLabels
            | Self::PodAddress
            | Self::AddressFamily
            | Self::FuturePort
            | Self::PodNode
            | Self::ServiceBackends
            | Self::IngressController => CauseKind::MissingInput,
            Self::Open(Assumption::EqualPriority) | Self::AmbiguousPort | Self::NotEvaluated => {
                CauseKind::Undefined
            }
            Self::Open(_) => CauseKind::CniDiffers,
        }
    }

    /// The options or inputs that would decide it.
    #[must_use]
    pub fn settled_by(self) -> Vec<&'static str> {
        match self {
            Self::Open(assumption) => vec![assumption.name()],
            Self::NamespaceLabels => vec![Assumption::UndeclaredNamespaceLabels.name()],
            Self::PodAddress => vec!["cluster.podCidrs", Assumption::IpBlockPods.name()],
            _ => Vec::new(),
        }
    }

    /// What it says, as the end of "… depends on".
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Open(Assumption::IpBlockPods) => "whether ipBlock matches pods",
            Self::Open(Assumption::HostNetworkPods) => "whether policies reach pods with hostNetwork",
            Self::Open(Assumption::InertRules) => "whether rules that policyTypes leaves out are enforced",
            Self::Open(Assumption::ClusterIpBlocks) => "whether ipBlock matches Service addresses",
            Self::Open(Assumption::EqualPriority) => "which of two policies of equal priority counts",
            Self::Open(Assumption::NodeAddresses) => "whether ipBlock matches node addresses",
            Self::Open(Assumption::LoopbackThroughService) => {
                "what applies to a pod that reaches itself through a Service"
            }
            Self::Open(Assumption::ExternalSource) => "which source address traffic from outside carries",
            Self::NamespaceLabels | Self::Open(Assumption::UndeclaredNamespaceLabels) => {
                "the labels of a namespace that was not supplied"
            }
            Self::ClusterLabels => "a label that only the cluster knows",
            Self::PodAddress => "the address of a pod, which is not given",
            Self::AddressFamily => "whether the connection uses IPv4 or IPv6",
            Self::AmbiguousPort => "which of several ports of one name counts",
            Self::FuturePort => "which number a future pod gives a port name",
            Self::PodNode => "the node that a pod runs on, which is not given",
            Self::NotEvaluated => "a policy of a kind that is not evaluated",
            Self::IngressController => "where the ingress controller runs, which is not given",
            Self::ServiceBackends => "the endpoints of a Service, which are not given",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Assumption, Assumptions};
    use crate::options::{Cni, Options};

    #[test]
    fn assume_wins_over_the_profile() {
        let mut options = Options { cni: Cni::Cilium, ..Options::default() };
        assert_eq!(Assumptions::of(&options).get(Assumption::IpBlockPods), Some("never"));
        options.assume.insert("ip-block-pods".into(), "unknown".into());
        assert_eq!(Assumptions::of(&options).get(Assumption::IpBlockPods), None);
        options.assume.insert("ip-block-pods".into(), "sometimes".into());
        assert_eq!(
            Assumptions::read(&options).unwrap_err(),
            "`ip-block-pods` cannot be `sometimes`; it is match, never or unknown"
        );
    }
}
