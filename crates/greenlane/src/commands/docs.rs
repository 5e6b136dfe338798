//! `greenlane docs`: the generated pages, on standard output.

use std::process::ExitCode;

use clap::CommandFactory;

use crate::Done;
use crate::cli::{Cli, DocsArgs};
use crate::exit::{DONE, Failure};
use crate::output::say;

/// Prints a page.
pub fn run(args: &DocsArgs) -> Done {
    let text = match args.page.as_str() {
        "findings" => check::findings_page(),
        "lifecycle" => clearance::lifecycle::page(centre::starter_world()?.as_ref()),
        "notices" => notices::page(),
        "powers" => clearance::power::page(),
        "profiles" => centre::profile_lifecycle_page(),
        "categories" => centre::categories_page(centre::starter_world()?.as_ref()),
        "openapi" => web::openapi(),
        "cli" => cli_page(),
        "kinds" => wire::json_kinds().join("\n"),
        "schema" => schema(args.kind.as_deref().unwrap_or("declaration"))?,
        other => {
            return Err(Failure::usage(format!("{other}: no such page"))
                .hint("pages: findings, lifecycle, notices, powers, profiles, openapi, cli, kinds, schema"));
        }
    };
    say!("{}", text.trim_end());
    Ok(ExitCode::from(DONE))
}

/// The JSON Schema of a kind of document.
fn schema(kind: &str) -> Result<String, Failure> {
    let schema = wire::json_schema_of(kind).ok_or_else(|| {
        Failure::usage(format!("{kind}: no such kind of document")).hint("kinds: greenlane docs kinds")
    })?;
    serde_json::to_string_pretty(&schema).map_err(|why| Failure::failed(why.to_string()))
}

/// The help of the commands below one, and of those below them.
fn put_below(page: &mut String, command: &mut clap::Command) {
    for below in command.get_subcommands_mut().filter(|below| below.get_name() != "help") {
        page.push_str(&format!("\n```text\n{}\n```\n", below.render_long_help()));
        put_below(page, below);
    }
}

/// Every command with its help, as Markdown.
fn cli_page() -> String {
    let mut page = String::from(
        "# The command line\n\nMade by `greenlane docs cli`; a test fails when it is stale.\n\n",
    );
    let mut command = Cli::command().term_width(100);
    command.build();
    page.push_str(&format!("```text\n{}\n```\n", command.render_long_help()));
    for sub in command.get_subcommands_mut() {
        if sub.is_hide_set() || sub.get_name() == "help" {
            continue;
        }
        let name = sub.get_name().to_owned();
        page.push_str(&format!("\n## {name}\n\n```text\n{}\n```\n", sub.render_long_help()));
        put_below(&mut page, sub);
    }
    page
}
