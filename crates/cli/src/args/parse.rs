//! From words to what they mean.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgMatches, CommandFactory, Error, FromArgMatches};

use super::Cli;

/// The option that is looked for on both sides of the command.
const MANIFEST: &str = "manifest";

/// What was typed, and how. The first word is the program's own name.
pub(crate) fn parse(words: &[OsString]) -> Result<(Cli, ArgMatches), Error> {
    let given = Cli::command().try_get_matches_from(words)?;
    let mut cli = Cli::from_arg_matches(&given)?;
    let mut manifests = before_the_command(words);
    if manifests != cli.global.manifest {
        manifests.append(&mut cli.global.manifest);
        cli.global.manifest = manifests;
    }
    Ok((cli, given))
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
    let lenient = Cli::command().ignore_errors(true);
    let Ok(mut given) = lenient.try_get_matches_from(&words) else {
        return Context::default();
    };
    let mut manifests = before_the_command(&words);
    let named = given.try_remove_many::<PathBuf>(MANIFEST).ok().flatten();
    let named: Vec<PathBuf> = named.into_iter().flatten().collect();
    if manifests != named {
        manifests.extend(named);
    }
    let below = given.subcommand().map(|(_, below)| below);
    let snapshot = below.and_then(|below| below.try_get_one::<PathBuf>("snapshot").ok().flatten());
    let snapshot = snapshot.cloned();
    Context {
        directory: given.try_remove_one("directory").ok().flatten(),
        manifests,
        snapshot,
    }
}

/// The manifests before the command. When there are some on both sides of it, clap forgets those.
fn before_the_command(words: &[OsString]) -> Vec<PathBuf> {
    let alone = Cli::command().mut_arg(MANIFEST, |option| option.global(false).env(None));
    let given = alone.ignore_errors(true).try_get_matches_from(words);
    let found = given.ok().and_then(|mut given| given.remove_many(MANIFEST));
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
}
