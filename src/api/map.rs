//! `map`: who can talk to whom, and what is exposed to pods that do not exist yet.

use super::endpoints::{EndpointShape, Names};
use super::locate::Locator;
use super::shapes::{Because, SCHEMA_VERSION};
use super::{ApiError, Input};
use crate::analysis::connections::{Compacted, Connection, MANY, Node, WIDE, compact, pairs};
use crate::analysis::grants::Grant;
use crate::analysis::outside::{self, controllers, routed};
use crate::analysis::reach::Reach;
use crate::analysis::unknown::unknowns;
use crate::analysis::verdict::Doubt;
use crate::field::FieldPath;
use crate::manifest::effect::Direction;
use crate::manifest::{self, Manifests};
use crate::model::assume::{Assumptions, Cause, CauseKind};
use crate::model::ports::{Ports, PortsId};
use crate::model::{Futures, Model, Origin};
use crate::options::Options;
use crate::order::Gather;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// The answer of `map`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MapReport {
    /// 1.
    pub schema_version: u32,
    /// The ends that rows name: all that were supplied, and what policies speak of.
    pub endpoints: Vec<EndpointShape>,
    /// What is certainly allowed.
    pub connections: Connections,
    /// In a large compact map, what each side of the pairs that policies protect on both sides
    /// certainly grants. Such a pair is open, beside what its rows say, where a grant of its source's
    /// egress and one of its destination's ingress agree.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<GrantShape>,
    /// Endpoints that no policy of any kind isolates, by direction.
    pub unprotected: Unprotected,
    /// What cannot be decided.
    pub unknown: Vec<UnknownShape>,
    /// What a reader must know to read the rest.
    pub notes: Vec<String>,
}

/// What one side certainly grants, whatever the other side says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GrantShape {
    /// `ingress` or `egress`.
    pub side: &'static str,
    /// The ends whose policies grant it.
    pub endpoints: Vec<String>,
    /// The ends to which it is granted.
    pub with: Vec<String>,
    /// Of these, only the pods that declare this port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declares: Option<DeclaredShape>,
    /// The ports.
    pub allowed: Allowed,
}

/// A port that a pod declares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DeclaredShape {
    /// Its name.
    pub name: String,
    /// Its protocol.
    pub protocol: &'static str,
    /// Its number.
    pub port: u16,
}

/// Endpoints that no policy isolates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Unprotected {
    /// In ingress.
    pub ingress: Vec<String>,
    /// In egress.
    pub egress: Vec<String>,
}

/// Rows of certainly allowed ports. They are many: names and port sets are held once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Connections {
    ids: Vec<String>,
    ports: Vec<Allowed>,
    rows: Vec<(u32, u32, u32)>,
}

impl Connections {
    /// The rows: from, to, allowed.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &Allowed)> {
        static NONE: Allowed = Allowed(Ports::NONE);
        let id = |at: u32| self.ids.get(at as usize).map_or("", String::as_str);
        let ports = |at: u32| self.ports.get(at as usize).unwrap_or(&NONE);
        self.rows.iter().map(move |(from, to, allowed)| (id(*from), id(*to), ports(*allowed)))
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl Serialize for Connections {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Row<'r> {
            from: &'r str,
            to: &'r str,
            allowed: &'r Allowed,
        }
        let mut list = serializer.serialize_seq(Some(self.rows.len()))?;
        for (from, to, allowed) in self.iter() {
            list.serialize_element(&Row { from, to, allowed })?;
        }
        list.end()
    }
}

/// A set of ports: `"all"`, or `{"TCP": ["80", "8000-8080"]}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Allowed(pub Ports);

impl Serialize for Allowed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_all() {
            return serializer.serialize_str("all");
        }
        let table = self.0.table();
        let mut map = serializer.serialize_map(Some(table.len()))?;
        for (protocol, ranges) in table {
            map.serialize_entry(protocol, &ranges)?;
        }
        map.end()
    }
}

/// Something that cannot be decided: in a compact map a cause and all it concerns, in an expanded
/// one a pair.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnknownShape {
    /// `missing-input`, `cni-differs` or `undefined`.
    pub cause: &'static str,
    /// The options that would decide it.
    pub settled_by: Vec<&'static str>,
    /// The side whose verdict is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<&'static str>,
    /// Whose verdict is open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<String>,
    /// From, in an expanded map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// To, in an expanded map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The ports concerned.
    pub ports: Allowed,
    /// One sentence; in a compact map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The lines that lead to it, at most ten; in a compact map.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Because>,
}

/// Who can talk to whom in an input.
///
/// ```
/// use netpol::{Input, Options, map};
/// let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: shop}\nspec:\n  podSelector: {matchLabels: {app: db}}\n  ingress:\n  - from: [{podSelector: {matchLabels: {app: web}}}]\n    ports: [{port: 5432}]\n";
/// let report = map(&Input::text("a.yaml", policy), &Options::default())?;
/// let rows: Vec<_> = report.connections.iter().map(|(from, to, ports)| format!("{from} -> {to} {}", ports.0)).collect();
/// assert_eq!(rows, ["shop/{app=web} -> shop/{app=db} TCP 5432"]);
/// # Ok::<(), netpol::ApiError>(())
/// ```
///
/// # Errors
/// An assumption that does not exist, or a focus that names nothing.
pub fn map(input: &Input, options: &Options) -> Result<MapReport, ApiError> {
    check_assumptions(options)?;
    map_of(&manifest::read(&input.sources, &input.with, options), options)
}

/// Refuses assumptions that do not exist.
pub(crate) fn check_assumptions(options: &Options) -> Result<(), ApiError> {
    Assumptions::read(options)
        .map(drop)
        .map_err(|message| ApiError::new("invalid-options", "options.assume", message))
}

/// Who can talk to whom in what was read.
///
/// # Errors
/// A focus that names nothing.
pub fn map_of(manifests: &Manifests, options: &Options) -> Result<MapReport, ApiError> {
    let model = Model::with(manifests, options, Futures::Include(Vec::new()));
    let reach = Reach::new(&model);
    let names = Names::new(&model);
    let locator = Locator::new(manifests, options.positions);
    let teller = Teller { reach: &reach, names, locator };
    let focus = match &options.focus {
        Some(focus) => Some(super::why::focus(&model, focus)?),
        None => None,
    };
    Ok(teller.report(options.expand, focus.as_ref()))
}

struct Teller<'r, 'm, 'a> {
    reach: &'r Reach<'m, 'a>,
    names: Names<'m, 'a>,
    locator: Locator<'a>,
}

impl Teller<'_, '_, '_> {
    fn report(&self, expand: bool, focus: Option<&BTreeSet<Node>>) -> MapReport {
        let model = self.reach.model;
        let routed = if controllers(model).is_empty() { routed(model) } else { BTreeMap::new() };
        let within = |nodes: &[Node]| focus.is_none_or(|focus| nodes.iter().any(|node| focus.contains(node)));
        // Few ends' rows can always be written out.
        let many = if focus.is_none() { MANY } else { usize::MAX };
        let (Compacted { mut rows, grants }, mut unknown) =
            if expand { self.expanded(&within) } else { self.compacted(&within, many) };
        self.led_in(&routed, expand, &within, &mut rows, &mut unknown);
        let mut nodes: BTreeSet<Node> = (0..count(model.endpoints.len())).map(Node::Endpoint).gather();
        nodes.extend((0..count(model.addresses.classes.len())).map(Node::Address));
        nodes.extend(rows.iter().flat_map(|row| [row.from, row.to]));
        nodes.extend(grants.iter().flat_map(|grant| grant.own.iter().chain(&grant.others)));
        if focus.is_some() {
            let used: BTreeSet<Node> = rows.iter().flat_map(|row| [row.from, row.to]).gather();
            nodes.retain(|node| used.contains(node) || within(&[*node]));
        }
        let mut open = Direction::BOTH.map(|direction| {
            let groups = self.reach.groups(direction);
            let open = |class| {
                groups
                    .get(self.reach.group_of(direction, class))
                    .is_some_and(super::super::analysis::reach::Group::is_open)
            };
            let ends = (0_u32..).zip(&model.endpoints).filter(|(_, it)| open(it.class));
            let ends = ends.map(|(at, _)| Node::Endpoint(at)).filter(|node| within(&[*node]));
            ends.map(|node| self.names.id(node)).collect::<Vec<String>>()
        });
        let [ingress, egress] = &mut open;
        MapReport {
            schema_version: SCHEMA_VERSION,
            endpoints: nodes.iter().map(|node| self.names.shape(*node)).collect(),
            connections: self.connections(rows),
            notes: self.notes(!grants.is_empty()),
            grants: grants.iter().map(|grant| self.grant(grant)).collect(),
            unprotected: Unprotected { ingress: std::mem::take(ingress), egress: std::mem::take(egress) },
            unknown,
        }
    }

    fn connections(&self, rows: Vec<Connection>) -> Connections {
        let mut told = Connections::default();
        let mut ids: BTreeMap<Node, u32> = BTreeMap::new();
        let mut ports: BTreeMap<PortsId, u32> = BTreeMap::new();
        for row in rows {
            let mut id = |node| {
                *ids.entry(node).or_insert_with(|| {
                    told.ids.push(self.names.id(node));
                    count(told.ids.len() - 1)
                })
            };
            let (from, to) = (id(row.from), id(row.to));
            let allowed = *ports.entry(row.ports).or_insert_with(|| {
                told.ports.push(Allowed(self.reach.ports(row.ports)));
                count(told.ports.len() - 1)
            });
            told.rows.push((from, to, allowed));
        }
        told
    }

    /// What the ingress controller brings in.
    fn led_in(
        &self,
        routed: &BTreeMap<u32, Ports>,
        expand: bool,
        within: &dyn Fn(&[Node]) -> bool,
        rows: &mut Vec<Connection>,
        unknown: &mut Vec<UnknownShape>,
    ) {
        let cause = Cause::IngressController;
        let from = Node::IngressController;
        let (mut open, mut open_ports) = (Vec::new(), Ports::none());
        for (at, ports) in routed {
            let to = Node::Endpoint(*at);
            let Some(cell) = outside::reach(self.reach, *at).filter(|_| within(&[from, to])) else {
                continue;
            };
            let must = self.reach.ports(cell.must).intersection(ports);
            let may = self.reach.ports(cell.may).intersection(ports).difference(&must);
            if !must.is_none() {
                rows.push(Connection { from, to, ports: self.reach.with_table(|table| table.id(must)) });
            }
            if may.is_none() {
                continue;
            }
            if expand {
                unknown.push(UnknownShape {
                    cause: cause.kind().name(),
                    from: Some(self.names.id(from)),
                    to: Some(self.names.id(to)),
                    ports: Allowed(may),
                    ..UnknownShape::default()
                });
            } else {
                open.push(self.names.id(to));
                open_ports = open_ports.union(&may);
            }
        }
        if !open.is_empty() {
            let what = sentence(cause, Direction::Ingress, &open);
            unknown.push(UnknownShape {
                cause: cause.kind().name(),
                side: Some(Direction::Ingress.name()),
                message: Some(what.replacen("connections", "connections of the ingress controller", 1)),
                endpoints: open,
                ports: Allowed(open_ports),
                ..UnknownShape::default()
            });
        }
    }

    fn grant(&self, grant: &Grant) -> GrantShape {
        let ids = |nodes: &[Node]| nodes.iter().map(|node| self.names.id(*node)).collect();
        GrantShape {
            side: grant.direction.name(),
            endpoints: ids(&grant.own),
            with: ids(&grant.others),
            declares: grant.declares.as_ref().map(|it| DeclaredShape {
                name: it.name.clone(),
                protocol: it.protocol.name(),
                port: it.port,
            }),
            allowed: Allowed(self.reach.ports(grant.ports)),
        }
    }

    fn compacted(&self, within: &dyn Fn(&[Node]) -> bool, many: usize) -> (Compacted, Vec<UnknownShape>) {
        let mut compacted = compact(self.reach, WIDE, many);
        compacted.rows.retain(|row| within(&[row.from, row.to]));
        let mut told = Vec::new();
        for unknown in unknowns(self.reach) {
            let nodes: Vec<Node> = unknown.nodes.iter().copied().filter(|node| within(&[*node])).collect();
            if nodes.is_empty() {
                continue;
            }
            let endpoints: Vec<String> = nodes.iter().map(|node| self.names.id(*node)).collect();
            told.push(UnknownShape {
                cause: unknown.cause.kind().name(),
                settled_by: unknown.cause.settled_by(),
                side: Some(unknown.direction.name()),
                message: Some(sentence(unknown.cause, unknown.direction, &endpoints)),
                endpoints,
                ports: Allowed(unknown.ports),
                because: unknown
                    .because
                    .iter()
                    .take(10)
                    .filter_map(|origin| self.because(origin, unknown.cause))
                    .collect(),
                ..UnknownShape::default()
            });
        }
        (compacted, told)
    }

    fn because(&self, origin: &Origin, cause: Cause) -> Option<Because> {
        let place = self.reach.model.place(origin)?;
        let object = self.reach.model.object(origin.object)?;
        let field = origin.path.to_string();
        let at = if field.is_empty() { String::new() } else { format!("`{field}` of ") };
        let message = format!("{at}`{}`: depends on {}", object.name, cause.text());
        Some(Because {
            path: self.locator.path(place.source).to_owned(),
            span: self.locator.range(place),
            message,
        })
    }

    fn expanded(&self, within: &dyn Fn(&[Node]) -> bool) -> (Compacted, Vec<UnknownShape>) {
        let mut rows = Vec::new();
        let mut open = Vec::new();
        pairs(self.reach, |from, to, cell| {
            if !within(&[from, to]) {
                return;
            }
            if cell.must != PortsId::NONE {
                rows.push(Connection { from, to, ports: cell.must });
            }
            if cell.must != cell.may {
                open.push((from, to, self.reach.ports(cell.may).difference(&self.reach.ports(cell.must))));
            }
        });
        crate::order::sort(&mut rows);
        crate::order::sort_by_key(&mut open, |(from, to, _)| (*from, *to));
        let tell = |(from, to, ports): (Node, Node, Ports)| {
            let doubts = super::why::doubts(self.reach.model, from, to);
            let ids = (self.names.id(from), self.names.id(to));
            by_kind(&doubts, &ports).into_iter().map(move |(kind, (settled_by, ports))| UnknownShape {
                cause: kind.name(),
                settled_by: settled_by.into_iter().collect(),
                from: Some(ids.0.clone()),
                to: Some(ids.1.clone()),
                ports: Allowed(ports),
                ..UnknownShape::default()
            })
        };
        (Compacted { rows, grants: Vec::new() }, open.into_iter().flat_map(tell).collect())
    }

    /// An object's name; where it has none, its place.
    fn called(&self, object: &manifest::Object) -> String {
        if !object.name.is_empty() {
            return format!("`{}`", object.name);
        }
        let path = self.locator.path(object.source);
        let place = self.reach.model.manifests.place(object, &FieldPath::root());
        match self.locator.range(place) {
            Some(range) => format!("at {path}:{}", range.start.line),
            None => format!("at {path}"),
        }
    }

    /// What the answer rests on beside what is written in it.
    fn notes(&self, grants: bool) -> Vec<String> {
        let model = self.reach.model;
        let mut notes = Vec::new();
        if model.policies.is_empty() {
            let all = model.endpoints.len();
            notes.push(format!("nothing is restricted: all {all} workloads can talk to each other"));
        } else if !model.options.complete.policies {
            notes.push("policies are evaluated as supplied; the cluster may hold more".into());
        }
        if grants {
            notes.push(
                "pairs that policies protect on both sides are too many to list: they are open where what both sides grant agrees; ask for one end with `--focus` or `why`"
                    .into(),
            );
        }
        for object in model.manifests.objects.iter().filter(|object| !object.accepted) {
            if matches!(object.body, manifest::Body::NetworkPolicy(_)) {
                notes.push(format!(
                    "NetworkPolicy {} is left out: the API server would reject it",
                    self.called(object)
                ));
            }
        }
        notes
    }
}

/// "connections into 14 workloads depend on whether ipBlock matches pods".
fn sentence(cause: Cause, direction: Direction, endpoints: &[String]) -> String {
    let way = if direction == Direction::Ingress { "into" } else { "out of" };
    let whom = match endpoints {
        [one] => format!("`{one}`"),
        many => format!("{} workloads", many.len()),
    };
    format!("connections {way} {whom} depend on {}", cause.text())
}

/// Doubts by kind: what would settle them, and the uncertain ports they concern.
pub(crate) fn by_kind(
    doubts: &[Doubt],
    uncertain: &Ports,
) -> BTreeMap<CauseKind, (BTreeSet<&'static str>, Ports)> {
    let mut found: BTreeMap<CauseKind, (BTreeSet<&'static str>, Ports)> = BTreeMap::new();
    for doubt in doubts {
        let ports = doubt.ports.intersection(uncertain);
        if ports.is_none() {
            continue;
        }
        let own = found.entry(doubt.cause.kind()).or_default();
        own.0.extend(doubt.cause.settled_by());
        own.1 = own.1.union(&ports);
    }
    found
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
