//! Label selectors in one canonical form, so that equal selectors written differently are equal,
//! and what one selector says about another.

use super::truth::Truth;
use crate::order::Gather;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What is known of one label of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label<'a> {
    /// It has this value.
    Value(&'a str),
    /// The object does not carry it.
    Absent,
    /// The cluster may add it; the input does not tell.
    Unknown,
}

/// Everything a selector asks of one key, folded together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Test {
    /// The label has one of these values. None at all: no label set can match.
    In(BTreeSet<String>),
    /// The label is there with another value than these; with none given it only has to be there.
    Present(BTreeSet<String>),
    /// The label is missing or has another value than these.
    NotIn(BTreeSet<String>),
    /// The label is missing.
    Absent,
}

impl Test {
    fn holds(&self, label: Label<'_>) -> Truth {
        let value = match label {
            Label::Unknown => return Truth::Unknown,
            Label::Absent => None,
            Label::Value(value) => Some(value),
        };
        Truth::from(match (self, value) {
            (Self::In(values), Some(value)) => values.contains(value),
            (Self::Present(values) | Self::NotIn(values), Some(value)) => !values.contains(value),
            (Self::In(_) | Self::Present(_), None) | (Self::Absent, Some(_)) => false,
            (Self::NotIn(_) | Self::Absent, None) => true,
        })
    }

    /// Both together. What is there grows or shrinks by the other alone, so that a long list of
    /// tests is folded in one pass.
    fn and(self, other: Self) -> Self {
        let never = || Self::In(BTreeSet::new());
        match (self, other) {
            (Self::In(mut a), Self::In(b)) => {
                a.retain(|value| b.contains(value));
                Self::In(a)
            }
            (Self::In(mut a), Self::Present(b) | Self::NotIn(b))
            | (Self::Present(b) | Self::NotIn(b), Self::In(mut a)) => {
                for value in b {
                    a.remove(&value);
                }
                Self::In(a)
            }
            (Self::Present(mut a), Self::Present(b) | Self::NotIn(b)) => {
                a.extend(b);
                Self::Present(a)
            }
            (Self::NotIn(a), Self::Present(mut b)) => {
                b.extend(a);
                Self::Present(b)
            }
            (Self::NotIn(mut a), Self::NotIn(b)) => {
                a.extend(b);
                Self::NotIn(a)
            }
            (Self::Absent, Self::Absent | Self::NotIn(_)) | (Self::NotIn(_), Self::Absent) => Self::Absent,
            (Self::Absent, Self::In(_) | Self::Present(_))
            | (Self::In(_) | Self::Present(_), Self::Absent) => never(),
        }
    }

    /// Whether every label that passes this one passes `other`.
    fn implies(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::In(a), Self::In(b)) => a.is_subset(b),
            (Self::In(a), Self::Present(b) | Self::NotIn(b)) => a.is_disjoint(b),
            (Self::In(a), Self::Absent) => a.is_empty(),
            (Self::Present(a) | Self::NotIn(a), Self::NotIn(b)) | (Self::Present(a), Self::Present(b)) => {
                b.is_subset(a)
            }
            (Self::Absent, Self::Absent | Self::NotIn(_)) => true,
            _ => false,
        }
    }
}

/// A label selector; the empty one selects everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Selector {
    /// What it asks of each key.
    pub tests: BTreeMap<String, Test>,
}

impl Selector {
    /// The canonical form of a selector as written. An operator that does not exist matches
    /// nothing: such a selector is rejected before it gets here.
    #[must_use]
    pub fn read(written: &LabelSelector) -> Self {
        let mut selector = Self::default();
        for (key, value) in written.match_labels.iter().flatten() {
            selector.require(key, Test::In(std::iter::once(value.clone()).gather()));
        }
        for it in written.match_expressions.iter().flatten() {
            let values = || it.values.iter().flatten().cloned().gather();
            selector.require(
                &it.key,
                match it.operator.as_str() {
                    "NotIn" => Test::NotIn(values()),
                    "Exists" => Test::Present(BTreeSet::new()),
                    "DoesNotExist" => Test::Absent,
                    "In" => Test::In(values()),
                    _ => Test::In(BTreeSet::new()),
                },
            );
        }
        selector
    }

    /// The selector of one label.
    #[must_use]
    pub fn label(key: &str, value: &str) -> Self {
        let mut selector = Self::default();
        selector.require(key, Test::In(std::iter::once(value.into()).gather()));
        selector
    }

    fn require(&mut self, key: &str, test: Test) {
        let folded = match self.tests.remove(key) {
            Some(already) => already.and(test),
            None => test,
        };
        self.tests.insert(key.into(), folded);
    }

    /// What both ask together.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        for (key, test) in &other.tests {
            both.require(key, test.clone());
        }
        both
    }

    /// Whether it selects everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tests.is_empty()
    }

    /// The labels of which it asks for one value.
    pub fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tests.iter().filter_map(|(key, test)| match test {
            Test::In(values) if values.len() == 1 => Some((key.as_str(), values.first()?.as_str())),
            _ => None,
        })
    }

    /// Whether no label set can match.
    #[must_use]
    pub fn is_unsatisfiable(&self) -> bool {
        self.tests.values().any(|test| matches!(test, Test::In(values) if values.is_empty()))
    }

    /// Whether an object with these labels is selected.
    pub fn matches<'a>(&self, label: impl Fn(&str) -> Label<'a>) -> Truth {
        self.tests.iter().fold(Truth::Yes, |so_far, (key, test)| so_far.and(test.holds(label(key))))
    }

    /// The keys whose labels leave the answer open.
    pub fn open_keys<'s, 'a>(&'s self, label: impl Fn(&str) -> Label<'a>) -> Vec<&'s str> {
        let open = |key: &&String| label(key) == Label::Unknown;
        self.tests.keys().filter(open).map(String::as_str).collect()
    }

    /// Whether everything this one selects, `other` selects too.
    #[must_use]
    pub fn implies(&self, other: &Self) -> bool {
        self.is_unsatisfiable()
            || other.tests.iter().all(|(key, test)| match self.tests.get(key) {
                Some(own) => own.implies(test),
                None => matches!(test, Test::NotIn(values) if values.is_empty()),
            })
    }

    /// Whether something could be selected by both.
    #[must_use]
    pub fn can_meet(&self, other: &Self) -> bool {
        !self.and(other).is_unsatisfiable()
    }
}

impl fmt::Display for Selector {
    /// `{}`, `{app=web}`, `{app in (x,y), !canary}`: how answers name pods by selector.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list =
            |values: &BTreeSet<String>| values.iter().map(String::as_str).collect::<Vec<_>>().join(",");
        let mut texts = Vec::new();
        for (key, test) in &self.tests {
            texts.push(match test {
                Test::In(values) => match values.first() {
                    Some(only) if values.len() == 1 => format!("{key}={only}"),
                    _ => format!("{key} in ({})", list(values)),
                },
                Test::Present(values) if values.is_empty() => key.clone(),
                Test::Present(values) => format!("{key},{key} notin ({})", list(values)),
                Test::NotIn(values) => format!("{key} notin ({})", list(values)),
                Test::Absent => format!("!{key}"),
            });
        }
        write!(f, "{{{}}}", texts.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::{Label, Selector, Truth};
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

    fn read(json: &str) -> Selector {
        Selector::read(&serde_json::from_str::<LabelSelector>(json).unwrap())
    }

    #[test]
    fn spellings_of_one_selector_are_equal() {
        let same = |a: &str, b: &str| assert_eq!(read(a), read(b));
        same("{}", r#"{"matchLabels": {}, "matchExpressions": []}"#);
        same(
            r#"{"matchLabels": {"app": "x"}}"#,
            r#"{"matchExpressions": [{"key": "app", "operator": "In", "values": ["x"]}, {"key": "app", "operator": "Exists"}]}"#,
        );
        assert!(read(r#"{"matchLabels": {"a": "x"}, "matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]}"#).is_unsatisfiable());
    }

    #[test]
    fn absent_keys_and_empty_values() {
        let of = |selector: &str, label: Label<'static>| read(selector).matches(|_| label);
        let not_in = r#"{"matchExpressions": [{"key": "k", "operator": "NotIn", "values": ["x"]}]}"#;
        assert_eq!(of(not_in, Label::Absent), Truth::Yes);
        assert_eq!(of(not_in, Label::Value("x")), Truth::No);
        assert_eq!(of(not_in, Label::Unknown), Truth::Unknown);
        let empty = r#"{"matchLabels": {"k": ""}}"#;
        assert_eq!(of(empty, Label::Absent), Truth::No);
        assert_eq!(of(empty, Label::Value("")), Truth::Yes);
    }

    #[test]
    fn implication() {
        let yes = |a: &str, b: &str| assert!(read(a).implies(&read(b)), "{a} -> {b}");
        let no = |a: &str, b: &str| assert!(!read(a).implies(&read(b)), "{a} -> {b}");
        let x = r#"{"matchLabels": {"app": "x"}}"#;
        let xy = r#"{"matchExpressions": [{"key": "app", "operator": "In", "values": ["x", "y"]}]}"#;
        let there = r#"{"matchExpressions": [{"key": "app", "operator": "Exists"}]}"#;
        let not_y = r#"{"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["y"]}]}"#;
        yes(x, "{}");
        yes(x, xy);
        yes(x, there);
        yes(x, not_y);
        no(xy, x);
        no(xy, not_y);
        no("{}", there);
        no(there, not_y);
    }
}
