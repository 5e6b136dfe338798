//! `greenlane reference`: import, undo, imports, list, show, search, diff.

mod told;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use centre::{Centre, Change, Stage};
use declaration::CommodityCode;
use indicatif::ProgressBar;
use jiff::Timestamp;
use jiff::civil::Date;
use reference::{CommodityLookup, DATASET_BYTES_MAX, Dataset, DatasetKind};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use web::{ChangesObject, ImportObject, ReportObject};

use crate::cli::{Language, PlaceArgs, ReferenceArgs, ReferenceCommand, ReferenceImportArgs};
use crate::commands::check::print_json;
use crate::exit::{DONE, Failure, REFUSED};
use crate::output::say;
use crate::remote::Remote;
use crate::{Done, embedded};

/// The most files of one import.
const FILES_MAX: usize = 10_000;

/// Runs the command.
pub fn run(args: &ReferenceArgs) -> Done {
    match &args.command {
        ReferenceCommand::Import(args) => import(args),
        ReferenceCommand::Undo { import, dry_run, json, place, speech } => {
            let Some(remote) = remote(place, speech.language)? else {
                let change = Change { undo: import.clone(), ..Change::default() };
                return changed(&embedded::open_existing(&place.data)?, change, *dry_run, *json);
            };
            let numbers: Vec<String> = import.iter().map(u64::to_string).collect();
            let path = format!("/api/v1/reference/imports/{}?dry_run={dry_run}", numbers.join(","));
            told(remote.delete(&path)?, *json)
        }
        ReferenceCommand::Imports { json, place } => imports(place, *json),
        ReferenceCommand::List { data, json } => list(&embedded::open_existing(data)?, *json),
        ReferenceCommand::Show { code, as_of, known_at, data } => {
            let world = match (&data.data, known_at) {
                (Some(_), Some(at)) => embedded::open_existing(data)?.world_named(&at.to_string())?,
                (Some(_), None) => embedded::open_existing(data)?.world(),
                (None, _) => centre::starter_world()?,
            };
            show(&world, code, as_of.unwrap_or_else(|| jiff::Zoned::now().date()))
        }
        ReferenceCommand::Search { query, as_of, limit, json, data } => {
            let world = match data.data {
                Some(_) => embedded::open_existing(data)?.world(),
                None => centre::starter_world()?,
            };
            let day = as_of.unwrap_or_else(|| jiff::Zoned::now().date());
            let found = world.reference().nomenclature().search(query, *limit);
            for hit in &found {
                let place = told::Place::of(world.reference(), hit.code, day);
                if *json { print_json(&place)? } else { say!("{place}") }
            }
            if found.is_empty() && !json {
                say!("nothing is called so; try other words, or the first digits of a code");
            }
            Ok(ExitCode::from(if found.is_empty() { REFUSED } else { DONE }))
        }
        ReferenceCommand::Diff { before, after, json, data } => {
            let centre = embedded::open_existing(data)?;
            let (before, after) = (centre.world_named(before)?, centre.world_named(after)?);
            let changes = centre.compare(&before, &after)?;
            centre.stop();
            if *json {
                print_json(&ChangesObject::new(&changes))?;
            } else {
                say!("from world {} to {}", before.hash(), after.hash());
                told::changes(&ChangesObject::new(&changes));
            }
            Ok(ExitCode::from(DONE))
        }
    }
}

/// The files named, and those of folders named, by name.
fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in named {
        let unreadable = |why: std::io::Error| Failure::refused(format!("{}: {why}", path.display()));
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(path).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?.path();
            if entry.is_file() {
                inside.push(entry);
            }
        }
        inside.sort();
        files.extend(inside);
    }
    if files.is_empty() {
        return Err(
            Failure::usage("no file was given").hint("greenlane reference import exchange 2026/*.xml")
        );
    }
    if files.len() > FILES_MAX {
        return Err(Failure::usage(format!("more than {FILES_MAX} files; import them in parts")));
    }
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable = |why: std::io::Error| Failure::refused(format!("{}: {why}", path.display()));
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    if usize::try_from(length).is_ok_and(|length| length <= DATASET_BYTES_MAX) {
        return std::fs::read(path).map_err(unreadable);
    }
    let most = DATASET_BYTES_MAX >> 20;
    Err(Failure::refused(format!("{}: larger than {most} MiB; split the file", path.display())))
}

fn import(args: &ReferenceImportArgs) -> Done {
    let kind: DatasetKind = args.kind.parse().map_err(|kinds: String| {
        Failure::usage(format!("{}: no such kind of reference data", args.kind))
            .hint(format!("kinds: {kinds}"))
    })?;
    let jurisdiction = kind.jurisdiction(&args.jurisdiction);
    let mut named = Vec::new();
    for path in files(&args.file)? {
        let source = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        named.push((source, read(&path)?));
    }
    if let Some(remote) = remote(&args.place, args.speech.language)? {
        let mut query = vec![("kind", args.kind.clone()), ("dry_run", args.dry_run.to_string())];
        if !jurisdiction.is_empty() {
            query.push(("jurisdiction", jurisdiction.to_owned()));
        }
        query.extend(args.valid_from.map(|day| ("valid_from", day.to_string())));
        return told(remote.import(&query, &named)?, args.json);
    }
    let datasets = named.into_iter().map(|(source, content)| {
        let dataset = Dataset::new(kind, jurisdiction, source, content);
        Dataset { valid_from: args.valid_from, ..dataset }
    });
    let change = Change { import: datasets.collect(), ..Change::default() };
    changed(&embedded::open_for_command(&args.place.data, None)?, change, args.dry_run, args.json)
}

/// The running centre that is meant, if one is.
fn remote(place: &PlaceArgs, language: Language) -> Result<Option<Remote>, Failure> {
    place.to.as_ref().map(|url| Remote::new(url, place.token.as_deref(), language)).transpose()
}

/// Tells what a running centre says it did.
fn told(object: Map<String, Value>, json: bool) -> Done {
    if json {
        print_json(&object)?;
    } else {
        told::report(&object_of(Value::Object(object))?);
    }
    Ok(ExitCode::from(DONE))
}

/// An object as this program knows it.
fn object_of<T: DeserializeOwned>(value: Value) -> Result<T, Failure> {
    serde_json::from_value(value).map_err(|why| {
        Failure::failed(format!("the centre answers as another version does: {why}"))
            .hint("--json shows the answer as it is")
    })
}

/// Makes a change, or only says what it would do.
fn changed(centre: &Centre, change: Change, dry_run: bool, json: bool) -> Done {
    let bar = ProgressBar::new(change.import.len() as u64);
    let mut progress = |stage: Stage| match stage {
        Stage::Reading { nth, source, .. } => {
            bar.set_position(nth as u64);
            bar.set_message(source);
        }
        Stage::Comparing => bar.set_message("comparing with what is in force"),
        Stage::Keeping => bar.set_message("keeping"),
    };
    let done = if dry_run {
        centre.preview(change, &mut progress)
    } else {
        centre.change(change, "command line", &mut progress)
    };
    bar.finish_and_clear();
    centre.stop();
    let report = ReportObject::new(&done?, dry_run);
    if json {
        print_json(&report)?;
    } else {
        told::report(&report);
    }
    Ok(ExitCode::from(DONE))
}

fn imports(place: &PlaceArgs, json: bool) -> Done {
    let imports: Vec<ImportObject> = match remote(place, Language::En)? {
        Some(remote) => {
            let mut answer = remote.get_object("/api/v1/reference/imports")?;
            object_of(answer.remove("imports").unwrap_or_default())?
        }
        None => {
            let centre = embedded::open_existing(&place.data)?;
            let imports = ImportObject::journal(&centre.imports()?);
            centre.stop();
            imports
        }
    };
    for import in imports {
        if json {
            print_json(&import)?;
            continue;
        }
        let state = match import.undoes {
            Some(undone) => format!("takes back {undone}"),
            None if import.in_force => "in force".to_owned(),
            None => "taken back".to_owned(),
        };
        let from = import.valid_from.map_or_else(|| "for all days".to_owned(), |day| format!("from {day}"));
        let at = import.at.parse::<Timestamp>();
        say!(
            "{:5}  {}  {:12} {:10} {:24} {from:16} {state:14} {}",
            import.import,
            at.map_or(import.at, |at| at.strftime("%Y-%m-%d %H:%M").to_string()),
            import.kind,
            import.jurisdiction,
            import.source,
            import.by
        );
    }
    Ok(ExitCode::from(DONE))
}

fn list(centre: &Centre, json: bool) -> Done {
    let world = centre.world();
    for set in world.reference().datasets() {
        if json {
            print_json(&json!({
                "kind": set.kind.as_str(), "jurisdiction": set.jurisdiction, "valid_from": set.valid_from,
                "source": set.source, "hash": set.hash,
            }))?;
        } else {
            let from = set.valid_from.map_or_else(String::new, |day| day.to_string());
            say!("{:12} {:10} {from:10} {:24} {}", set.kind.as_str(), set.jurisdiction, set.source, set.hash);
        }
    }
    if !json {
        say!("world {}", world.hash());
    }
    centre.stop();
    Ok(ExitCode::from(DONE))
}

fn show(world: &clearance::World, code: &str, day: Date) -> Done {
    let plain: String = code.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
    let code: CommodityCode =
        plain.parse().map_err(|_| Failure::usage(format!("{code}: a code of 10 digits is expected")))?;
    match world.reference().commodity(&code, day) {
        CommodityLookup::Known(found) => {
            told::commodity(world.reference(), &found, day);
            Ok(ExitCode::from(DONE))
        }
        CommodityLookup::Unknown => {
            say!("{code} is not in the nomenclature on {day}");
            told::former(world.reference(), &code);
            Ok(ExitCode::from(REFUSED))
        }
        CommodityLookup::OutsideExcerpt => {
            say!("{code} is outside the excerpt loaded; import the whole nomenclature to know");
            Ok(ExitCode::from(REFUSED))
        }
    }
}
