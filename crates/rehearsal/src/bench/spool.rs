//! Generated filings in one file: made before anything is measured, read back as a filer would send
//! them, so that their bytes do not count as the centre's memory.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use centre::{Standing, Submission};

use crate::error::{RehearsalError, system};
use crate::generate::{Generated, Generator};
use crate::live::REHEARSAL_ACCOUNT;
use crate::traders::Trader;

/// Declarations made at a time, shared out over the cores.
const AT_ONCE: u64 = 512;

/// How the documents of a spool are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    /// As they are: reading them back costs next to nothing.
    Plain,
    /// Compressed to a tenth, for spools that would fill a disk; unpacking takes the filer 40 µs each.
    Compressed,
}

/// The fastest level that still finds what repeats.
const PACKING_LEVEL: i32 = 1;

/// The bytes of one filing.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    /// Of the document.
    document: usize,
    /// Of the document as it lies in the file.
    packed: usize,
    /// Of the seal.
    seal: usize,
}

/// A file of filings.
#[derive(Debug)]
pub(crate) struct Spool {
    path: PathBuf,
    packing: Packing,
    sizes: Vec<Sizes>,
    /// Lines of goods over all.
    pub items: u64,
    /// The firms that file.
    pub traders: Vec<Trader>,
}

impl Spool {
    /// Generates all declarations of the plan into `path`.
    pub fn generate(
        generator: &Generator,
        path: &Path,
        packing: Packing,
        progress: &mut dyn FnMut(&str, u64, u64),
    ) -> Result<Self, RehearsalError> {
        let failed = || system(path.display().to_string());
        let mut out = BufWriter::new(File::create(path).map_err(failed())?);
        let total = generator.plan().count;
        let (sizes, traders) = (Vec::new(), Vec::new());
        let mut spool = Self { path: path.to_owned(), packing, sizes, items: 0, traders };
        let mut traders = std::collections::BTreeMap::new();
        let mut place = 0;
        while place < total {
            let end = (place + AT_ONCE).min(total);
            for generated in made(generator, place, end)? {
                let seal = generated.seal.as_ref().map(seal::DetachedSeal::to_text).unwrap_or_default();
                let size = generated.xml.len();
                let document = match packing {
                    Packing::Plain => generated.xml.into_bytes(),
                    Packing::Compressed => {
                        zstd::bulk::compress(generated.xml.as_bytes(), PACKING_LEVEL).map_err(failed())?
                    }
                };
                out.write_all(&document).map_err(failed())?;
                out.write_all(seal.as_bytes()).map_err(failed())?;
                spool.sizes.push(Sizes { document: size, packed: document.len(), seal: seal.len() });
                spool.items += generated.declaration.items.len() as u64;
                traders.insert(generated.trader.index, generated.trader);
            }
            place = end;
            progress("generate", place, total);
        }
        out.flush().map_err(failed())?;
        spool.traders = traders.into_values().collect();
        Ok(spool)
    }

    /// How many filings.
    pub fn len(&self) -> usize {
        self.sizes.len()
    }

    /// The filings in order.
    pub fn read(&self) -> Result<Filings<'_>, RehearsalError> {
        let file = File::open(&self.path).map_err(system(self.path.display().to_string()))?;
        Ok(Filings { spool: self, file: BufReader::with_capacity(1 << 18, file), next: 0 })
    }
}

/// The declarations of a range, made on every core.
fn made(generator: &Generator, from: u64, to: u64) -> Result<Vec<Generated>, RehearsalError> {
    let cores = std::thread::available_parallelism().map_or(2, usize::from) as u64;
    let share = (to - from).div_ceil(cores).max(1);
    let parts: Vec<_> = std::thread::scope(|scope| {
        let starts = (from..to).step_by(usize::try_from(share).unwrap_or(1));
        let work =
            |start: u64| move || (start..(start + share).min(to)).map(|place| generator.at(place)).collect();
        let threads: Vec<_> = starts.map(|start| scope.spawn(work(start))).collect();
        threads.into_iter().map(|thread| thread.join()).collect()
    });
    let mut all = Vec::new();
    for part in parts {
        let part: Result<Vec<Generated>, _> = part.map_err(|_| crate::GenerateError::Broken)?;
        all.extend(part?);
    }
    Ok(all)
}

/// Filings read back.
pub(crate) struct Filings<'s> {
    spool: &'s Spool,
    file: BufReader<File>,
    next: usize,
}

impl Filings<'_> {
    fn take(&mut self, Sizes { document, packed, seal }: Sizes) -> std::io::Result<Submission> {
        let mut bytes = vec![0; packed];
        self.file.read_exact(&mut bytes)?;
        if self.spool.packing == Packing::Compressed {
            bytes = zstd::bulk::decompress(&bytes, document)?;
        }
        let mut text = vec![0; seal];
        self.file.read_exact(&mut text)?;
        let seal = (!text.is_empty()).then_some(text);
        Ok(Submission { bytes, seal, account: REHEARSAL_ACCOUNT.to_owned(), standing: Standing::Unknown })
    }
}

impl Iterator for Filings<'_> {
    type Item = Result<Submission, RehearsalError>;

    fn next(&mut self) -> Option<Self::Item> {
        let sizes = *self.spool.sizes.get(self.next)?;
        self.next += 1;
        Some(self.take(sizes).map_err(system(self.spool.path.display().to_string())))
    }
}
