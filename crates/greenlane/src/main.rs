//! `greenlane`: the one binary. It parses the command line, wires the crates together and turns what
//! they say into an exit code. There is no logic here.

mod above;
mod cli;
mod commands;
mod config;
mod courier;
mod embedded;
mod exit;
mod files;
mod output;
mod remote;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::exit::Failure;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Demo(args) => commands::serve::demo(args),
        Command::Serve(args) => commands::serve::serve(args),
        Command::Check(args) => commands::check::run(&args),
        Command::Duty(args) => commands::duty::run(&args),
        Command::Convert(args) => commands::convert::run(&args),
        Command::Submit(args) => commands::submit::run(&args),
        Command::Show(args) => commands::show::run(&args),
        Command::Receipt(args) => commands::receipt::receipt(&args),
        Command::Verify(args) => commands::receipt::verify(&args),
        Command::Key(args) => commands::key::run(&args),
        Command::Sign(args) => commands::sign::run(&args),
        Command::Seal(args) => commands::seal::run(&args),
        Command::Evidence(args) => commands::seal::evidence(&args),
        Command::Authority(args) => commands::authority::run(&args),
        Command::Replay(args) => commands::replay::run(&args),
        Command::Reference(args) => commands::reference::run(&args),
        Command::Profile(args) => commands::profile::run(&args),
        Command::Risk(args) => commands::risk::run(&args),
        Command::User(args) => commands::people::user(&args),
        Command::Participants(args) => commands::people::participants(&args),
        Command::Prices(args) => commands::prices::run(&args.command),
        Command::Participant(args) => commands::people::participant(&args.command),
        Command::Account(args) => commands::account::run(&args),
        Command::Guarantee(args) => commands::account::guarantee(&args.command),
        Command::Power(args) => commands::power::run(&args),
        Command::Generate(args) => commands::generate::run(&args),
        Command::Bench(args) => commands::bench::run(&args),
        Command::Docs(args) => commands::docs::run(&args),
        Command::RehearseCrash(args) => commands::bench::crash_client(&args),
    };
    match done {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

/// What a command comes to.
type Done = Result<ExitCode, Failure>;
