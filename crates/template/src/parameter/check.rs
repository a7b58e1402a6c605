//! Whether a parameter takes a value.

use regex::Regex;

use super::TemplateParameter;

/// A parameter's value may have so many bytes (reference §6.1).
const MAX_VALUE_BYTES: usize = 4096;

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
    /// Whether the parameter takes a value, as far as the template says. A pattern that only Java understands (look-around,
    /// back references) is left to AWS, and so is whether a resource exists.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with the value.
    pub fn check(&self, value: &str) -> Result<(), Violation> {
        if value.len() > MAX_VALUE_BYTES {
            return Err(Violation::TooManyBytes);
        }
        if self.is_list() {
            return value.split(',').try_for_each(|item| self.check_item(item.trim()));
        }
        self.check_item(value)
    }

    /// Whether the value is a list, its items apart by commas.
    pub fn is_list(&self) -> bool {
        self.parameter_type == "CommaDelimitedList" || self.parameter_type.starts_with("List<")
    }

    fn check_item(&self, item: &str) -> Result<(), Violation> {
        if matches!(self.parameter_type.as_str(), "Number" | "List<Number>") {
            self.check_number(item)?;
        }
        if !self.allowed_values.is_empty() && !self.allowed_values.iter().any(|allowed| allowed == item) {
            let allowed = self.allowed_values.clone();
            return Err(Violation::NotAllowed {
                nearest: nearest(&allowed, item),
                allowed,
            });
        }
        let length = item.chars().count() as u64;
        if let Some(least) = self.min_length.filter(|least| length < *least) {
            return Err(Violation::TooShort(least));
        }
        if let Some(most) = self.max_length.filter(|most| length > *most) {
            return Err(Violation::TooLong(most));
        }
        match &self.allowed_pattern {
            Some(pattern) if !matches(pattern, item) => Err(Violation::Pattern(pattern.clone())),
            _ => Ok(()),
        }
    }

    fn check_number(&self, item: &str) -> Result<(), Violation> {
        let number = item.parse::<f64>().ok().filter(|number| number.is_finite());
        let number = number.ok_or_else(|| Violation::NotANumber(item.to_owned()))?;
        if let Some(least) = self.min_value.filter(|least| number < *least) {
            return Err(Violation::TooSmall(least));
        }
        if let Some(most) = self.max_value.filter(|most| number > *most) {
            return Err(Violation::TooLarge(most));
        }
        Ok(())
    }
}

/// Whether a pattern matches the whole text.
fn matches(pattern: &str, text: &str) -> bool {
    Regex::new(&format!("^(?:{pattern})$")).map_or(true, |regex| regex.is_match(text))
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
    let by_edits = allowed
        .iter()
        .map(|text| (strsim::damerau_levenshtein(text, value), text));
    by_edits
        .min()
        .filter(|(edits, text)| *edits <= 1 + text.len() / 4)
        .map(|(_, text)| text.clone())
}
