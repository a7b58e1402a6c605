//! Types of parameters.

use std::fmt;

/// What a parameter's type says about its value
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterType<'t> {
    /// `String`
    String,
    /// `Number`
    Number,
    /// `List<Number>`
    Numbers,
    /// `CommaDelimitedList` and `List<String>`
    Strings,
    /// Something that exists in the account and Region, such as `AWS::EC2::VPC::Id`.
    Aws {
        /// `AWS::EC2::VPC::Id`
        of: &'t str,
        /// Whether it is a list of them.
        list: bool,
    },
    /// `AWS::SSM::Parameter::Name`: the name of a parameter of SSM.
    SsmName,
    /// `AWS::SSM::Parameter::Value<…>`: written is the name, taken is what SSM keeps under it where the stack is made
    /// (reference §6.4). There is none for secure strings.
    SsmValue {
        /// What SSM keeps: `String`, `List<AWS::EC2::Subnet::Id>`
        of: &'t str,
    },
    /// A type that is none.
    Unknown,
}

impl<'t> ParameterType<'t> {
    /// Reads a type. AWS adds types, so every one below `AWS::` is taken.
    pub fn of(text: &'t str) -> Self {
        let between = |start: &str| text.strip_prefix(start)?.strip_suffix('>');
        match text {
            "String" => Self::String,
            "Number" => Self::Number,
            "List<Number>" => Self::Numbers,
            "CommaDelimitedList" | "List<String>" => Self::Strings,
            "AWS::SSM::Parameter::Name" => Self::SsmName,
            _ => match (between("AWS::SSM::Parameter::Value<"), between("List<")) {
                (Some(of), _) => Self::SsmValue { of },
                (None, Some(of)) if of.starts_with("AWS::") => Self::Aws { of, list: true },
                (None, None) if text.starts_with("AWS::") => Self::Aws {
                    of: text,
                    list: false,
                },
                _ => Self::Unknown,
            },
        }
    }

    /// Whether the value is written as a list, its items apart by commas.
    pub fn is_list(self) -> bool {
        matches!(self, Self::Numbers | Self::Strings | Self::Aws { list: true, .. })
    }

    /// Whether the value is a name in SSM, which is looked up in each account and Region.
    pub fn is_looked_up(self) -> bool {
        matches!(self, Self::SsmValue { .. })
    }
}

impl fmt::Display for ParameterType<'_> {
    /// In a sentence: `a number`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String => f.write_str("a text"),
            Self::Number => f.write_str("a number"),
            Self::Numbers => f.write_str("a list of numbers"),
            Self::Strings => f.write_str("a list of texts"),
            Self::Aws { of, list: false } => write!(f, "a value of the type {of}"),
            Self::Aws { of, list: true } => write!(f, "a list of values of the type {of}"),
            Self::SsmName | Self::SsmValue { .. } => f.write_str("the name of a parameter of SSM"),
            Self::Unknown => f.write_str("a value of an unknown type"),
        }
    }
}
