//! What of the command line is being typed.

use clap::{Arg, Command, ValueHint};
use clap_complete::Shell;

use super::Candidate;

/// What can stand where somebody types.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A file or a directory.
    Files,
    /// One of these.
    These(Vec<Candidate>),
    /// A name, of the kind that the help calls so: `STACKSET`, `STAGE`, `REGION`.
    Named(String),
    /// The code of a message.
    Codes,
}

/// Bash takes `--stage=canary` and `logs:Token` for three words each. Only what is before the cursor counts.
pub(super) fn rejoined(words: Vec<String>, at: usize) -> Vec<String> {
    let is_break = |word: &str| !word.is_empty() && word.chars().all(|c| c == ':' || c == '=');
    let mut joined: Vec<String> = Vec::new();
    let mut open = false;
    for word in words.into_iter().take(at.saturating_add(1)) {
        let breaks = is_break(&word);
        match joined.last_mut().filter(|_| open || breaks) {
            Some(last) => last.push_str(&word),
            None => joined.push(word),
        }
        open = breaks;
    }
    joined
}

/// What can stand in place of the current word, and what stands before it in that word.
pub(super) fn wanted(root: &Command, before: &[String], current: &str) -> (String, Wanted) {
    let mut command = root;
    let (mut option, mut places, mut ended) = (None, 0, false);
    for word in before.iter().skip(1) {
        if option.take().is_some() {
            continue;
        }
        if !ended && word == "--" {
            ended = true;
        } else if !ended && word.len() > 1 && word.starts_with('-') {
            option = waiting(command, word);
        } else if let Some(below) = command.find_subcommand(word).filter(|_| places == 0) {
            command = below;
        } else {
            places += 1;
        }
    }
    if let Some(option) = option {
        return (String::new(), of_value(option, ""));
    }
    let equals = current.split_once('=').filter(|_| !ended);
    if let Some((name, _)) = equals.filter(|(name, _)| name.starts_with("--")) {
        let start = format!("{name}=");
        let found = long(command, name).map(|arg| of_value(arg, &start));
        return (start, found.unwrap_or(Wanted::These(Vec::new())));
    }
    if !ended && current.starts_with('-') {
        return (String::new(), Wanted::These(options(command)));
    }
    (String::new(), of_place(command, places))
}

/// The option that waits for the next word.
fn waiting<'c>(command: &'c Command, word: &str) -> Option<&'c Arg> {
    let found = if word.starts_with("--") {
        long(command, word)?
    } else {
        let last = word.chars().last()?;
        command
            .get_arguments()
            .find(|arg| arg.get_short() == Some(last))?
    };
    (found.get_action().takes_values() && !found.is_require_equals_set()).then_some(found)
}

fn long<'c>(command: &'c Command, word: &str) -> Option<&'c Arg> {
    let name = word.strip_prefix("--")?;
    command.get_arguments().find(|arg| arg.get_long() == Some(name))
}

fn options(command: &Command) -> Vec<Candidate> {
    let all = command.get_arguments().filter(|arg| !arg.is_hide_set());
    let named = all.filter_map(|arg| Some((format!("--{}", arg.get_long()?), help(arg.get_help()))));
    named.collect()
}

fn of_place(command: &Command, places: usize) -> Wanted {
    let mut below = command
        .get_subcommands()
        .filter(|below| !below.is_hide_set())
        .peekable();
    if below.peek().is_some() && places == 0 {
        let named = below.map(|below| (below.get_name().to_owned(), help(below.get_about())));
        return Wanted::These(named.collect());
    }
    let all: Vec<&Arg> = command.get_positionals().collect();
    // The last one takes every word that is left, if it takes more than one.
    let many = |arg: &&&Arg| arg.get_num_args().is_some_and(|number| number.max_values() > 1);
    match all.get(places).or_else(|| all.last().filter(many)) {
        Some(arg) => of_value(arg, ""),
        None => Wanted::These(Vec::new()),
    }
}

fn of_value(arg: &Arg, start: &str) -> Wanted {
    let possible: Vec<Candidate> = arg
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| (format!("{start}{}", value.get_name()), help(value.get_help())))
        .collect();
    if !possible.is_empty() {
        return Wanted::These(possible);
    }
    if !matches!(arg.get_value_hint(), ValueHint::Unknown | ValueHint::Other) {
        return Wanted::Files;
    }
    match arg.get_value_names().and_then(<[_]>::first) {
        Some(kind) if kind == "CODE" => Wanted::Codes,
        Some(kind) => Wanted::Named(kind.to_string()),
        None => Wanted::These(Vec::new()),
    }
}

fn help(text: Option<&clap::builder::StyledStr>) -> String {
    let text = text.map(ToString::to_string).unwrap_or_default();
    text.lines().next().unwrap_or_default().to_owned()
}

/// A line of the answer, in the form that the shell reads.
pub(super) fn shown(shell: Shell, current: &str, (value, help): &Candidate) -> String {
    match shell {
        Shell::Zsh => format!("{}:{help}\n", value.replace(':', "\\:")),
        Shell::Fish => format!("{value}\t{help}\n"),
        // Bash replaces only what is behind the last of its breaks.
        _ => {
            let behind = current.rfind([':', '=']).map_or(0, |at| at + 1);
            format!("{}\n", value.get(behind..).unwrap_or_default())
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Cli;

    fn at(line: &str) -> (String, Wanted) {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let (current, before) = words.split_last().unwrap();
        let mut command = Cli::command();
        command.build();
        wanted(&command, before, current)
    }

    fn named(kind: &str) -> Wanted {
        Wanted::Named(kind.to_owned())
    }

    #[test]
    fn what_is_typed_is_found_by_what_stands_before_it() {
        for (line, kind) in [
            ("stackfleet plan ", "STACKSET"),
            ("stackfleet -m a.toml plan one -v two ", "STACKSET"),
            ("stackfleet plan --exclude ", "STACKSET"),
            (
                "stackfleet plan --detailed-exitcode --resend ",
                "STACKSET:PARAMETER",
            ),
            ("stackfleet plan --recreate ", "STACKSET:ACCOUNT/REGION"),
            ("stackfleet -v apply -y --approve-stage ", "STAGE"),
            ("stackfleet ops list ", "STACKSET"),
            ("stackfleet targets --simulate --account ", "NAME|ID"),
            ("stackfleet plan -- ", "STACKSET"),
        ] {
            assert_eq!(at(line).1, named(kind), "{line}");
        }
        assert_eq!(
            at("stackfleet plan --stage=c"),
            ("--stage=".to_owned(), named("STAGE"))
        );
        assert_eq!(at("stackfleet explain ").1, Wanted::Codes);
        for line in [
            "stackfleet plan -m ",
            "stackfleet show ",
            "stackfleet plan --out=",
        ] {
            assert_eq!(at(line).1, Wanted::Files, "{line}");
        }
    }

    #[test]
    fn words_that_bash_breaks_are_whole_again() {
        let words = ["plan", "--stage", "=", "ca", "--resend", "logs", ":", "T", "rest"];
        let words = words.map(str::to_owned).to_vec();
        let joined = rejoined(words, 7);
        assert_eq!(joined, ["plan", "--stage=ca", "--resend", "logs:T"]);
        let shown = shown(Shell::Bash, "logs:T", &("logs:Token".to_owned(), String::new()));
        assert_eq!(shown, "Token\n");
    }
}
