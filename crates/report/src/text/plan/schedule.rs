//! The operations in the order in which they run, with what stands between stages.

use model::plan::{Operation, Plan};

use crate::layout::{Cell, Line, Page, table};
use crate::style::Meaning;
use crate::terms::{kind, kind_meaning};
use crate::told::schedule::{Row, factors, rows, title};
use crate::words::number;

/// The section, when there is anything to run.
pub(super) fn write(page: &mut Page, plan: &Plan) {
    if plan.operations.is_empty() {
        return;
    }
    let start = Line::new().put(Meaning::Heading, "Schedule").text("  ");
    page.hanging(start, Meaning::Plain, &title(plan));
    page.blank();
    let numbers = plan.operations.iter().map(|one| number(one.instances).len());
    let digits = numbers.max().unwrap_or(1);
    let rows: Vec<Vec<Cell>> = rows(plan).into_iter().map(|one| row(one, digits)).collect();
    table(page, 2, &rows);
    page.blank();
}

fn row(row: Row<'_>, digits: usize) -> Vec<Cell> {
    let (step, operation, what, how) = match row {
        Row::Between(text) => {
            let text = Cell::across(Meaning::Attention, format!("· {text}"));
            return vec![Cell::default(), text];
        }
        Row::Operation(step, operation, how) => {
            let what = Cell::new(kind_meaning(operation.kind), kind(operation.kind));
            (step, operation, what, how)
        }
        Row::Back(operation, how) => {
            let what = Cell::new(Meaning::Attention, "roll back");
            (String::new(), operation, what, how)
        }
    };
    vec![
        Cell::text(step),
        Cell::text(operation.stack_set.clone()),
        what,
        Cell::text(product(operation, digits)).right(),
        Cell::text(how),
    ]
}

/// `136 × 2 − 1 = 271`, totals below each other.
fn product(operation: &Operation, digits: usize) -> String {
    let total = number(operation.instances);
    match factors(operation) {
        Some(factors) => format!("{factors} = {total:>digits$}"),
        None => String::new(),
    }
}
