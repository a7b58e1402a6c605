//! Bounds that a plan keeps to.

/// Bounds of AWS, of the planner's own effort and of an apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Organizational units in one call; AWS takes at most 50 (reference §1.1).
    pub units_per_call: usize,
    /// Distinct rows, and distinct columns, up to which the fewest rectangles are searched for exactly; at most 32.
    pub exact_rows: usize,
    /// Steps of that search before the simple answer is taken; bounds the time of a plan, whatever its input.
    pub exact_steps: u32,
    /// StackSets worked on at once, at least 1: what an estimate reckons with, and nothing else.
    pub parallel: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            units_per_call: 50,
            exact_rows: 12,
            exact_steps: 20_000,
            parallel: 4,
        }
    }
}
