//! `greenlane risk`: learning from results, over CSV files and over what is stored; and `greenlane bench score`.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use centre::{CentreError, LessonsAsked};
use indicatif::ProgressBar;
use jiff::civil::Date;
use risk::{Draw, Share};
use rust_decimal::Decimal;
use score::declared::{Told, Writer, lines};
use score::{
    DutyColumns, FeatureTable, LanePlan, Lesson, Model, Rank, Row, Score, ScoreError, Scores, Selection,
    Settings, Table, Value,
};
use serde_json::json;

use crate::Done;
use crate::cli::{
    BenchArgs, FeaturesOf, FiledArgs, RankBy, RiskArgs, RiskCommand, RiskEvaluateArgs, RiskModelArgs,
    RiskRowsArgs, RiskScoreArgs, RiskTrainArgs,
};
use crate::commands::check::print_json;
use crate::commands::replay::progress_bar;
use crate::exit::{DONE, Failure, REFUSED};
use crate::output::say;

/// Runs the command.
pub fn run(args: &RiskArgs) -> Done {
    match &args.command {
        RiskCommand::Train(args) => train(args),
        RiskCommand::Score(args) => score(args),
        RiskCommand::Evaluate(args) => evaluate(args),
        RiskCommand::Drift(args) => drift(args),
        RiskCommand::Card { model, json } => {
            let model = read_model(model)?;
            if *json {
                print_json(&json!({"model": model.version(), "card": model.card()}))?
            } else {
                show(&model)
            }
            Ok(ExitCode::from(DONE))
        }
        RiskCommand::Model(args) => super::model::run(args),
        RiskCommand::Rows(args) => rows(args),
        RiskCommand::Features { table } => {
            let table = match table {
                FeaturesOf::Imports => score::IMPORTS,
                FeaturesOf::Declared => score::DECLARED,
            };
            say!("{}", table.trim_end());
            Ok(ExitCode::from(DONE))
        }
    }
}

fn show(model: &Model) {
    say!("model      {}\n{}", model.version(), model.card());
}

/// The bytes of a file, at most so many.
pub(super) fn bytes(file: &Path, most: usize) -> Result<Vec<u8>, Failure> {
    let refused = |why: String| Failure::refused(format!("{}: {why}", file.display()));
    let length = std::fs::metadata(file).map_err(|why| refused(why.to_string()))?.len();
    if usize::try_from(length).is_ok_and(|length| length <= most) {
        std::fs::read(file).map_err(|why| refused(why.to_string()))
    } else {
        Err(refused(format!("larger than {most} bytes")))
    }
}

/// A refusal that names the file before each line.
fn refused(file: &Path, why: &ScoreError) -> Failure {
    let lines: Vec<String> =
        why.to_string().lines().map(|line| format!("{}: {line}", file.display())).collect();
    Failure::refused(lines.join("\n"))
}

/// A table of features: one that is built in, or a file.
fn read_features(named: Option<&Path>, usual: FeaturesOf) -> Result<FeatureTable, Failure> {
    let built_in = match named.map(Path::as_os_str).map(|named| named.to_str().unwrap_or_default()) {
        None => Some(usual),
        Some("imports") => Some(FeaturesOf::Imports),
        Some("declared") => Some(FeaturesOf::Declared),
        Some(_) => None,
    };
    let failed = |why: ScoreError| Failure::failed(why.to_string());
    match (built_in, named) {
        (Some(FeaturesOf::Imports), _) | (None, None) => FeatureTable::imports().map_err(failed),
        (Some(FeaturesOf::Declared), _) => FeatureTable::declared().map_err(failed),
        (None, Some(file)) => {
            let source = bytes(file, score::limits::FEATURE_TABLE_BYTES_MAX)?;
            let source = String::from_utf8(source)
                .map_err(|_| Failure::refused(format!("{}: the file is not UTF-8", file.display())))?;
            FeatureTable::parse(&source).map_err(|why| refused(file, &why))
        }
    }
}

fn read_table(file: &Path, features: &FeatureTable) -> Result<Table, Failure> {
    Table::read(&bytes(file, score::limits::CSV_BYTES_MAX)?, features).map_err(|why| {
        refused(file, &why)
            .hint("the columns a file must have are in the table of features: greenlane risk features")
    })
}

fn read_model(file: &Path) -> Result<Model, Failure> {
    Model::read(&bytes(file, score::limits::MODEL_BYTES_MAX)?).map_err(|why| refused(file, &why))
}

/// The model, made for the features wanted, and the rows.
fn read_both(args: &RiskModelArgs) -> Result<(Model, Table), Failure> {
    let model = read_model(&args.model)?;
    if args.features.is_some() {
        let wanted = read_features(args.features.as_deref(), FeaturesOf::Imports)?;
        model.features().agrees_with(&wanted).map_err(|why| refused(&args.model, &why))?;
    }
    let table = read_table(&args.file, model.features())?;
    Ok((model, table))
}

fn percent(name: &str, percent: Decimal) -> Result<Share, Failure> {
    Share::from_percent(percent).ok_or_else(|| {
        Failure::usage(format!(
            "--{name} {percent}: a percentage from 0 to 100 with at most four digits after the point"
        ))
    })
}

/// Where the rows of a lesson came from, for messages.
struct Lessons {
    training: (String, Table),
    validation: Option<(String, Table)>,
}

impl Lessons {
    /// From CSV files.
    fn of_files(file: &Path, valid: Option<&Path>, features: &FeatureTable) -> Result<Self, Failure> {
        let read = |file: &Path| -> Result<_, Failure> {
            Ok((file.display().to_string(), read_table(file, features)?))
        };
        Ok(Self { training: read(file)?, validation: valid.map(read).transpose()? })
    }

    /// From the store.
    fn of_store(args: &RiskTrainArgs, features: &FeatureTable) -> Result<Self, Failure> {
        let (from, to) = days_of(&args.filed)?;
        let last = match args.valid_from {
            None => to,
            Some(day) if from < day && day <= to => day.yesterday().unwrap_or(day),
            Some(day) => {
                return Err(Failure::usage(format!(
                    "--valid-from {day}: it must lie after --from and not after --to"
                )));
            }
        };
        let read = |from, to| -> Result<_, Failure> {
            let (what, file) =
                (format!("what was filed from {from} to {to}"), exported(&args.filed, from, to)?);
            let table = Table::read(&file, features).map_err(|why| {
                Failure::refused(format!("{what}: {why}")).hint("choose fewer days, or more of --unseen")
            })?;
            Ok((what, table))
        };
        let training = read(from, last)?;
        let validation = match (args.valid_from, args.valid.as_deref()) {
            (Some(day), _) => Some(read(day, to)?),
            (None, Some(file)) => Some((file.display().to_string(), read_table(file, features)?)),
            (None, None) => None,
        };
        Ok(Self { training, validation })
    }
}

/// The days that count.
fn days_of(filed: &FiledArgs) -> Result<(Date, Date), Failure> {
    // Long before and after anything that is stored, and within what time zones know.
    const EVER: (Date, Date) = (Date::constant(1990, 1, 1), Date::constant(2200, 1, 1));
    let (from, to) = (filed.from.unwrap_or(EVER.0), filed.to.unwrap_or(EVER.1));
    if to < from {
        return Err(Failure::usage(format!("--to {to}: it is before --from {from}")));
    }
    Ok((from, to))
}

/// What was counted on the way.
#[derive(Default)]
struct Counts {
    declarations: u64,
    looked_at: u64,
    rows: u64,
    found: u64,
}

/// What may go wrong while rows are written.
enum Broken {
    Centre(CentreError),
    Written(io::Error),
}

impl From<CentreError> for Broken {
    fn from(why: CentreError) -> Self {
        Self::Centre(why)
    }
}

/// Writes what was filed in some days as a file of results.
fn write_rows<W: Write>(filed: &FiledArgs, (from, to): (Date, Date), out: W) -> Result<(W, Counts), Failure> {
    let centre = crate::embedded::open_existing(&filed.data)?;
    let asked = LessonsAsked { pack: filed.pack.clone(), from, to, unseen_one_in: filed.unseen };
    let bar = progress_bar("declarations");
    let mut counts = Counts::default();
    let written = |why: io::Error| Failure::failed(format!("the rows cannot be written: {why}"));
    let mut writer = Writer::new(out).map_err(written)?;
    let read = centre.lessons(&asked, |lesson| {
        let name = lesson.case.to_string();
        counts.declarations += 1;
        counts.looked_at += u64::from(lesson.lines.iter().any(|line| line.found.is_some()));
        bar.set_position(counts.declarations);
        let rows = lines(&lesson.declaration, &lesson.facts, lesson.day);
        for (row, result) in rows.iter().zip(&lesson.lines) {
            counts.rows += 1;
            counts.found += u64::from(result.found == Some(true));
            let by: Vec<&str> = result.grounds.iter().map(|ground| ground.as_str()).collect();
            let told = Told {
                declaration: &name,
                day: lesson.day,
                found: result.found,
                amount: result.amount,
                by: &by.join(" "),
                rules: result.rules,
                weight: lesson.weight,
            };
            writer.add(row, &told).map_err(Broken::Written)?;
        }
        Ok(())
    });
    centre.stop();
    bar.finish_and_clear();
    match read {
        Ok(()) => Ok((writer.end().map_err(written)?, counts)),
        Err(Broken::Centre(why)) => Err(why.into()),
        Err(Broken::Written(why)) => Err(written(why)),
    }
}

/// A file in memory, no larger than one that can be read.
struct InMemory(Vec<u8>);

impl Write for InMemory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > score::limits::CSV_BYTES_MAX {
            let most = score::limits::CSV_BYTES_MAX;
            return Err(io::Error::other(format!(
                "more than {most} bytes; choose fewer days, or more of --unseen"
            )));
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn exported(filed: &FiledArgs, from: Date, to: Date) -> Result<Vec<u8>, Failure> {
    Ok(write_rows(filed, (from, to), InMemory(Vec::new()))?.0.0)
}

/// Writes the rows of some days to a file.
fn rows(args: &RiskRowsArgs) -> Done {
    let days = days_of(&args.filed)?;
    let failed = |why: io::Error| Failure::failed(format!("{}: {why}", args.out.display()));
    let file = std::fs::File::create(&args.out).map_err(failed)?;
    let (file, counts) = write_rows(&args.filed, days, BufWriter::new(file))?;
    file.into_inner().map_err(|why| failed(why.into_error()))?.sync_all().map_err(failed)?;
    eprintln!(
        "note: {} rows of {} declarations, {} of which were looked at; something was found on {} rows",
        counts.rows, counts.declarations, counts.looked_at, counts.found
    );
    Ok(ExitCode::from(DONE))
}

fn train(args: &RiskTrainArgs) -> Done {
    let usual = if args.file.is_some() { FeaturesOf::Imports } else { FeaturesOf::Declared };
    let mut features = read_features(args.features.as_deref(), usual)?;
    if let Some(label) = &args.label {
        features.label.clone_from(label);
    }
    if let Some(duty) = &args.duty {
        features.duty = Some(DutyColumns { amount: duty.clone(), percent: None });
    }
    if let Some(rules) = &args.rules {
        features.rules = Some(rules.clone());
    }
    let lessons = match &args.file {
        Some(file) => Lessons::of_files(file, args.valid.as_deref(), &features)?,
        None => Lessons::of_store(args, &features)?,
    };
    // Which rows a fault is in: the columns beyond the features are read by learning itself.
    for (what, table) in std::iter::once(&lessons.training).chain(&lessons.validation) {
        readable(table, &features).map_err(|why| refused(Path::new(what), &why))?;
    }
    let (training, validation) = (&lessons.training.1, lessons.validation.as_ref().map(|(_, table)| table));
    if args.grow.patience.is_some() && validation.is_none() {
        return Err(Failure::usage("--patience needs rows to measure on: --valid or --valid-from"));
    }
    let grow = &args.grow;
    let lesson = Lesson {
        training,
        validation,
        features,
        settings: Settings {
            rounds: grow.rounds,
            depth: grow.depth,
            rate: grow.rate,
            bins: grow.bins,
            leaf_weight_min: grow.leaf_weight,
            l2: grow.l2,
            features_share: grow.features_share,
            seed: grow.seed,
            patience: grow.patience,
        },
        plan: LanePlan {
            red: percent("red", args.red)?,
            yellow: percent("yellow", args.yellow)?,
            explored: percent("explored", args.explored)?,
        },
        rank: match args.rank {
            RankBy::Probability => Rank::Probability,
            RankBy::ExpectedDuty => Rank::ExpectedDuty,
        },
        trained_on: args.on.unwrap_or_else(|| jiff::Zoned::now().date()),
    };
    let bar = progress_bar("trees");
    let model = Model::train(&lesson, &mut |tree, trees| {
        bar.set_length(u64::from(trees));
        bar.set_position(u64::from(tree));
    })
    .map_err(|why| match why {
        ScoreError::Setting { .. } => Failure::usage(why.to_string()),
        why => refused(Path::new(&lessons.training.0), &why),
    })?;
    bar.finish_and_clear();
    let file = model.write().map_err(|why| Failure::failed(why.to_string()))?;
    std::fs::write(&args.out, file)
        .map_err(|why| Failure::failed(format!("{}: {why}", args.out.display())))?;
    if args.json {
        print_json(
            &json!({"model": model.version(), "card": model.card(), "may_go_live": model.card().may_go_live().is_ok()}),
        )?;
    } else {
        show(&model);
    }
    Ok(ExitCode::from(DONE))
}

/// Whether every column a lesson needs can be read.
fn readable(table: &Table, features: &FeatureTable) -> Result<(), ScoreError> {
    table.results(&features.label)?;
    table.duty(features)?;
    if let Some(column) = &features.date {
        table.days(column)?;
    }
    if let Some(column) = &features.rules {
        table.flags(column)?;
    }
    Ok(())
}

fn score(args: &RiskScoreArgs) -> Done {
    let (model, table) = read_both(&args.of)?;
    let secret = args.secret.as_deref().map(secret_of).transpose()?;
    if let Some(column) = args.id.as_ref().filter(|column| !table.has(column)) {
        return Err(Failure::refused(format!("{}: no column \"{column}\"", args.of.file.display())));
    }
    if !args.of.json {
        say!("line,id,probability,lane,by,reasons,model");
    }
    for row in table.rows() {
        let id = match args.id.as_ref().map(|column| row.value(column)) {
            Some(Value::Text(id)) => id.to_owned(),
            Some(Value::Number(id)) => id.to_string(),
            Some(Value::Missing) => String::new(),
            None => row.line().to_string(),
        };
        let draw = secret.as_ref().map(|secret| Draw::of(secret, id.as_bytes()));
        let proposal = model.propose(&row, draw.as_ref());
        if args.of.json {
            print_json(&json!({
                "line": row.line(), "id": id, "probability": proposal.score.probability(), "lane": proposal.lane,
                "selection": proposal.selection, "reasons": proposal.reasons, "logit_parts": proposal.score.logit_parts,
                "model": proposal.version,
            }))?;
            continue;
        }
        let by = match proposal.selection {
            Selection::Score => "score",
            Selection::Chance { .. } => "chance",
            Selection::Nothing => "",
        };
        let reasons: Vec<String> = proposal
            .reasons
            .iter()
            .map(|reason| {
                let unknown = if reason.unknown { " (unknown)" } else { "" };
                format!("{} {}{unknown} {:+.2}", reason.title.en, reason.value, reason.weight)
            })
            .collect();
        say!(
            "{},{},{:.6},{},{by},{},{}",
            row.line(),
            quoted(&id),
            proposal.score.probability(),
            proposal.lane.as_str(),
            quoted(&reasons.join("; ")),
            proposal.version
        );
    }
    Ok(ExitCode::from(DONE))
}

/// A field of a CSV file. One that a spreadsheet would take for a formula begins with an apostrophe.
fn quoted(field: &str) -> String {
    let formula = if field.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    if formula.is_empty() && !field.contains([',', '"', '\n', '\r']) {
        return field.to_owned();
    }
    format!("\"{formula}{}\"", field.replace('"', "\"\""))
}

fn secret_of(hex: &str) -> Result<[u8; 32], Failure> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(hex.trim().as_bytes()).ok();
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| Failure::usage("--secret: 64 hexadecimal digits are wanted"))
}

fn evaluate(args: &RiskEvaluateArgs) -> Done {
    let (model, table) = read_both(&args.of)?;
    let mut others = Vec::new();
    for beside in &args.beside {
        let Some((name, file)) = beside.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            return Err(Failure::usage(format!("--beside {beside}: NAME=FILE is wanted")));
        };
        others.push((name.to_owned(), read_probabilities(Path::new(file))?));
    }
    let evaluation = model.evaluate(&table, others).map_err(|why| refused(&args.of.file, &why))?;
    if args.of.json {
        print_json(&evaluation)?
    } else {
        say!("{}", evaluation.to_string().trim_end())
    }
    Ok(ExitCode::from(DONE))
}

fn read_probabilities(file: &Path) -> Result<Scores, Failure> {
    let text = bytes(file, score::limits::CSV_BYTES_MAX)?;
    let text = String::from_utf8_lossy(&text);
    let bad = |line: usize| {
        Failure::refused(format!("{}: line {line}: a probability from 0 to 1 is wanted", file.display()))
    };
    let mut probabilities = Vec::new();
    for (index, line) in text.lines().enumerate() {
        probabilities.push(line.trim().parse::<f64>().map_err(|_| bad(index + 1))?);
    }
    Scores::of_probabilities(&probabilities).map_err(bad)
}

fn drift(args: &RiskModelArgs) -> Done {
    let (model, table) = read_both(args)?;
    let drift = model.drift(&table).map_err(|why| refused(&args.file, &why))?;
    if args.json {
        print_json(&drift)?;
    } else {
        say!(
            "model {}, {} rows; below {} steady, from {} on another population",
            drift.model,
            drift.rows,
            score::SHIFTED,
            score::OTHER
        );
        for moved in &drift.moved {
            let unknown = moved.unknown_share * 100.0;
            let unknown = if unknown > 0.0 { format!("   {unknown:.1} % unknown") } else { String::new() };
            say!("{:24} {:8.4}  {}{unknown}", moved.name, moved.index, moved.verdict());
        }
    }
    Ok(ExitCode::from(if drift.alarming() { REFUSED } else { DONE }))
}

/// Rows of a measurement, where nobody says how many: as many as the published training file has.
const ROWS_USUAL: u64 = 37_385;
/// The seed of invented results.
const SEED: u64 = 2026;
/// Scoring goes on for so long, each way.
const SECONDS_MIN: f64 = 2.0;

/// Seconds the processors have worked for this program, where the system says so (Linux; its unit is 10 ms).
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program may have blanks; it ends with the last bracket. Then 11 fields, then user and system time.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u32>().ok();
    Some(f64::from(ticks()? + ticks()?) / 100.0)
}

/// `greenlane bench score`: training, and rows scored per second.
pub fn bench(args: &BenchArgs, bar: &ProgressBar) -> Done {
    let failed = |why: ScoreError| Failure::failed(why.to_string());
    let features = FeatureTable::imports().map_err(failed)?;
    let rows = args.declarations.unwrap_or(ROWS_USUAL);
    let csv = match &args.file {
        Some(file) => bytes(file, score::limits::CSV_BYTES_MAX)?,
        None => score::invented(usize::try_from(rows).unwrap_or(score::limits::ROWS_MAX), SEED).into_bytes(),
    };
    let begun = Instant::now();
    let table = Table::read(&csv, &features).map_err(failed)?;
    let read_seconds = begun.elapsed().as_secs_f64();
    let lesson = Lesson {
        training: &table,
        validation: None,
        features,
        settings: Settings::default(),
        plan: LanePlan::default(),
        rank: Rank::Probability,
        trained_on: jiff::civil::Date::constant(2026, 1, 1),
    };
    let (begun, worked) = (Instant::now(), cpu_seconds());
    let model = Model::train(&lesson, &mut |tree, trees| {
        bar.set_message("trees");
        bar.set_length(u64::from(trees));
        bar.set_position(u64::from(tree));
    })
    .map_err(failed)?;
    let train_seconds = begun.elapsed().as_secs_f64();
    let train_worked = cpu_seconds().zip(worked).map(|(now, then)| now - then);
    let begun = Instant::now();
    let file = model.write().map_err(failed)?;
    let again = Model::read(&file).map_err(failed)?;
    let file_seconds = begun.elapsed().as_secs_f64();

    let rows: Vec<_> = table.rows().collect();
    let mut all_agree = again.version() == model.version();
    let mut first: Option<Vec<Score>> = None;
    // By the clock, and by the time processors worked: on a machine that others use too, the second says more.
    let mut rate = |threads: usize| {
        bar.set_message(format!("scoring, {threads} threads"));
        let (begun, worked, mut scored) = (Instant::now(), cpu_seconds(), 0usize);
        loop {
            let scores = again.scores(&rows, threads);
            scored += scores.len();
            all_agree &= first.get_or_insert_with(|| scores.clone()) == &scores;
            let seconds = begun.elapsed().as_secs_f64();
            if seconds >= SECONDS_MIN {
                let worked = cpu_seconds().zip(worked).map(|(now, then)| now - then);
                return (scored as f64 / seconds, worked.map(|worked| scored as f64 / worked));
            }
        }
    };
    let ((one, one_worked), (two, two_worked)) = (rate(1), rate(2));
    let begun = Instant::now();
    let some: Vec<_> = rows.iter().take(2_000).collect();
    for row in &some {
        all_agree &= !again.propose(row, None).version.is_empty();
    }
    let propose_us = begun.elapsed().as_secs_f64() * 1e6 / some.len().max(1) as f64;
    bar.finish_and_clear();
    let optimised = !cfg!(debug_assertions);
    if args.json {
        print_json(&json!({
            "declarations": rows.len(), "trees": model.card().trees, "read_seconds": read_seconds,
            "train_seconds": train_seconds, "train_cpu_seconds": train_worked,
            "model": model.version(), "model_bytes": file.len(), "write_and_read_seconds": file_seconds,
            "declarations_per_s": two, "declarations_per_cpu_s": two_worked, "declarations_per_s_one_thread": one,
            "declarations_per_cpu_s_one_thread": one_worked, "propose_us": propose_us,
            "all_agree": all_agree, "optimised": optimised,
        }))?;
    } else {
        say!("rows learned from                    {}, read in {read_seconds:.2} s", rows.len());
        let worked = |value: Option<f64>| value.map_or_else(|| "?".to_owned(), |value| format!("{value:.0}"));
        say!(
            "trees                                {}, trained in {train_seconds:.1} s, {} s of processor time",
            model.card().trees,
            worked(train_worked)
        );
        say!(
            "model                                {}, {} bytes, written and read in {file_seconds:.2} s",
            model.version(),
            file.len()
        );
        say!("rows scored per second, one thread   {one:.0}, {} of processor time", worked(one_worked));
        say!("rows scored per second, two threads  {two:.0}, {} of processor time", worked(two_worked));
        say!("score, lane and reasons of one row   {propose_us:.0} µs");
        say!("every run gives the same scores      {}", if all_agree { "yes" } else { "NO" });
        if !optimised {
            say!("built without optimisations: the numbers say little");
        }
    }
    Ok(ExitCode::from(if all_agree { DONE } else { REFUSED }))
}
