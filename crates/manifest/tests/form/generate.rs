//! Manifests as people might write them: tables and keys in any order, blanks and comments anywhere.
#![allow(clippy::format_push_string, reason = "a test need not be fast")]

/// Takes everything that a generated manifest gives a value.
pub(crate) const TEMPLATE: &str = "\
Parameters:
  Alpha: { Type: String, Default: a }
  Beta: { Type: String, Default: b }
  Gamma: { Type: String, Default: c }
Resources:
  Topic: { Type: AWS::SNS::Topic }
";

/// A manifest and the comments in it, each with a number of its own.
pub(crate) struct Manifest {
    pub(crate) text: String,
    pub(crate) comments: Vec<String>,
}

struct Writer {
    state: u64,
    comments: Vec<String>,
}

/// The manifest of a number.
pub(crate) fn manifest(seed: u64) -> Manifest {
    let mut writer = Writer {
        state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
        comments: Vec::new(),
    };
    let mut text = String::new();
    if writer.one_in(3) {
        text.push_str("#:schema ./stackfleet.schema.json\n");
    }
    let entries = writer.entries(
        &[
            "version = 1",
            "requires = '>=0.1, <2'",
            "project.name = \"platform\"",
        ],
        true,
    );
    text.push_str(&entries);
    let mut tables = writer.tables();
    writer.shuffle(&mut tables);
    text.push_str(&tables.concat());
    if writer.one_in(3) {
        text.push_str(&writer.comment());
    }
    if writer.one_in(4) {
        text = text.replace('\n', "\r\n");
    }
    Manifest {
        text,
        comments: writer.comments,
    }
}

impl Writer {
    fn next(&mut self, below: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state >> 33).unwrap() % below
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.next(times) == 0
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.next(at + 1));
        }
    }

    fn comment(&mut self) -> String {
        let text = format!("# c{}, it's \"said\"", self.comments.len());
        self.comments.push(text.clone());
        text
    }

    /// White space between two words of a line.
    fn gap(&mut self) -> &'static str {
        ["", " ", "  ", "\t"][self.next(4)]
    }

    /// Lines without keys.
    fn lines(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.next(4) {
            text.push_str(self.gap());
            if self.one_in(2) {
                text.push_str(&self.comment());
            }
            text.push('\n');
        }
        text
    }

    /// The end of a line, perhaps with a comment.
    fn end(&mut self) -> String {
        let gap = self.gap();
        if self.one_in(4) {
            format!("{gap}{}\n", self.comment())
        } else {
            format!("{gap}\n")
        }
    }

    /// Keys with values, those that are not required only sometimes.
    fn entries(&mut self, all: &[&str], required: bool) -> String {
        let mut all: Vec<&str> = all.to_vec();
        self.shuffle(&mut all);
        let mut text = String::new();
        for entry in all {
            if !required && self.one_in(2) {
                continue;
            }
            let (key, value) = entry.split_once(" = ").unwrap();
            let value = self.value(value);
            text.push_str(&self.lines());
            text.push_str(&format!(
                "{}{key}{}={}{value}",
                self.gap(),
                self.gap(),
                self.gap()
            ));
            text.push_str(&self.end());
        }
        text
    }

    /// The value, its array perhaps over several lines, its quotes perhaps others.
    fn value(&mut self, value: &str) -> String {
        let inner = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let Some(items) = inner.filter(|items| !items.is_empty()) else {
            let plain = value.starts_with('"') && !value.contains(['\\', '\'']);
            return if plain && self.one_in(3) {
                value.replace('"', "'")
            } else {
                value.to_owned()
            };
        };
        if self.one_in(2) {
            return format!("[{}{}{}]", self.gap(), items, self.gap());
        }
        let mut text = format!("[{}", self.end());
        for item in items.split(", ") {
            text.push_str(&format!("{}{}{item}{}", self.lines(), self.gap(), self.gap()));
            if self.one_in(5) {
                text.push_str(&format!("{}\n", self.comment()));
            }
            text.push_str(&format!(",{}", self.end()));
        }
        text + &self.lines() + "]"
    }

    /// A header with its keys.
    fn table(&mut self, header: &str, required: &[&str], more: &[&str]) -> String {
        let mut text = self.lines();
        text.push_str(&format!("{}{header}{}", self.gap(), self.end()));
        text + &self.entries(required, true) + &self.entries(more, false)
    }

    /// Everything below headers. What may stand anywhere is an item of its own.
    fn tables(&mut self) -> Vec<String> {
        let mut tables = vec![
            self.table(
                "[aws]",
                &["admin_account = \"222233334444\"", "region = \"eu-west-1\""],
                &[
                    "call_as = \"self\"",
                    "organization = \"o-a1b2c3d4e5\"",
                    "template_bucket = \"templates\"",
                ],
            ),
            self.table(
                "[ accounts ]",
                &["\"dev canary\" = \"111100000001\"", "prod = \"111100000002\""],
                &[],
            ),
            self.table(
                "[guard]",
                &[],
                &[
                    "max_deleted_instances = 1_0",
                    "max_changed_accounts = \"10%\"",
                    "require_committed = true",
                ],
            ),
            self.table("[protect]", &[], &["delete = [\"*\"]", "shrink = [\"a\"]"]),
            self.table(
                "[defaults.tags]",
                &[],
                &["owner = \"plat\\u0066orm\"", "\"cost centre\" = \"4711\""],
            ),
            self.defaults(),
            self.table("[region_set]", &["core = [\"eu-west-1\", \"us-east-1\"]"], &[]),
            self.rollout(),
        ];
        tables.push(self.freezes());
        for name in ["a", "b", "c"] {
            tables.extend(self.stack_set(name));
        }
        tables
    }

    fn defaults(&mut self) -> String {
        self.table(
            "[defaults]",
            &["on_leave = \"retain\""],
            &["preferences.max_concurrent = 0x1", "managed_execution = false"],
        )
    }

    fn freezes(&mut self) -> String {
        let freezes = (0..self.next(3)).map(|number| {
            let name = format!("name = \"freeze {number}\"");
            self.table(
                "[[freeze]]",
                &[
                    &name,
                    "from = 2026-12-18T17:00:00Z",
                    "until = 2027-01-04 08:00:00+01:00",
                ],
                &["targets = [\"Root\"]"],
            )
        });
        freezes.collect::<Vec<_>>().concat()
    }

    fn rollout(&mut self) -> String {
        let first = self.table(
            "[[rollout.careful.stage]]",
            &[
                "name = \"canary\"",
                "targets = [\"account:dev canary\", \"Root/A\"]",
            ],
            &["soak = \"15m\"", "max_concurrent = 1", "approval = true"],
        );
        let last = self.table(
            "[[rollout.careful.stage]]",
            &["targets = \"rest\"", "name = \"all\""],
            &["failure_tolerance = \"5%\""],
        );
        first + &last
    }

    fn stack_set(&mut self, name: &str) -> Vec<String> {
        let template = format!("template = \"templates/{name}.yaml\"");
        let mut tables = vec![self.table(
            &format!("[stackset.{name}]"),
            &[
                &template,
                "targets = [\"Root/A\", \"account:prod\", 'Root/B\\/C']",
                "regions = [\"@core\"]",
            ],
            &[
                "rollout = \"careful\"",
                "description = \"\"\"one\ntwo\"\"\"",
                "auto_deploy = { new_accounts = true, leaving_accounts = \"delete\" }",
                "allow = [\"W0301\", \"W0304\"]",
                "capabilities = []",
                "tags = {a=\"b\",  'c d' = \"e\"}",
            ],
        )];
        let values = &[
            "Alpha = { env = \"ALPHA\", sensitive = false }",
            "Beta = [\"x\", \"y\"]",
            "Gamma = \"it's\"",
        ];
        tables.push(self.table(&format!("[stackset.{name}.parameters]"), &[], values));
        let overrides = (0..self.next(3)).map(|number| {
            let own = format!("name = \"override {number}\"");
            let values = "parameters = { Beta = \"z\" }";
            self.table(
                &format!("[[stackset.{name}.override]]"),
                &[&own, "targets = [\"account:prod\"]", values],
                &["regions = [\"us-east-1\"]"],
            )
        });
        let overrides = overrides.collect::<Vec<_>>().concat();
        tables.push(overrides);
        tables
    }
}
