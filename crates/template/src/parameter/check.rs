//! Whether a parameter takes a value.

use regex::{Regex, RegexBuilder};

use super::{ParameterType, TemplateParameter};
use crate::nearest;

/// A parameter's value may have so many bytes (reference §6.1).
const MAX_VALUE_BYTES: usize = 4096;

/// A pattern that takes more bytes than this when it is compiled is left to AWS.
const MAX_PATTERN: usize = 1024 * 1024;

/// Why a parameter does not take a value.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Violation {
    /// It is none of `AllowedValues`.
    #[error("not one of the allowed values")]
    NotAllowed {
        /// The values that it takes.
        allowed: Vec<String>,
        /// The most similar of them: the nearest number, or a text that differs little.
        nearest: Option<String>,
    },
    /// `Number`, or an item of `List<Number>`, is none.
    #[error("`{0}` is not a number")]
    NotANumber(String),
    /// It does not match `AllowedPattern`.
    #[error("does not match the pattern {0}")]
    Pattern(String),
    /// It is shorter than `MinLength`.
    #[error("shorter than {0} characters")]
    TooShort(u64),
    /// It is longer than `MaxLength`.
    #[error("longer than {0} characters")]
    TooLong(u64),
    /// It is less than `MinValue`.
    #[error("less than {0}")]
    TooSmall(f64),
    /// It is more than `MaxValue`.
    #[error("more than {0}")]
    TooLarge(f64),
    /// It has more bytes than CloudFormation takes.
    #[error("longer than 4,096 bytes")]
    TooManyBytes,
}

impl Violation {
    /// The property of the parameter that it offends.
    pub fn property(&self) -> &'static str {
        match self {
            Self::NotAllowed { .. } => "AllowedValues",
            Self::NotANumber(_) | Self::TooManyBytes => "Type",
            Self::Pattern(_) => "AllowedPattern",
            Self::TooShort(_) => "MinLength",
            Self::TooLong(_) => "MaxLength",
            Self::TooSmall(_) => "MinValue",
            Self::TooLarge(_) => "MaxValue",
        }
    }
}

impl TemplateParameter {
    /// What its type says.
    pub fn kind(&self) -> ParameterType<'_> {
        ParameterType::of(&self.parameter_type)
    }

    /// Whether the parameter takes a value, as far as the template says. A pattern that only Java understands (look-around,
    /// back references) is left to AWS, and so is whether a resource exists. What SSM keeps under a name is not known here.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with the value.
    pub fn check(&self, value: &str) -> Result<(), Violation> {
        if value.len() > MAX_VALUE_BYTES {
            return Err(Violation::TooManyBytes);
        }
        if self.kind().is_looked_up() {
            return self.check_allowed(value);
        }
        let pattern = self.pattern();
        if self.is_list() {
            let mut items = value.split(',').map(str::trim);
            return items.try_for_each(|item| self.check_item(item, pattern.as_ref()));
        }
        self.check_item(value, pattern.as_ref())
    }

    /// What is wrong with the default, if the template's own constraints do not take it. The service refuses such a template
    /// ("Parameter 'Naming' must contain at least 12 characters") when the default is what is used.
    pub fn bad_default(&self) -> Option<Violation> {
        self.default
            .as_ref()
            .and_then(|default| self.check(default).err())
    }

    /// Whether the value is a list, its items apart by commas.
    pub fn is_list(&self) -> bool {
        self.kind().is_list()
    }

    /// The service's pages speak of lengths for `String`, of bounds for `Number`, and of patterns for `String` and
    /// `CommaDelimitedList`; what other types make of them is left to AWS.
    fn check_item(&self, item: &str, pattern: Option<&Pattern>) -> Result<(), Violation> {
        if matches!(self.kind(), ParameterType::Number | ParameterType::Numbers) {
            self.check_number(item)?;
        }
        self.check_allowed(item)?;
        if self.kind() == ParameterType::String {
            self.check_length(item)?;
        }
        match pattern {
            Some(pattern) if !pattern.matches(item) => Err(Violation::Pattern(pattern.written.clone())),
            _ => Ok(()),
        }
    }

    fn check_length(&self, text: &str) -> Result<(), Violation> {
        let length = text.chars().count() as u64;
        if let Some(least) = self.min_length.filter(|least| length < *least) {
            return Err(Violation::TooShort(least));
        }
        if let Some(most) = self.max_length.filter(|most| length > *most) {
            return Err(Violation::TooLong(most));
        }
        Ok(())
    }

    fn pattern(&self) -> Option<Pattern> {
        let is_text = matches!(self.kind(), ParameterType::String | ParameterType::Strings);
        let written = self.allowed_pattern.as_ref().filter(|_| is_text)?;
        Pattern::of(written)
    }

    fn check_allowed(&self, item: &str) -> Result<(), Violation> {
        if self.allowed_values.is_empty() || self.allowed_values.iter().any(|allowed| self.is(allowed, item))
        {
            return Ok(());
        }
        let allowed = self.allowed_values.clone();
        Err(Violation::NotAllowed {
            nearest: nearest(&allowed, item),
            allowed,
        })
    }

    /// Numbers are the same when they are written differently: `1.0` and `1`.
    fn is(&self, allowed: &str, item: &str) -> bool {
        let number = |text: &str| text.parse::<f64>().ok();
        let numbers = matches!(self.kind(), ParameterType::Number | ParameterType::Numbers);
        allowed == item || (numbers && number(allowed).is_some() && number(allowed) == number(item))
    }

    fn check_number(&self, item: &str) -> Result<(), Violation> {
        let number = item.parse::<f64>().ok().filter(|number| number.is_finite());
        let number = number.ok_or_else(|| Violation::NotANumber(item.to_owned()))?;
        if self.kind() != ParameterType::Number {
            return Ok(());
        }
        if let Some(least) = self.min_value.filter(|least| number < *least) {
            return Err(Violation::TooSmall(least));
        }
        if let Some(most) = self.max_value.filter(|most| number > *most) {
            return Err(Violation::TooLarge(most));
        }
        Ok(())
    }
}

/// A pattern of Java's, as far as it means the same here.
struct Pattern {
    written: String,
    regex: Regex,
}

impl Pattern {
    /// None for a pattern that only Java understands, or that Java understands otherwise: classes by name are other sets of
    /// characters there.
    fn of(written: &str) -> Option<Self> {
        if ["\\p{", "\\P{", "[[:"]
            .iter()
            .any(|other| written.contains(other))
        {
            return None;
        }
        let regex = RegexBuilder::new(&format!("^(?:{written})$"))
            .size_limit(MAX_PATTERN)
            .dfa_size_limit(MAX_PATTERN)
            .build();
        Some(Self {
            written: written.to_owned(),
            regex: regex.ok()?,
        })
    }

    /// Whether it matches the whole text. Short classes such as `\W` are those of ASCII in Java and of Unicode here, so they
    /// are left to AWS where it makes a difference.
    fn matches(&self, text: &str) -> bool {
        (!text.is_ascii() && self.written.contains('\\')) || self.regex.is_match(text)
    }
}

/// The nearest number, or the text with the fewest edits if they are few.
fn nearest(allowed: &[String], value: &str) -> Option<String> {
    let numbers: Option<Vec<f64>> = allowed.iter().map(|text| text.parse().ok()).collect();
    if let (Some(numbers), Ok(value)) = (numbers, value.parse::<f64>()) {
        let by_distance = numbers.iter().zip(allowed);
        return by_distance
            .min_by(|(one, _), (two, _)| (*one - value).abs().total_cmp(&(*two - value).abs()))
            .map(|(_, text)| text.clone());
    }
    let within = 1 + value.len().min(64) / 4;
    nearest::nearest(value, allowed.iter().map(String::as_str), within).map(str::to_owned)
}
