//! Which accounts a name means, and when it means none.

use clap::Parser;
use model::diagnostic::{Position, Span, Spanned};

use super::*;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    asked: Selected,
}

fn asked(recreate: &str) -> Selected {
    Line::parse_from(["plan", "--recreate", recreate]).asked
}

/// `111122223333` is the id of one account and the name of another one; two are called `twins`.
fn known() -> Known {
    let text = str::to_owned;
    Known {
        wanted: ["net".to_owned()].into(),
        accounts: ["111122223333", "222222222222", "333333333333"].map(text).into(),
        named: [
            ("shop".to_owned(), ["111122223333".to_owned()].into()),
            ("111122223333".to_owned(), ["222222222222".to_owned()].into()),
            ("444444444444".to_owned(), ["333333333333".to_owned()].into()),
            (
                "twins".to_owned(),
                ["222222222222", "333333333333"].map(text).into(),
            ),
        ]
        .into(),
        regions: ["eu-west-1".to_owned()].into(),
        ..Known::default()
    }
}

fn refused(known: &Known, account: &str) -> String {
    let refused = known.check(&asked(&format!("net:{account}/eu-west-1")));
    format!("{:?}", refused.unwrap_err().diagnostics)
}

#[test]
fn an_id_is_never_somebody_elses_name() {
    for account in ["shop", "111122223333"] {
        let asked = asked(&format!("net:{account}/eu-west-1"));
        assert!(known().check(&asked).is_ok());
        assert_eq!(known().again(&asked), ["net:111122223333/eu-west-1"]);
    }
    let told = refused(&known(), "444444444444");
    assert!(told.contains("no account of the organization matches"), "{told}");
}

#[test]
fn an_account_outside_the_organization_is_known_where_a_target_set_names_it() {
    let id = |text: &str| AccountId::parse(text).unwrap();
    let account = |text: &str| Spanned {
        value: Target::Account(id(text)),
        span: Span {
            file: "stackfleet.toml".to_owned(),
            start: Position::default(),
            end: Position::default(),
        },
    };
    let set = Target::Set {
        name: "partners".to_owned(),
        include: vec![account("999999999999")],
        exclude: vec![account("888888888888")],
    };
    assert_eq!(written(&set), [&id("999999999999")]);
    assert_eq!(
        written(&Target::Account(id("777777777777"))),
        [&id("777777777777")]
    );
}

#[test]
fn what_is_made_again_is_one_account_of_one_manifest() {
    let told = refused(&known(), "twins");
    assert!(told.contains("several are called `twins`"), "{told}");
    let mut both = known();
    both.add(&known());
    let told = refused(&both, "shop");
    assert!(told.contains("several manifests have a `net`"), "{told}");
}
