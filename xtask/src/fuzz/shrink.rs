//! A failing text cut down to what it takes to fail.

/// The least text found that still fails: parts are left out, large ones first.
pub fn shrink(text: &str, mut fails: impl FnMut(&str) -> bool) -> String {
    let mut least: Vec<char> = text.chars().collect();
    let mut size = least.len().div_ceil(2);
    while size > 0 {
        let (mut at, before) = (0, least.len());
        while at < least.len() {
            let end = (at + size).min(least.len());
            let shorter: String = least[..at].iter().chain(&least[end..]).collect();
            if fails(&shorter) {
                least.drain(at..end);
            } else {
                at = end;
            }
        }
        // What could not go may go now that its surroundings went.
        if size > 1 || least.len() == before {
            size /= 2;
        }
    }
    least.into_iter().collect()
}
