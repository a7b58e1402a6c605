//! Colours by meaning. A symbol and a word carry every meaning as well, so that nothing is lost without colour.

use anstyle::{AnsiColor, Style};

/// What a piece of text means to the reader.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Meaning {
    /// Nothing in particular.
    #[default]
    Plain,
    /// A line that a skimming eye should stop at.
    Heading,
    /// Less important than its surroundings.
    Aside,
    /// Something comes.
    Create,
    /// Something is brought up to date.
    Update,
    /// Something goes for good.
    Delete,
    /// Something goes out of our hands but stays.
    Detach,
    /// Something that exists is taken over.
    Adopt,
    /// It went, or is, well.
    Good,
    /// It failed.
    Bad,
    /// A person should look.
    Attention,
}

impl Meaning {
    /// The terminal style. Only the sixteen colours that a terminal's theme chooses are used.
    pub(crate) fn style(self) -> Style {
        let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
        match self {
            Self::Plain => Style::new(),
            Self::Heading => Style::new().bold(),
            Self::Aside => Style::new().dimmed(),
            Self::Create | Self::Good => colour(AnsiColor::Green),
            Self::Update | Self::Attention => colour(AnsiColor::Yellow),
            Self::Delete | Self::Bad => colour(AnsiColor::Red),
            Self::Detach => colour(AnsiColor::Magenta),
            Self::Adopt => colour(AnsiColor::Cyan),
        }
    }
}
