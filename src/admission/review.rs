//! What an engine hands over, in every shape that is accepted, to the objects it is about.

use super::handed::Handed;
use crate::options::Limits;
use crate::syntax::data::{Data, Kind, Name};
use crate::syntax::{Fault, NodeId, Parsed, Value};

/// What is done to the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// It is new.
    Create,
    /// It takes the place of an older version.
    Update,
    /// It goes, or something else is done that leaves it as it is.
    Other,
}

/// One request of the API server.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// Told back in the answer.
    pub uid: String,
    /// What is done.
    pub operation: Operation,
    /// The namespace; empty for objects of the whole cluster.
    pub namespace: String,
    /// The object; none where it goes.
    pub object: Option<Handed>,
    /// Its older version.
    pub old: Option<Handed>,
}

/// What was handed over.
#[derive(Debug)]
pub(super) enum Asked {
    /// A request of the API server.
    Review(Box<Review>),
    /// Manifests that no server has seen: the path, or an empty one, and the object.
    Manifests(Vec<(String, Handed)>),
    /// A request of our own, for `check`.
    Check,
}

/// A value of the type that is wanted, or what it is instead. Null is as good as nothing.
type Wanted<T> = Result<T, &'static str>;

/// The text of an engine, read once: what of it matters here.
#[derive(Debug, Default)]
pub(super) struct Given<'t> {
    /// What the whole is.
    whole: &'static str,
    text: &'t str,
    request: Option<Wanted<Box<Request>>>,
    review: Option<Wanted<Box<Request>>>,
    /// Gatekeeper's, as JSON.
    parameters: Option<&'t str>,
    /// Kubewarden's, as JSON.
    pub(super) settings: Option<&'t str>,
    /// Whether it is a request of our own.
    pub(super) has_sources: bool,
    has_kind: bool,
}

/// The fields of a request.
#[derive(Debug)]
struct Request {
    uid: Wanted<String>,
    operation: Wanted<String>,
    sub_resource: Wanted<String>,
    namespace: Wanted<String>,
    object: Wanted<Option<Handed>>,
    old: Wanted<Option<Handed>>,
}

/// Nesting of the whole text. A value of JSON is no deeper in most of its readers.
fn limits() -> Limits {
    Limits { depth: 128, ..Limits::default() }
}

/// Reads the input, or whatever else it is called.
pub(super) fn scan<'t>(text: &'t str, what: &str) -> Result<Given<'t>, String> {
    given(text).map_err(|fault| not_json(what, &fault))
}

fn not_json(what: &str, fault: &Fault) -> String {
    let message = &fault.message;
    format!("the {what} is not JSON: {}", message.strip_prefix("json: ").unwrap_or(message))
}

fn given(text: &str) -> Result<Given<'_>, Box<Fault>> {
    let mut data = Data::new(text, limits())?;
    let kind = data.kind();
    let mut given = Given { whole: kind_of(kind), text, ..Given::default() };
    if kind == Kind::Object {
        data.fields(|data, name| field(data, name, &mut given))?;
    } else {
        data.skip()?;
    }
    data.end().map(|()| given)
}

fn field<'t>(data: &mut Data<'t>, name: Name<'t>, given: &mut Given<'t>) -> Result<(), Box<Fault>> {
    let name = name.text();
    match &*name {
        "request" => given.request = Some(request(data)?),
        "review" => given.review = Some(request(data)?),
        name => {
            let value = data.skip()?;
            match name {
                "sources" => given.has_sources = true,
                "kind" => given.has_kind = true,
                "parameters" => given.parameters = Some(value),
                "settings" => given.settings = Some(value),
                _ => {}
            }
        }
    }
    Ok(())
}

fn request(data: &mut Data<'_>) -> Result<Wanted<Box<Request>>, Box<Fault>> {
    let kind = data.kind();
    if kind != Kind::Object {
        data.skip()?;
        return Ok(Err(kind_of(kind)));
    }
    let none = || Ok(String::new());
    let mut found = Box::new(Request {
        uid: none(),
        operation: none(),
        sub_resource: none(),
        namespace: none(),
        object: Ok(None),
        old: Ok(None),
    });
    data.fields(|data, name| {
        match &*name.text() {
            "uid" => found.uid = text(data)?,
            "operation" => found.operation = text(data)?,
            "subResource" => found.sub_resource = text(data)?,
            "namespace" => found.namespace = text(data)?,
            "object" => found.object = object(data)?,
            "oldObject" => found.old = object(data)?,
            _ => _ = data.skip()?,
        }
        Ok(())
    })?;
    Ok(Ok(found))
}

fn text(data: &mut Data<'_>) -> Result<Wanted<String>, Box<Fault>> {
    match data.kind() {
        Kind::Text => data.text().map(Ok),
        kind => data.skip().map(|_| if kind == Kind::Null { Ok(String::new()) } else { Err(kind_of(kind)) }),
    }
}

fn object(data: &mut Data<'_>) -> Result<Wanted<Option<Handed>>, Box<Fault>> {
    match data.kind() {
        Kind::Object => Handed::read(data).map(|object| Ok(Some(object))),
        kind => data.skip().map(|_| if kind == Kind::Null { Ok(None) } else { Err(kind_of(kind)) }),
    }
}

impl<'t> Given<'t> {
    /// The uid, which goes back even where nothing else can be made out.
    pub(super) fn uid(&self) -> String {
        match &self.request {
            Some(Ok(request)) => request.uid.clone().unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// The parameters that come with a review of Gatekeeper.
    pub(super) fn parameters_of_review(&self) -> Option<&'t str> {
        self.parameters.filter(|_| self.request.is_none() && self.review.is_some())
    }

    /// What is asked.
    pub(super) fn asked(self) -> Result<Asked, String> {
        match (self.request, self.review) {
            (Some(request), _) => return review(request, "request").map(|it| Asked::Review(Box::new(it))),
            (_, Some(request)) => return review(request, "review").map(|it| Asked::Review(Box::new(it))),
            _ if self.has_sources => return Ok(Asked::Check),
            _ => {}
        }
        if self.whole == kind_of(Kind::Object) {
            if !self.has_kind {
                return Err("the input is no AdmissionReview, object, list of objects or request".into());
            }
        } else if self.whole != kind_of(Kind::List) {
            return Err(format!("the input must be an object or a list, not {}", self.whole));
        }
        manifests(self.text).map(Asked::Manifests).map_err(|fault| not_json("input", &fault))
    }
}

fn review(request: Wanted<Box<Request>>, what: &str) -> Result<Review, String> {
    let request = *request.map_err(|is| format!("`{what}` must be an object, not {is}"))?;
    let text = |name: &str, field: Wanted<String>| {
        field.map_err(|is| format!("`{what}.{name}` must be a string, not {is}"))
    };
    let object = |name: &str, field: Wanted<Option<Handed>>| {
        field.map_err(|is| format!("`{what}.{name}` must be an object, not {is}"))
    };
    let operation = text("operation", request.operation)?;
    let operation = match operation.as_str() {
        // A status, a scale or the like leaves the object itself as it is.
        _ if !text("subResource", request.sub_resource)?.is_empty() => Operation::Other,
        "CREATE" | "" => Operation::Create,
        "UPDATE" => Operation::Update,
        "DELETE" | "CONNECT" => Operation::Other,
        other => return Err(format!("`{what}.operation`: there is no operation `{other}`")),
    };
    let review = Review {
        uid: text("uid", request.uid)?,
        operation,
        namespace: text("namespace", request.namespace)?,
        object: object("object", request.object)?,
        old: object("oldObject", request.old)?,
    };
    if review.object.is_none() && review.operation != Operation::Other {
        return Err(format!("`{what}.object` is missing"));
    }
    Ok(review)
}

/// The objects of a text: itself, the items of a list, or of conftest's combined files.
fn manifests(text: &str) -> Result<Vec<(String, Handed)>, Box<Fault>> {
    let (text, parsed) = Data::new(text, limits())?.tree()?;
    let mut found = Vec::new();
    if let Some(root) = parsed.documents.first().and_then(|it| it.root) {
        find(&parsed, "", root, [None; 2], &mut found);
    }
    found
        .into_iter()
        .map(|(path, node, inherited)| {
            let own = parsed.tree.span(node).of(text);
            let mut object = Handed::read(&mut Data::new(own, limits())?)?;
            for (name, value) in ["apiVersion", "kind"].into_iter().zip(inherited) {
                object.inherit(name, value);
            }
            Ok((path.to_owned(), object))
        })
        .collect()
}

/// `apiVersion` and `kind` that a list of one kind leaves its items.
type Inherited<'p> = [Option<&'p str>; 2];

fn find<'p>(
    parsed: &'p Parsed,
    path: &'p str,
    node: NodeId,
    outer: Inherited<'p>,
    found: &mut Vec<(&'p str, NodeId, Inherited<'p>)>,
) {
    let tree = &parsed.tree;
    let is_list = |id: &NodeId| matches!(tree.node(*id).value, Value::Sequence(_));
    if is_list(&node) {
        return tree.items(node).iter().for_each(|item| find(parsed, path, *item, outer, found));
    }
    let kind = tree.get_str(node, "kind").and_then(|kind| kind.strip_suffix("List"));
    if let (Some(kind), Some(items)) = (kind, tree.get(node, "items").filter(is_list)) {
        let own = if kind.is_empty() { [None; 2] } else { [tree.get_str(node, "apiVersion"), Some(kind)] };
        // An inner list knows better than the one around it.
        let [version, of] = own;
        let [outer_version, outer_of] = outer;
        let inherited = [version.or(outer_version), of.or(outer_of)];
        return tree.items(items).iter().for_each(|item| find(parsed, path, *item, inherited, found));
    }
    match (tree.get_str(node, "path"), tree.get(node, "contents")) {
        (Some(path), Some(contents)) => find(parsed, path, contents, outer, found),
        _ => found.push((path, node, outer)),
    }
}

/// What a value is, for a sentence.
const fn kind_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool => "a boolean",
        Kind::Number => "a number",
        Kind::Text => "a string",
        Kind::List => "a list",
        Kind::Object => "an object",
    }
}
