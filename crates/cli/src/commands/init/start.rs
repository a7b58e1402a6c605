//! What a first manifest says: of the organization that the credentials are for, or of an imagined one.

use std::path::Path;

use model::call::{Call, Reply};
use model::desired::CallAs;
use model::ids::Region;
use model::observed::Identity;
use model::organization::Organization;

use crate::args::Global;
use crate::failure::Failure;
use crate::session::{Place, Session};
use crate::terminal::Terminal;

/// Variables that say that somebody has credentials: without one of them nothing is asked, since looking for credentials in
/// the network takes seconds where there are none.
const SIGNS: [&str; 5] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/// What a first manifest says.
#[derive(Debug, Clone)]
pub(super) struct Start {
    /// `[aws] organization`, when one was asked.
    pub(super) organization: Option<String>,
    admin_account: String,
    region: String,
    call_as: CallAs,
    target: String,
    regions: Vec<String>,
}

impl Default for Start {
    fn default() -> Self {
        Self {
            organization: None,
            admin_account: "100000000000".to_owned(),
            region: "us-east-1".to_owned(),
            call_as: CallAs::Myself,
            target: "Root/Workloads".to_owned(),
            regions: vec!["us-east-1".to_owned(), "eu-west-1".to_owned()],
        }
    }
}

/// Asks who we are and what the organization looks like; nothing comes when nobody can be asked, and why is said.
pub(super) async fn ask(global: &Global, into: &Path, terminal: Terminal) -> Result<Option<Start>, Failure> {
    let has_profile = global.profile.iter().any(|profile| profile.account.is_none());
    let chosen = global.simulate.is_some() || global.endpoint_url.is_some() || has_profile;
    if global.offline && global.simulate.is_none() {
        return Ok(None);
    }
    if !chosen && SIGNS.iter().all(|name| std::env::var_os(name).is_none()) {
        return Ok(None);
    }
    let Some(region) = region() else { return Ok(None) };
    let place = Place::new(region.clone(), CallAs::Myself).with(&global.profile);
    let session = Session::open(global, into, &place, terminal).await?;
    let aws = session.operate();
    let identity = aws.operate(Call::Identity).await;
    let organization = aws.operate(Call::Organization).await;
    session.close()?;
    match (identity, organization) {
        (Ok(Reply::Identity(identity)), Ok(Reply::Organization(organization))) => {
            Ok(Some(of(&region, &identity, &organization)))
        }
        (identity, organization) => {
            let errors = [identity.err(), organization.err()];
            let why = errors.into_iter().flatten().next();
            let why = why.map(|error| error.to_string()).unwrap_or_default();
            terminal.say(&format!(
                "the organization could not be asked: {}",
                report::escape(&why)
            ));
            Ok(None)
        }
    }
}

fn region() -> Option<Region> {
    let named = ["AWS_REGION", "AWS_DEFAULT_REGION"];
    let set = named.iter().find_map(|name| std::env::var(name).ok());
    Region::parse(set.as_deref().unwrap_or("us-east-1")).ok()
}

fn of(region: &Region, identity: &Identity, organization: &Organization) -> Start {
    let call_as = if identity.account == organization.management_account {
        CallAs::Myself
    } else {
        CallAs::DelegatedAdmin
    };
    Start {
        organization: Some(organization.id.to_string()),
        admin_account: identity.account.to_string(),
        region: region.to_string(),
        call_as,
        target: target(organization),
        regions: vec![region.to_string()],
    }
}

/// A unit below the root that something can be deployed to, the smallest first: a first try should not reach everybody.
fn target(organization: &Organization) -> String {
    let units = organization.children(&organization.root);
    let reached = units.map(|(id, _)| (organization.active_below(id).len(), organization.path(id)));
    let smallest = reached.filter(|(accounts, _)| *accounts > 0).min();
    smallest.map_or_else(|| "Root".to_owned(), |(_, path)| path)
}

impl Start {
    /// The manifest's text. Every word that is not ours is quoted as TOML wants it.
    pub(super) fn manifest(&self) -> String {
        let parameters = "\n[stackset.audit-log-group.parameters]\nLogRetentionDays = 365\n";
        [
            "version = 1\n",
            &project(),
            &self.aws(),
            &self.stack_set(),
            parameters,
        ]
        .concat()
    }

    fn aws(&self) -> String {
        let account = "stackfleet refuses to run as any other account";
        let mut keys = vec![("admin_account", quoted(&self.admin_account), account)];
        if let Some(organization) = &self.organization {
            keys.push((
                "organization",
                quoted(organization),
                "and in any other organization",
            ));
        }
        if self.call_as == CallAs::DelegatedAdmin {
            let delegated = "it is not the management account";
            keys.push(("call_as", quoted("delegated-admin"), delegated));
        }
        let home = "home Region: where the StackSets themselves live";
        keys.push(("region", quoted(&self.region), home));
        table("aws", &keys)
    }

    fn stack_set(&self) -> String {
        let description = quoted("A log group for audit events in every targeted account");
        let regions: Vec<String> = self.regions.iter().map(|region| quoted(region)).collect();
        let targets = format!("[{}]", quoted(&self.target));
        let keys = [
            ("description", description, ""),
            ("template", quoted("templates/audit-log-group.yaml"), ""),
            ("targets", targets, "this unit and everything below it"),
            ("regions", format!("[{}]", regions.join(", ")), ""),
            (
                "on_leave",
                quoted("retain"),
                "stacks of accounts that leave the targets stay",
            ),
        ];
        table("stackset.audit-log-group", &keys)
    }
}

fn project() -> String {
    let mark = "marks the StackSets that this manifest keeps";
    table("project", &[("name", quoted("platform"), mark)])
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// One table, its equal signs and remarks below each other.
fn table(name: &str, keys: &[(&str, String, &str)]) -> String {
    let width = keys.iter().map(|(key, _, _)| key.len()).max().unwrap_or_default();
    let line = |(key, value, remark): &(&str, String, &str)| {
        let pair = format!("{key:width$} = {value}");
        match *remark {
            "" => format!("{pair}\n"),
            remark => format!("{pair:35} # {remark}\n"),
        }
    };
    let lines: String = keys.iter().map(line).collect();
    format!("\n[{name}]\n{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_imagined_organization_is_the_one_of_the_readme() {
        let readme = include_str!("../../../../../README.md");
        assert!(readme.contains(&Start::default().manifest()));
    }

    #[test]
    fn a_hostile_path_stays_a_text() {
        let start = Start {
            target: "Root/\"]\nadopt = true #".to_owned(),
            ..Start::default()
        };
        let read: toml::Table = start.manifest().parse().unwrap();
        assert_eq!(
            read["stackset"]["audit-log-group"]["targets"][0].as_str(),
            Some(start.target.as_str())
        );
        assert!(read["stackset"]["audit-log-group"].get("adopt").is_none());
    }
}
