//! `netpol why`.

use super::host::{Host, Stream};
use super::map::format;
use super::settings;
use super::{Exit, Failure, check};
use crate::api::{self, Question};
use crate::report::{self, Color};
use clap::ArgMatches;

pub(super) fn run(host: &mut dyn Host, matches: &ArgMatches) -> Result<Exit, Failure> {
    let settings = settings::read(host, matches)?;
    let (from, to) = (settings::text(matches, "from"), settings::text(matches, "to"));
    let question = question(from.unwrap_or_default(), to.unwrap_or_default())?;
    let Some(read) = check::read(host, matches, &settings)? else { return Ok(Exit::Failed) };
    let report =
        api::why(&read.input, &question, &settings.options).map_err(|error| Failure(error.message))?;
    let color = if host.color(Stream::Out) { Color::On } else { Color::Off };
    host.print(Stream::Out, &report::why(&report, &read.input, format(matches), color));
    let Some(expected) = settings::text(matches, "expect") else {
        return Ok(if read.failed { Exit::Failed } else { Exit::Clean });
    };
    // Unknown is neither: who expects a verdict wants a proof.
    let other = report.answers.iter().filter(|answer| answer.verdict != expected).count();
    if other > 0 || report.answers.is_empty() {
        let verdict = report.verdict;
        host.print(Stream::Err, &format!("netpol: expected {expected}, and the answer is {verdict}\n"));
        return Ok(if read.failed { Exit::Failed } else { Exit::Findings });
    }
    Ok(if read.failed { Exit::Failed } else { Exit::Clean })
}

/// Reads `DST[:PORT[/PROTO]]`. An IPv6 address with a port stands in brackets; a future pod's
/// labels stand in braces and may hold anything.
fn question(from: &str, to: &str) -> Result<Question, Failure> {
    let plain = |to: &str| Question { from: from.into(), to: to.into(), port: None, protocol: None };
    let bare = to.parse::<std::net::Ipv6Addr>().is_ok() || to.parse::<ipnet::Ipv6Net>().is_ok();
    let Some((end, rest)) = to.rsplit_once(':').filter(|_| !bare) else { return Ok(plain(to)) };
    if rest.contains('}') {
        return Ok(plain(to));
    }
    let (port, protocol) = match rest.split_once('/') {
        Some((port, protocol)) => (port, Some(protocol.to_owned())),
        None => (rest, None),
    };
    let number = port.parse::<u16>().ok().filter(|port| *port > 0);
    let port =
        number.ok_or_else(|| Failure(format!("`{port}` in `{to}` is no port: ports are 1 to 65535")))?;
    let end = end.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(end);
    Ok(Question { port: Some(port), protocol, ..plain(end) })
}

#[cfg(test)]
mod tests {
    use super::question;

    fn read(to: &str) -> (String, Option<u16>, Option<String>) {
        let question = question("a", to).unwrap();
        (question.to, question.port, question.protocol)
    }

    #[test]
    fn ports_and_protocols_are_told_from_addresses() {
        assert_eq!(read("shop/db:5432"), ("shop/db".into(), Some(5432), None));
        assert_eq!(read("shop/dns:53/udp"), ("shop/dns".into(), Some(53), Some("udp".into())));
        assert_eq!(read("fd00::1"), ("fd00::1".into(), None, None));
        assert_eq!(read("[fd00::1]:443"), ("fd00::1".into(), Some(443), None));
        assert_eq!(read("fd00::/8"), ("fd00::/8".into(), None, None));
        assert!(question("a", "shop/db:http").is_err());
    }
}
