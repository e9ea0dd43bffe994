//! The shapes of requests.

use super::options;
use super::reader::Part;
use crate::api::{ApiError, Input, Question, Request};
#[cfg(feature = "text")]
use crate::config::unknown;
#[cfg(feature = "text")]
use crate::report::{Asked, Format};
use crate::source::{Content, Source};

/// What `render` is asked: a method's request, and how its answer shall look.
#[cfg(feature = "text")]
#[derive(Debug)]
pub(super) struct Render {
    pub(super) asked: Asked,
    pub(super) inner: Request,
    pub(super) format: Format,
}

/// What `fix` is asked.
#[derive(Debug)]
pub(super) struct Fix {
    pub(super) inner: Request,
    pub(super) unsafe_fixes: bool,
}

pub(super) fn check(part: &Part<'_>) -> Result<Request, ApiError> {
    part.object(&["sources", "with", "options"])?;
    judged(part)
}

pub(super) fn fix(part: &Part<'_>) -> Result<Fix, ApiError> {
    part.object(&["sources", "with", "options", "unsafe"])?;
    Ok(Fix { inner: judged(part)?, unsafe_fixes: part.field("unsafe").flag()? })
}

fn judged(part: &Part<'_>) -> Result<Request, ApiError> {
    Ok(Request { input: input(part)?, options: options::read(&part.field("options"))? })
}

/// What is judged, which must be there: an answer about nothing looks like one without findings.
fn input(part: &Part<'_>) -> Result<Input, ApiError> {
    let all = |list: Vec<Part<'_>>| list.iter().map(source).collect::<Result<_, _>>();
    Ok(Input {
        sources: all(part.field("sources").required_list()?)?,
        with: all(part.field("with").list()?)?,
    })
}

/// A request about one place: `check`'s fields, a path and an offset.
#[cfg(feature = "text")]
pub(super) fn at(part: &Part<'_>) -> Result<(Request, String, u32), ApiError> {
    part.object(&["sources", "with", "options", "path", "offset"])?;
    let request = Request { input: input(part)?, options: options::read(&part.field("options"))? };
    let path = part.field("path").string()?.to_owned();
    let offset = part.field("offset").count()?.unwrap_or(0);
    Ok((request, path, u32::try_from(offset).unwrap_or(u32::MAX)))
}

#[cfg(feature = "text")]
pub(super) fn render(part: &Part<'_>) -> Result<Render, ApiError> {
    part.object(&["method", "request", "format"])?;
    let (method, request, format) = (part.field("method"), part.field("request"), part.field("format"));
    let name = format.optional_string()?.unwrap_or("full");
    let (asked, inner) = match method.string()? {
        "check" => (Asked::Check, check(&request)?),
        "map" => (Asked::Map, check(&request)?),
        "why" => {
            let (inner, question) = why(&request)?;
            (Asked::Why(question), inner)
        }
        other => return Err(method.fault(unknown("rendered method", other, ["check", "map", "why"]))),
    };
    Ok(Render { asked, inner, format: Format::parse(name).map_err(|message| format.fault(message))? })
}

/// What `why` is asked: `check`'s fields, and a question.
pub(super) fn why(part: &Part<'_>) -> Result<(Request, Question), ApiError> {
    part.object(&["sources", "with", "options", "from", "to", "port", "protocol"])?;
    let port = part.field("port");
    let number = port.count()?.map(u16::try_from).transpose();
    let question = Question {
        from: part.field("from").string()?.to_owned(),
        to: part.field("to").string()?.to_owned(),
        port: number.map_err(|_| port.fault("ports are 1 to 65535"))?,
        protocol: part.field("protocol").optional_string()?.map(str::to_owned),
    };
    Ok((judged(part)?, question))
}

#[cfg(feature = "text")]
pub(super) fn explain(part: &Part<'_>) -> Result<String, ApiError> {
    part.object(&["lint"])?;
    Ok(part.field("lint").string()?.to_owned())
}

fn source(part: &Part<'_>) -> Result<Source, ApiError> {
    part.object(&["path", "text", "object", "old"])?;
    let (text, object, old) = (part.field("text"), part.field("object"), part.field("old"));
    let content = match (text.is_present(), object.is_present()) {
        (true, false) => Content::Text(text.string()?.to_owned()),
        (false, true) => Content::Object(object.raw().to_owned()),
        (true, true) => return Err(part.fault("a source has either `text` or `object`, not both")),
        (false, false) => return Err(part.fault("a source needs `text` or `object`")),
    };
    let old = match old.optional_string() {
        Ok(text) => text.map(str::to_owned),
        Err(_) => Some(old.raw().to_owned()),
    };
    let path = part.field("path").optional_string()?.unwrap_or("input").to_owned();
    Ok(Source { path, content, old })
}
