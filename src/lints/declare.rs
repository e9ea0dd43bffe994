//! `declare_lint!`: a lint's facts and documentation as one constant. A plain macro, so that it
//! works on every target and hides nothing.

/// Declares a lint. The documentation comment above the name becomes its page in the docs; its
/// fenced examples (`yaml,finds` and `yaml,clean`) are run as tests.
macro_rules! declare_lint {
    (
        $(#[doc = $doc:literal])+
        pub $constant:ident = {
            name: $name:literal, code: $code:literal, severity: $severity:ident,
            needs: [$($need:ident),* $(,)?], fix: $fix:ident, since: $since:literal $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        pub(crate) static $constant: $crate::diagnostic::Lint = $crate::diagnostic::Lint {
            name: $name,
            code: $code,
            severity: $crate::diagnostic::Severity::$severity,
            needs: &[$($crate::diagnostic::Need::$need),*],
            fix: $crate::diagnostic::FixKind::$fix,
            since: $since,
            #[cfg(feature = "text")]
            docs: concat!($($doc, "\n"),+),
            #[cfg(not(feature = "text"))]
            docs: "",
        };
    };
}
