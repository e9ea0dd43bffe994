//! Where a walk stands, as a chain of borrowed steps on the stack: nothing is built until an
//! error has to be told.

use crate::field::{FieldPath, Segment};

/// One step of a walk and the steps before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path<'a> {
    up: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Field(&'a str),
    Index(usize),
    Key(&'a str),
}

impl<'a> Path<'a> {
    /// A field of the object itself.
    pub(super) const fn root(name: &'a str) -> Self {
        Self { up: None, step: Step::Field(name) }
    }

    /// This path, then a field.
    pub(super) const fn field<'b>(&'b self, name: &'b str) -> Path<'b>
    where
        'a: 'b,
    {
        Path { up: Some(self), step: Step::Field(name) }
    }

    /// This path, then a list item.
    pub(super) const fn index(&self, at: usize) -> Path<'_> {
        Path { up: Some(self), step: Step::Index(at) }
    }

    /// This path, then a map key.
    pub(super) const fn key<'b>(&'b self, key: &'b str) -> Path<'b>
    where
        'a: 'b,
    {
        Path { up: Some(self), step: Step::Key(key) }
    }

    /// The path as a value of its own.
    pub(super) fn to_field(self) -> FieldPath {
        let mut steps = Vec::new();
        let mut at = Some(&self);
        while let Some(path) = at {
            steps.push(match path.step {
                Step::Field(name) => Segment::Field(name.into()),
                Step::Index(index) => Segment::Index(u32::try_from(index).unwrap_or(u32::MAX)),
                Step::Key(key) => Segment::Key(key.into()),
            });
            at = path.up;
        }
        steps.reverse();
        FieldPath(steps)
    }
}
