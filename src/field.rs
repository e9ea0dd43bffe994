//! Field paths as the API server prints them: `spec.ingress[0].from[1].podSelector`.

use std::fmt;
use std::rc::Rc;

/// One step of a [`FieldPath`]. Names are shared: every check makes paths, and longer ones of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// A field of an object.
    Field(Rc<str>),
    /// An item of a list, from 0.
    Index(u32),
    /// A key of a map, printed `[key]`.
    Key(Rc<str>),
}

/// A path from an object's root to one of its fields.
///
/// ```
/// use netpol::field::FieldPath;
/// let path = FieldPath::root().field("spec").field("egress").index(0);
/// assert_eq!(path.to_string(), "spec.egress[0]");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath(pub Vec<Segment>);

impl FieldPath {
    /// The empty path: the object itself.
    #[must_use]
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// This path, then a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        self.then(Segment::Field(name.into()))
    }

    /// This path, then a list item.
    #[must_use]
    pub fn index(&self, at: usize) -> Self {
        self.then(Segment::Index(u32::try_from(at).unwrap_or(u32::MAX)))
    }

    /// This path, then a map key.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.then(Segment::Key(key.into()))
    }

    /// The path without its last step.
    #[must_use]
    pub fn parent(&self) -> Self {
        let mut steps = self.0.clone();
        steps.pop();
        Self(steps)
    }

    fn then(&self, step: Segment) -> Self {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step);
        Self(steps)
    }

    /// Reads the printed form: dots between fields, `[0]` for items, `[key]` for map keys. A key
    /// may hold dots and pairs of brackets; it ends at a `]` that a `.`, a `[` or nothing follows.
    ///
    /// ```
    /// use netpol::field::FieldPath;
    /// let path = FieldPath::parse("metadata.labels[app.kubernetes.io/name]");
    /// assert_eq!(path, FieldPath::root().field("metadata").field("labels").key("app.kubernetes.io/name"));
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(inside) = rest.strip_prefix('[') {
                let end = closing(inside).unwrap_or(inside.len());
                let inner = inside.get(..end).unwrap_or_default();
                steps.push(bracketed(inner));
                rest = inside.get(end + 1..).unwrap_or_default();
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let name = rest.get(..end).unwrap_or_default();
                if !name.is_empty() {
                    steps.push(Segment::Field(name.into()));
                }
                rest = rest.get(end..).unwrap_or_default();
            }
            rest = rest.strip_prefix('.').unwrap_or(rest);
        }
        Self(steps)
    }
}

/// Where a bracket opened before `inside` closes.
fn closing(inside: &str) -> Option<usize> {
    let mut depth = 0;
    inside.bytes().enumerate().find_map(|(at, byte)| {
        match byte {
            b'[' => depth += 1,
            b']' if depth > 0 => depth -= 1,
            b']' if matches!(inside.as_bytes().get(at + 1), None | Some(b'.' | b'[')) => return Some(at),
            _ => {}
        }
        None
    })
}

/// What stands in brackets: an index in its one spelling, or else a key.
fn bracketed(inner: &str) -> Segment {
    match inner.parse::<u32>() {
        Ok(at) if at.to_string() == inner => Segment::Index(at),
        _ => Segment::Key(inner.into()),
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Segment::Field(name) if at == 0 => write!(f, "{name}")?,
                Segment::Field(name) => write!(f, ".{name}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) => write!(f, "[{key}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_reads_back() {
        let root = FieldPath::root;
        let paths = [
            root(),
            root().field("spec").field("ingress").index(0).field("from").index(12),
            root().field("metadata").field("labels").key("a.b/c").field("x"),
            root().field("matchLabels").key("a[0].b").key("01"),
            root().index(3).field("kind"),
            root().field("labels").key(""),
        ];
        for path in paths {
            assert_eq!(FieldPath::parse(&path.to_string()), path);
        }
    }
}
