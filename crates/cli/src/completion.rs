//! What a shell is answered when somebody presses Tab: commands and options, and the names of the manifest here.
//!
//! It asks nobody but the disk, says nothing on stderr and never fails: a shell that is answered with nothing completes nothing.
//! `line` finds out what is being typed, `names` reads what there is to be named.

mod line;
mod names;

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{CommandFactory, ValueEnum};
use clap_complete::Shell;

use crate::args::{self, Cli, Context};
use line::Wanted;
use names::Names;

/// The variable with which a shell asks, and says which one it is.
const ASKS: &str = "STACKFLEET_COMPLETE";
/// The variable with the number of the word that is being typed, from 0.
const AT: &str = "STACKFLEET_COMPLETE_AT";
/// What stands between the tool and the words that are typed.
const END: &str = "--";
/// The answer where the shell itself knows best.
const FILES: &str = ":files\n";

/// A value, and what may be said about it.
type Candidate = (String, String);

/// The script that makes a shell ask; none for shells that get a list of commands and options alone.
pub(crate) fn script(shell: Shell) -> Option<&'static str> {
    match shell {
        Shell::Bash => Some(include_str!("completion/stackfleet.bash")),
        Shell::Fish => Some(include_str!("completion/stackfleet.fish")),
        Shell::Zsh => Some(include_str!("completion/stackfleet.zsh")),
        _ => None,
    }
}

/// Answers a shell that asks; whether one did.
pub(crate) fn answer(words: &[OsString]) -> bool {
    let Some(shell) = std::env::var(ASKS).ok().filter(|shell| !shell.is_empty()) else {
        return false;
    };
    if let Ok(shell) = Shell::from_str(&shell, false) {
        let typed = words.iter().skip_while(|word| *word != END).skip(1);
        let typed: Vec<String> = typed.map(|word| word.to_string_lossy().into_owned()).collect();
        let at = std::env::var(AT).ok().and_then(|at| at.parse().ok());
        let text = told(shell, typed, at.unwrap_or(usize::MAX));
        // Nobody could read why there is no answer.
        let _ = std::io::stdout().write_all(text.as_bytes());
    }
    true
}

fn told(shell: Shell, typed: Vec<String>, at: usize) -> String {
    let typed = match shell {
        Shell::Bash => line::rejoined(typed, at),
        _ => typed.into_iter().take(at.saturating_add(1)).collect(),
    };
    let Some((current, before)) = typed.split_last() else {
        return String::new();
    };
    let mut command = Cli::command();
    command.build();
    let (start, wanted) = line::wanted(&command, before, current);
    let found = match wanted {
        Wanted::Files => return FILES.to_owned(),
        Wanted::These(found) => found,
        Wanted::Named(kind) => {
            let context = args::context(before);
            let names = names(&context);
            let found = names.of_kind(&kind);
            found
                .into_iter()
                .map(|name| (format!("{start}{name}"), String::new()))
                .collect()
        }
        Wanted::Codes => codes(),
    };
    let found = found.into_iter().filter(|(value, _)| value.starts_with(current));
    found
        .map(|candidate| line::shown(shell, current, &candidate))
        .collect()
}

/// Of every manifest that was named, or of the one at or above this place.
fn names(context: &Context) -> Names {
    let here = std::env::current_dir().unwrap_or_default();
    let here = context
        .directory
        .as_ref()
        .map_or(here.clone(), |below| here.join(below));
    let manifests: Vec<PathBuf> = match context.manifests.as_slice() {
        [] => crate::discover::above(&here)
            .map(|(_, found)| found)
            .into_iter()
            .collect(),
        named => named.iter().map(|path| here.join(path)).collect(),
    };
    let snapshot: Option<PathBuf> = context.snapshot.as_ref().map(|file| here.join(file));
    Names::of(&manifests, snapshot.as_deref().map(Path::new))
}

fn codes() -> Vec<Candidate> {
    let all = crate::explanations::all();
    all.map(|one| (one.code.to_owned(), one.title.to_owned()))
        .collect()
}
