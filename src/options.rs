//! What a caller may choose, as plain data. Holds no behaviour beyond reading itself from JSON.

use std::collections::BTreeMap;
use std::fmt;

/// Everything a run depends on beside its input. The same options and input give the same bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The API server whose judgement counts.
    pub kubernetes: Kubernetes,
    /// The network plugin whose known choices preset [`Options::assume`].
    pub cni: Cni,
    /// Assumptions set one by one; they win over the profile.
    pub assume: BTreeMap<String, String>,
    /// The namespace of objects that name none.
    pub namespace: String,
    /// The packs in force, later ones over earlier ones.
    pub packs: Vec<String>,
    /// Severities by lint name, over the packs'.
    pub lints: BTreeMap<String, Level>,
    /// What the input holds in full.
    pub complete: Complete,
    /// Address ranges of the cluster.
    pub cluster: ClusterRanges,
    /// Resolvers beside the known ones: `namespace/name` of pods, or addresses.
    pub dns: Vec<String>,
    /// Cloud metadata addresses; empty means the known ones.
    pub metadata: Vec<String>,
    /// Namespaces exempt from coverage lints.
    pub system_namespaces: Vec<String>,
    /// Today's date, `YYYY-MM-DD`, for expiry; the core reads no clock.
    pub today: Option<String>,
    /// Bounds on the input.
    pub limits: Limits,
    /// The unit of offsets and columns in answers.
    pub positions: crate::source::Encoding,
    /// The one object judged at admission: `Kind/namespace/name`.
    pub focus: Option<String>,
    /// Whether `map` lists every pair.
    pub expand: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            kubernetes: Kubernetes::Any,
            cni: Cni::Any,
            assume: BTreeMap::new(),
            namespace: "default".into(),
            packs: vec!["recommended".into()],
            lints: BTreeMap::new(),
            complete: Complete::default(),
            cluster: ClusterRanges::default(),
            dns: Vec::new(),
            metadata: Vec::new(),
            system_namespaces: ["kube-system", "kube-public", "kube-node-lease"].map(String::from).into(),
            today: None,
            limits: Limits::default(),
            positions: crate::source::Encoding::Utf8,
            focus: None,
            expand: false,
        }
    }
}

/// Which API server judges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kubernetes {
    /// Every supported minor: an error is what all reject, a warning what some reject.
    #[default]
    Any,
    /// One minor, exactly.
    Minor(Minor),
}

/// A supported minor version of Kubernetes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Minor {
    /// 1.33
    V33,
    /// 1.34
    V34,
    /// 1.35
    V35,
    /// 1.36
    V36,
    /// 1.37
    V37,
}

impl Minor {
    /// All of them, oldest first.
    pub const ALL: [Self; 5] = [Self::V33, Self::V34, Self::V35, Self::V36, Self::V37];
    /// The newest.
    pub const NEWEST: Self = Self::V37;

    /// Reads `1.33` to `1.37`; a patch version is taken as its minor.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_start_matches('v');
        let mut parts = text.splitn(3, '.');
        let (major, minor) = (parts.next()?, parts.next()?);
        if parts.next().is_some_and(|patch| patch.parse::<u32>().is_err()) {
            return None;
        }
        Self::ALL.into_iter().find(|it| major == "1" && it.to_string() == format!("1.{minor}"))
    }
}

impl fmt::Display for Minor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V33 => "1.33",
            Self::V34 => "1.34",
            Self::V35 => "1.35",
            Self::V36 => "1.36",
            Self::V37 => "1.37",
        })
    }
}

/// A network plugin whose departures from, and choices within, the API are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cni {
    /// None in particular: what plugins do differently is unknown.
    #[default]
    Any,
    /// Calico.
    Calico,
    /// Cilium.
    Cilium,
    /// OVN-Kubernetes.
    OvnKubernetes,
    /// Antrea.
    Antrea,
    /// The AWS VPC CNI.
    AwsVpcCni,
    /// GKE Dataplane V2.
    GkeDataplaneV2,
}

impl Cni {
    /// All, in the order documentation lists them.
    pub const ALL: [(&'static str, Self); 7] = [
        ("any", Self::Any),
        ("calico", Self::Calico),
        ("cilium", Self::Cilium),
        ("ovn-kubernetes", Self::OvnKubernetes),
        ("antrea", Self::Antrea),
        ("aws-vpc-cni", Self::AwsVpcCni),
        ("gke-dataplane-v2", Self::GkeDataplaneV2),
    ];

    /// The profile of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(name, _)| *name == text).map(|(_, cni)| cni)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, cni)| *cni == self).map_or("any", |(name, _)| name)
    }
}

/// What a lint's findings count as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The lint does not run.
    Off,
    /// Its findings have this severity.
    On(crate::diagnostic::Severity),
}

/// What the input holds in full; of the rest more may exist (semantics: supplied is not complete).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Complete {
    /// Every policy of the cluster is given.
    pub policies: bool,
    /// Every workload.
    pub workloads: bool,
    /// Every namespace.
    pub namespaces: bool,
    /// Every Service.
    pub services: bool,
}

/// Address ranges of the cluster, CIDRs as text; checked when options are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterRanges {
    /// Where pods get their addresses.
    pub pod_cidrs: Vec<String>,
    /// Where Services get theirs.
    pub service_cidrs: Vec<String>,
    /// Where nodes have theirs.
    pub node_cidrs: Vec<String>,
}

/// Bounds on an input. Passing one is a diagnostic, never a panic or a hang.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one source.
    pub bytes: usize,
    /// Nesting of collections.
    pub depth: usize,
    /// Nodes that aliases may add when unfolded, for each document.
    pub aliases: usize,
    /// Documents of one source.
    pub documents: usize,
    /// How many times the input may be read once more to write the fixes of its findings.
    pub fixes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, depth: 100, aliases: 100_000, documents: 100_000, fixes: 16 }
    }
}

/// Whether this is a date, `YYYY-MM-DD`, every part in its range.
#[must_use]
pub fn is_date(text: &str) -> bool {
    let number = |text: &str| text.parse::<u32>().ok();
    match text.split('-').collect::<Vec<_>>().as_slice() {
        [year, month, day] if year.len() == 4 && month.len() == 2 && day.len() == 2 => {
            number(year).is_some()
                && number(month).is_some_and(|month| (1..=12).contains(&month))
                && number(day).is_some_and(|day| (1..=31).contains(&day))
        }
        _ => false,
    }
}
