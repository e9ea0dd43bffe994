//! Puts the functions of a module in an order that packs well: gzip looks back no further than
//! 32 kB, so what is alike should stand together. Nothing else changes.

use std::collections::HashMap;
use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{CodeSection, FunctionSection};
use wasmparser::{CodeSectionReader, FunctionBody, FunctionSectionReader, Parser, Payload, TypeRef};

use crate::shell::Outcome;

/// Bytes that are compared at once.
const GRAM: usize = 5;
/// What more functions than these share tells nothing.
const COMMON: usize = 60;
/// How many of the functions placed last the next one is compared with.
const WINDOW: usize = 8;

/// The same module in its new order.
pub fn arrange(module: &[u8]) -> Outcome<Vec<u8>> {
    let told = |fault: &dyn std::fmt::Display| format!("cannot arrange a module: {fault}");
    let read = Functions::read(module).map_err(|fault| told(&fault))?;
    let order = read.order();
    let mut places = vec![0; order.len()];
    for (place, own) in (read.imported..).zip(&order) {
        places[*own] = place;
    }
    let mut arranged = wasm_encoder::Module::new();
    Arrange { imported: read.imported, order, places }
        .parse_core_module(&mut arranged, Parser::new(0), module)
        .map_err(|fault| told(&fault))?;
    Ok(arranged.finish())
}

/// What the order depends on.
#[derive(Default)]
struct Functions<'m> {
    /// How many functions come from the host, before the module's own.
    imported: u32,
    bodies: Vec<&'m [u8]>,
}

impl<'m> Functions<'m> {
    fn read(module: &'m [u8]) -> wasmparser::Result<Self> {
        let mut read = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        read.imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionEntry(body) => read.bodies.push(body.as_bytes()),
                _ => {}
            }
        }
        Ok(read)
    }

    /// The functions in their new order: each time the one that has the largest part of itself in
    /// common with those just placed.
    fn order(&self) -> Vec<usize> {
        let grams: Vec<Vec<&[u8]>> = self.bodies.iter().map(|body| grams(body)).collect();
        let mut holders: HashMap<&[u8], Vec<usize>> = HashMap::new();
        for (own, grams) in grams.iter().enumerate() {
            for gram in grams {
                holders.entry(gram).or_default().push(own);
            }
        }
        holders.retain(|_, holders| holders.len() <= COMMON);

        let mut left: Vec<usize> = (0..self.bodies.len()).collect();
        let mut order = Vec::new();
        let mut shared = vec![0_u64; self.bodies.len()];
        while !left.is_empty() {
            // A small function of which all is shared does not go before a large one with most.
            let part = |own: usize| shared[own] * 1_000_000 / (grams[own].len() as u64 + 30);
            let best = (0..left.len()).max_by_key(|at| (part(left[*at]), std::cmp::Reverse(left[*at])));
            let next = left.remove(best.unwrap_or_default());
            order.push(next);
            for held in grams[next].iter().filter_map(|gram| holders.get(gram)).flatten() {
                shared[*held] += 1;
            }
            if order.len() > WINDOW {
                let gone = order[order.len() - 1 - WINDOW];
                for held in grams[gone].iter().filter_map(|gram| holders.get(gram)).flatten() {
                    shared[*held] -= 1;
                }
            }
        }
        order
    }
}

/// The different pieces of `GRAM` bytes in a body.
fn grams(body: &[u8]) -> Vec<&[u8]> {
    let mut grams: Vec<&[u8]> = body.windows(GRAM).collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

struct Arrange {
    imported: u32,
    order: Vec<usize>,
    /// Where each function goes, counted with the imported ones.
    places: Vec<u32>,
}

impl Reencode for Arrange {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        let own = function.checked_sub(self.imported);
        Ok(own.map_or(function, |own| self.places[own as usize]))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        let types: Vec<u32> = section.into_iter().collect::<Result<_, _>>()?;
        for own in &self.order {
            functions.function(types[*own]);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        let bodies: Vec<FunctionBody<'_>> = section.into_iter().collect::<Result<_, _>>()?;
        for own in self.order.clone() {
            self.parse_function_body(code, bodies[own].clone())?;
        }
        Ok(())
    }
}
