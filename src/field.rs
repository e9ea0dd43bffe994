//! Field paths as the API server prints them: `spec.ingress[0].from[1].podSelector`.

use std::fmt;

/// One step of a [`FieldPath`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// A field of an object.
    Field(Box<str>),
    /// An item of a list, from 0.
    Index(u32),
    /// A key of a map, printed `[key]`.
    Key(Box<str>),
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

    /// Reads the printed form: dots between fields, `[0]` for items, `[key]` for map keys.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut steps = Vec::new();
        for part in text.split('.') {
            let mut rest = part;
            let head = rest.split('[').next().unwrap_or_default();
            if !head.is_empty() {
                steps.push(Segment::Field(head.into()));
            }
            while let Some((_, after)) = rest.split_once('[') {
                let (inner, tail) = after.split_once(']').unwrap_or((after, ""));
                steps.push(match inner.parse() {
                    Ok(at) => Segment::Index(at),
                    Err(_) => Segment::Key(inner.into()),
                });
                rest = tail;
            }
        }
        Self(steps)
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
