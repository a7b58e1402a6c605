//! From words to what they mean.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, CommandFactory, Error, FromArgMatches};

use super::Cli;

/// The options that may be repeated, and are looked for on both sides of the command.
const MANIFEST: &str = "manifest";
const PROFILE: &str = "profile";

/// What was typed, and how. The first word is the program's own name.
pub(crate) fn parse(words: &[OsString]) -> Result<(Cli, ArgMatches), Error> {
    let given = command().try_get_matches_from(words)?;
    let mut cli = Cli::from_arg_matches(&given)?;
    gather(&mut cli.global.manifest, before_the_command(words, MANIFEST));
    gather(&mut cli.global.profile, before_the_command(words, PROFILE));
    cli.global.typed_profiles = is_typed(&given, PROFILE);
    Ok((cli, given))
}

/// The command line, without the variables that are set and empty: a job sets those that it has no value for.
fn command() -> Command {
    without_empty(Cli::command())
}

fn without_empty(command: Command) -> Command {
    let is_empty = |option: &Arg| {
        let value = option.get_env().and_then(std::env::var_os);
        value.is_some_and(|value| value.is_empty())
    };
    let command = command.mut_args(|option| {
        if is_empty(&option) {
            option.env(None)
        } else {
            option
        }
    });
    command.mut_subcommands(without_empty)
}

/// Where a line that is not finished is about.
#[derive(Debug, Default)]
pub(crate) struct Context {
    /// `-C`
    pub(crate) directory: Option<PathBuf>,
    /// `-m`
    pub(crate) manifests: Vec<PathBuf>,
    /// `--snapshot`
    pub(crate) snapshot: Option<PathBuf>,
}

/// What can be told of a line that is not finished. The first word is the program's own name.
pub(crate) fn context(words: &[String]) -> Context {
    let words: Vec<OsString> = words.iter().map(OsString::from).collect();
    let lenient = command().ignore_errors(true);
    let Ok(mut given) = lenient.try_get_matches_from(&words) else {
        return Context::default();
    };
    let named = given.try_remove_many::<PathBuf>(MANIFEST).ok().flatten();
    let mut manifests: Vec<PathBuf> = named.into_iter().flatten().collect();
    gather(&mut manifests, before_the_command(&words, MANIFEST));
    let below = given.subcommand().map(|(_, below)| below);
    let snapshot = below.and_then(|below| below.try_get_one::<PathBuf>("snapshot").ok().flatten());
    let snapshot = snapshot.cloned();
    Context {
        directory: given.try_remove_one("directory").ok().flatten(),
        manifests,
        snapshot,
    }
}

/// Whether an option stands on the command line, before the command or after it.
fn is_typed(given: &ArgMatches, option: &str) -> bool {
    let here =
        given.try_contains_id(option).is_ok() && given.value_source(option) == Some(ValueSource::CommandLine);
    here || given
        .subcommand()
        .is_some_and(|(_, below)| is_typed(below, option))
}

/// Puts what stands before the command in front of what clap kept, which is the same where there is nothing after it.
fn gather<T: PartialEq>(kept: &mut Vec<T>, mut before: Vec<T>) {
    if before != *kept {
        before.append(kept);
        *kept = before;
    }
}

/// The values of an option before the command. When there are some on both sides of it, clap forgets those.
fn before_the_command<T>(words: &[OsString], option: &'static str) -> Vec<T>
where
    T: Clone + Send + Sync + 'static,
{
    let alone = command().mut_arg(option, |option| option.global(false).env(None));
    let given = alone.ignore_errors(true).try_get_matches_from(words);
    let found = given.ok().and_then(|mut given| given.remove_many(option));
    found.map(Iterator::collect).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifests(line: &str) -> Vec<String> {
        let words: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        let (cli, _) = parse(&words).unwrap();
        let manifests = cli.global.manifest.iter();
        manifests.map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn a_line_that_is_not_finished_says_where_it_is_about() {
        let line = "stackfleet -C place plan -m a --snapshot s.json --stage";
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let found = context(&words);
        assert_eq!(found.directory, Some(PathBuf::from("place")));
        assert_eq!(found.manifests, [PathBuf::from("a")]);
        assert_eq!(found.snapshot, Some(PathBuf::from("s.json")));
        assert!(context(&[]).manifests.is_empty());
    }

    #[test]
    fn manifests_may_stand_before_and_after_the_command() {
        assert_eq!(manifests("stackfleet plan -m a -m b"), ["a", "b"]);
        assert_eq!(manifests("stackfleet -m a -m b plan"), ["a", "b"]);
        assert_eq!(
            manifests("stackfleet -m a plan --manifest b name --diff none"),
            ["a", "b"]
        );
        assert_eq!(manifests("stackfleet -m a ops list --running"), ["a"]);
        assert_eq!(manifests("stackfleet plan name"), [""; 0]);
    }

    #[test]
    fn so_may_profiles() {
        let profiles = |line: &str| -> Vec<String> {
            let words: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
            let (cli, _) = parse(&words).unwrap();
            cli.global.profile.into_iter().map(|one| one.name).collect()
        };
        let accounts = ["222233334444=a", "333344445555=b"];
        let [one, other] = accounts;
        assert_eq!(
            profiles(&format!("stackfleet --profile {one} plan --profile {other}")),
            ["a", "b"]
        );
        assert_eq!(
            profiles(&format!("stackfleet plan --profile {one},{other}")),
            ["a", "b"]
        );
    }
}
