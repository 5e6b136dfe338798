//! `greenlane reference`: import, list, show.

use std::process::ExitCode;

use declaration::CommodityCode;
use reference::{CommodityLookup, Dataset, DatasetKind};
use serde_json::json;

use crate::cli::{ReferenceArgs, ReferenceCommand};
use crate::commands::check::print_json;
use crate::exit::{DONE, Failure, REFUSED};
use crate::output::say;
use crate::{Done, embedded};

/// The largest file imported.
const FILE_BYTES_MAX: u64 = 256 << 20;

/// Runs the command.
pub fn run(args: &ReferenceArgs) -> Done {
    match &args.command {
        ReferenceCommand::Import { kind, file, jurisdiction, data } => {
            let kind: DatasetKind = serde_json::from_value(json!(kind)).map_err(|_| {
                Failure::usage(format!("{kind}: no such kind of reference data"))
                    .hint(
                        "kinds: pack, tnved, commodities, rates, exchange, countries, currencies, offices, anchors, \
                         revocation, certificates",
                    )
            })?;
            let unreadable = |why: std::io::Error| Failure::refused(format!("{}: {why}", file.display()));
            if std::fs::metadata(file).map_err(unreadable)?.len() > FILE_BYTES_MAX {
                return Err(Failure::refused(format!("{}: larger than 256 MiB", file.display())));
            }
            let content = std::fs::read(file).map_err(unreadable)?;
            let source = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let jurisdiction = match kind {
                DatasetKind::Pack | DatasetKind::Rates | DatasetKind::Exchange | DatasetKind::Offices => {
                    jurisdiction.clone()
                }
                DatasetKind::Tnved
                | DatasetKind::Commodities
                | DatasetKind::Countries
                | DatasetKind::Currencies
                | DatasetKind::Anchors
                | DatasetKind::Revocation
                | DatasetKind::Certificates => String::new(),
            };
            let centre = embedded::open_for_command(data, None)?;
            let report = centre.import(Dataset { kind, jurisdiction, source, content })?;
            centre.stop();
            say!(
                "{} from {} is in force: dataset {}; {} commodities; world {} instead of {}",
                report.kind,
                report.source,
                report.dataset,
                report.commodities,
                report.after,
                report.before
            );
            Ok(ExitCode::from(DONE))
        }
        ReferenceCommand::List { data, json } => {
            let centre = embedded::open_existing(data)?;
            let world = centre.world();
            for (kind, jurisdiction, source, hash) in world.reference().datasets() {
                if *json {
                    print_json(&json!({
                        "kind": kind.as_str(), "jurisdiction": jurisdiction, "source": source, "hash": hash,
                    }))?;
                } else {
                    say!("{:12} {:10} {:24} {hash}", kind.as_str(), jurisdiction, source);
                }
            }
            if !json {
                say!("world {}", world.hash());
            }
            centre.stop();
            Ok(ExitCode::from(DONE))
        }
        ReferenceCommand::Show { code, as_of, data } => {
            let code: CommodityCode = code
                .parse()
                .map_err(|_| Failure::usage(format!("{code}: a code of 10 digits is expected")))?;
            let world = match data.data {
                Some(_) => embedded::open_existing(data)?.world(),
                None => centre::starter_world()?,
            };
            let day = as_of.unwrap_or_else(|| jiff::Zoned::now().date());
            match world.reference().commodity(&code, day) {
                CommodityLookup::Known(found) => {
                    say!("{}  {}\nduty {}", found.code, found.name, found.duty);
                    Ok(ExitCode::from(DONE))
                }
                CommodityLookup::Unknown => {
                    say!("{code} is not in the nomenclature on {day}");
                    Ok(ExitCode::from(REFUSED))
                }
                CommodityLookup::OutsideExcerpt => {
                    say!("{code} is outside the excerpt loaded; import the whole nomenclature to know");
                    Ok(ExitCode::from(REFUSED))
                }
            }
        }
    }
}
