//! Terraform and its AWS provider, from the first apply to destroy.
//!
//! The provider waits in real time before it looks at an operation, so there are few steps, and each does much.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use support::clock::SteppingClock;
use support::served::Served;
use tempfile::TempDir;

use super::{say, scripts, worlds};

/// World time that passes with every call: operations are over when the provider first looks.
const STEP: Duration = Duration::from_mins(2);
/// Exit code of `plan -detailed-exitcode` when there is something to do.
const CHANGES: i32 = 2;
/// The second configuration: other template and parameters, one more unit, one Region less.
const CHANGED: [&str; 4] = [
    "environment=prod",
    "subject=alerts",
    "units=[\"ou-demo-security\",\"ou-demo-workload\"]",
    "regions=[\"us-east-1\"]",
];

/// Apply, an empty plan, one change of everything, import, destroy. What comes after the import is long and only done when
/// `STACKFLEET_CONFORMANCE` is `full`.
pub(crate) fn whole_life() {
    let Some(mirror) = mirror() else { return };
    let world = worlds::of_terraform();
    let clock = Arc::new(SteppingClock::new(world.now, STEP));
    let served = Served::with_clock(world, clock);
    let first = Workspace::new(&mirror, &served.url);
    first.run("apply", &["-auto-approve"], &[]);
    assert_eq!(instances(&served), 2 * 2 + 1);
    first.outputs_are_those_of_the_organization();
    first.is_empty_plan(&[]);

    first.run("apply", &["-auto-approve"], &CHANGED);
    assert_eq!(instances(&served), 7 + 1);
    std::thread::scope(|together| {
        together.spawn(|| first.is_empty_plan(&CHANGED));
        together.spawn(|| imports(&mirror, &served));
    });

    first.run("destroy", &["-auto-approve"], &CHANGED);
    assert_eq!(instances(&served), 0);
    let world = served.simulator.world();
    let mut sets = world.stack_sets.values().flat_map(BTreeMap::values);
    assert!(sets.all(|set| set.deleted));
    say("terraform: applied, changed, imported and destroyed 4 resources; every plan between was empty");
}

/// A workspace that knows nothing takes over what is there, and makes and destroys nothing. The provider reads neither targets and
/// preferences nor its own `call_as` and `retain_stack` back, so it writes those.
fn imports(mirror: &Path, served: &Served) {
    let second = Workspace::new(mirror, &served.url);
    second.with_imports();
    let planned = second.run("plan", &[], &CHANGED);
    assert!(
        planned.contains("4 to import, 0 to add, 4 to change, 0 to destroy"),
        "{planned}"
    );
    if std::env::var_os("STACKFLEET_CONFORMANCE").is_some_and(|wanted| wanted == "full") {
        let imported = second.run("apply", &["-auto-approve"], &CHANGED);
        assert!(
            imported.contains("4 imported, 0 added, 4 changed, 0 destroyed"),
            "{imported}"
        );
        second.is_empty_plan(&CHANGED);
    }
}

fn instances(served: &Served) -> usize {
    let world = served.simulator.world();
    let sets = world.stack_sets.values().flat_map(BTreeMap::values);
    sets.map(|set| set.instances.len()).sum()
}

/// A copy of the configuration with a state of its own.
struct Workspace {
    directory: TempDir,
    url: String,
}

impl Workspace {
    fn new(mirror: &Path, url: &str) -> Self {
        let directory = TempDir::new().unwrap();
        let configuration = scripts().join("terraform");
        for entry in fs::read_dir(configuration).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "tf") {
                fs::copy(&path, directory.path().join(path.file_name().unwrap())).unwrap();
            }
        }
        let settings = format!(
            "provider_installation {{\n  filesystem_mirror {{ path = \"{}\" }}\n}}\ndisable_checkpoint = true\n",
            mirror.display()
        );
        fs::write(directory.path().join("terraform.rc"), settings).unwrap();
        let workspace = Self {
            directory,
            url: url.to_owned(),
        };
        let output = workspace.command(&["init", "-no-color", "-input=false"]);
        assert!(output.status.success(), "{}", said(&output));
        workspace
    }

    fn with_imports(&self) {
        let imports = scripts().join("terraform/imports.txt");
        fs::copy(imports, self.directory.path().join("imports.tf")).unwrap();
    }

    /// Runs a command with variables; it must succeed. Gives what it said.
    fn run(&self, command: &str, arguments: &[&str], variables: &[&str]) -> String {
        let output = self.attempt(command, arguments, variables);
        assert!(output.status.success(), "{command}: {}", said(&output));
        said(&output)
    }

    fn is_empty_plan(&self, variables: &[&str]) {
        let output = self.attempt("plan", &["-detailed-exitcode"], variables);
        assert_ne!(
            output.status.code(),
            Some(CHANGES),
            "the plan is not empty: {}",
            said(&output)
        );
        assert!(output.status.success(), "plan: {}", said(&output));
    }

    fn outputs_are_those_of_the_organization(&self) {
        let output = self.command(&["output", "-json"]);
        let outputs: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let value = |name: &str| outputs.pointer(&format!("/{name}/value")).unwrap().clone();
        assert_eq!(value("organization"), "o-exampleorg0");
        assert_eq!(
            value("units"),
            serde_json::json!(["Prod", "Security", "Workloads"])
        );
        assert_eq!(value("accounts"), 8);
        assert_eq!(
            value("security_accounts"),
            serde_json::json!(["log-archive", "security-tooling"])
        );
        assert_eq!(
            value("delegated_administrators"),
            serde_json::json!(["200000000002"])
        );
        assert_eq!(
            value("delegated_services"),
            serde_json::json!(["member.org.stacksets.cloudformation.amazonaws.com"])
        );
    }

    fn attempt(&self, command: &str, arguments: &[&str], variables: &[&str]) -> Output {
        let endpoint = format!("endpoint={}", self.url);
        let mut all = vec![command, "-no-color", "-input=false"];
        all.extend(arguments);
        for variable in variables.iter().copied().chain([endpoint.as_str()]) {
            all.extend(["-var", variable]);
        }
        self.command(&all)
    }

    fn command(&self, arguments: &[&str]) -> Output {
        Command::new("terraform")
            .args(arguments)
            .current_dir(self.directory.path())
            // Only what is given here: no profile, region, endpoint or proxy of this machine.
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.directory.path())
            .env("TF_CLI_CONFIG_FILE", self.directory.path().join("terraform.rc"))
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .output()
            .unwrap()
    }
}

fn said(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!(
        "{}\n{}",
        String::from_utf8_lossy(out),
        String::from_utf8_lossy(err)
    )
}

/// The directory of providers that need not be downloaded: `TF_MIRROR`, or one of the usual places. None without Terraform or without
/// the AWS provider.
fn mirror() -> Option<PathBuf> {
    let terraform = Command::new("terraform").arg("version").output();
    if !terraform.is_ok_and(|output| output.status.success()) {
        say("skipped: there is no terraform");
        return None;
    }
    let home = std::env::var_os("HOME").unwrap_or_default();
    let home = Path::new(&home).join(".terraform.d");
    let named = std::env::var_os("TF_MIRROR").unwrap_or_default();
    let places = [
        PathBuf::from(named),
        home,
        PathBuf::from("/usr/local/share/terraform"),
        PathBuf::from("/usr/share/terraform"),
        PathBuf::from("/opt"),
    ];
    let provider = "registry.terraform.io/hashicorp/aws/5.100.0";
    let mut found = places.iter().flat_map(|place| with_children(place));
    let found = found.find(|place| place.join(provider).exists());
    if found.is_none() {
        say(
            "skipped: the AWS provider 5.100.0 for Terraform is not on this machine; TF_MIRROR may name its directory",
        );
    }
    found
}

fn with_children(place: &Path) -> Vec<PathBuf> {
    let children = fs::read_dir(place).into_iter().flatten().flatten();
    let paths = children.map(|child| child.path());
    std::iter::once(place.to_owned()).chain(paths).collect()
}
