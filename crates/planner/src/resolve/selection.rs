//! What selectors mean today, and how specifically they mean an account.

use std::collections::BTreeSet;

use model::desired::Target;
use model::diagnostic::Spanned;
use model::ids::{AccountId, UnitId};

use crate::tree::Tree;

/// What a list of selectors means: every account that one of them means.
#[derive(Debug, Default)]
pub(crate) struct Selection<'a> {
    /// In the manifest's order.
    pub(crate) meant: Vec<Meant<'a>>,
}

/// One selector with its meaning.
#[derive(Debug)]
pub(crate) struct Meant<'a> {
    pub(crate) target: &'a Spanned<Target>,
    pub(crate) what: What<'a>,
}

/// What one selector means.
#[derive(Debug)]
pub(crate) enum What<'a> {
    /// The member accounts in a unit and below it.
    Unit(&'a UnitId),
    /// One account, by its name or id.
    Account(&'a AccountId),
    /// Accounts by a pattern of their names or by a tag; never the management account.
    Accounts(BTreeSet<&'a AccountId>),
    /// A target set: what is in it without what is taken out.
    Set {
        include: Selection<'a>,
        exclude: Selection<'a>,
    },
}

/// How specifically an account is meant; the greatest wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// By every account's own value of a parameter.
    Everyone,
    /// By a unit so many levels below the root.
    Unit(usize),
    /// By a pattern or a tag.
    Pattern,
    /// By its name or id.
    Account,
}

impl<'a> Selection<'a> {
    /// How specifically the selectors mean an account at best; none when they do not mean it.
    pub(crate) fn rank(&self, account: &AccountId, tree: &Tree<'a>) -> Option<Rank> {
        self.meant
            .iter()
            .filter_map(|meant| meant.what.rank(account, tree))
            .max()
    }

    /// Whether the selectors mean an account.
    pub(crate) fn contains(&self, account: &AccountId, tree: &Tree<'a>) -> bool {
        self.rank(account, tree).is_some()
    }

    /// The units that are meant with everything below them, as far as no set takes something out.
    pub(crate) fn units(&self) -> Vec<&'a UnitId> {
        let units = self.meant.iter().flat_map(|meant| match &meant.what {
            What::Unit(unit) => vec![*unit],
            What::Set { include, .. } => include.units(),
            What::Account(_) | What::Accounts(_) => Vec::new(),
        });
        units.collect()
    }

    /// The units that sets take out.
    pub(crate) fn excluded_units(&self) -> Vec<&'a UnitId> {
        let units = self.meant.iter().flat_map(|meant| match &meant.what {
            What::Set { exclude, .. } => exclude.units(),
            _ => Vec::new(),
        });
        units.collect()
    }

    /// Accounts that are named, also those that the organization does not have.
    pub(crate) fn named(&self) -> Vec<&'a AccountId> {
        let accounts = self.meant.iter().flat_map(|meant| match &meant.what {
            What::Account(account) => vec![*account],
            What::Set { include, .. } => include.named(),
            What::Unit(_) | What::Accounts(_) => Vec::new(),
        });
        accounts.collect()
    }
}

impl<'a> What<'a> {
    /// How specifically it means an account; none when it does not.
    pub(crate) fn rank(&self, account: &AccountId, tree: &Tree<'a>) -> Option<Rank> {
        match self {
            Self::Unit(unit) => tree
                .is_member(account, unit)
                .then(|| Rank::Unit(tree.above(unit).len())),
            Self::Account(named) => (*named == account).then_some(Rank::Account),
            Self::Accounts(found) => found.contains(account).then_some(Rank::Pattern),
            Self::Set { include, exclude } => include
                .rank(account, tree)
                .filter(|_| !exclude.contains(account, tree)),
        }
    }
}
