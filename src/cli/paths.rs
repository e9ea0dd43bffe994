//! Paths as text, with `/` between their parts on every system.

/// A name in a directory.
pub(super) fn join(directory: &str, name: &str) -> String {
    match directory {
        "." => name.to_owned(),
        _ if directory.ends_with('/') => format!("{directory}{name}"),
        _ => format!("{directory}/{name}"),
    }
}

/// `./a//b/` is `a/b`: one name for one file, however it was typed. Where the working directory
/// has a drive letter, `\` divides parts too.
pub(super) fn tidy(path: &str, cwd: &str) -> String {
    let path = if has_drive(cwd) { path.replace('\\', "/") } else { path.to_owned() };
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    match (path.starts_with('/'), parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".into(),
        (false, false) => parts.join("/"),
    }
}

/// The path from the root, `.` and `..` resolved by name.
pub(super) fn absolute(base: &str, path: &str) -> String {
    let whole =
        if path.starts_with('/') || has_drive(path) { path.to_owned() } else { format!("{base}/{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let lead = if has_drive(&whole) { "" } else { "/" };
    format!("{lead}{}", parts.join("/"))
}

/// The directory above an absolute one; none above the root.
pub(super) fn parent(path: &str) -> Option<String> {
    let (above, name) = path.rsplit_once('/')?;
    match (above, name) {
        (_, "") => None,
        ("", _) => Some("/".into()),
        (above, _) => Some(above.to_owned()),
    }
}

/// The shortest way to say where `path` is, seen from `base`; both absolute.
pub(super) fn relative(base: &str, path: &str) -> String {
    let parts = |path: &str| -> Vec<String> {
        path.split('/').filter(|part| !part.is_empty()).map(String::from).collect()
    };
    let (base, path) = (parts(base), parts(path));
    let shared = base.iter().zip(&path).take_while(|(a, b)| a == b).count();
    let up = base.iter().skip(shared).map(|_| "..");
    let parts: Vec<&str> = up.chain(path.iter().skip(shared).map(String::as_str)).collect();
    if parts.is_empty() { ".".into() } else { parts.join("/") }
}

fn has_drive(path: &str) -> bool {
    path.as_bytes().get(1) == Some(&b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_one_however_typed() {
        assert_eq!([tidy("./a//b/", "/x"), tidy("./", "/x"), tidy("//a", "/x")], ["a/b", ".", "/a"]);
        assert_eq!([tidy("a\\b", "/x"), tidy("a\\b", "C:/x")], ["a\\b", "a/b"]);
    }

    #[test]
    fn relative_and_absolute_undo_each_other() {
        for path in ["/a/b/c", "/a", "/x/y", "/a/b"] {
            assert_eq!(absolute("/a/b", &relative("/a/b", path)), path);
        }
        assert_eq!((parent("/a/b"), parent("/a"), parent("/")), (Some("/a".into()), Some("/".into()), None));
    }
}
