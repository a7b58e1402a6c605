//! What keys take, as types.
#![allow(dead_code, reason = "the types describe a manifest and are never made")]

use schemars::JsonSchema;

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $pattern:literal) => {
        $(#[$doc])*
        #[derive(JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
        #[schemars(extend("pattern" = $pattern))]
        pub(super) struct $name(String);
    };
}

text!(
    /// An account id: 12 digits.
    AccountId,
    "^[0-9]{12}$"
);
text!(
    /// An organization's id.
    OrganizationId,
    "^o-[a-z0-9]{10,32}$"
);
text!(
    /// A Region.
    Region,
    "^[a-z]+(-[a-z]+)+-[0-9]{1,3}$"
);
text!(
    /// The name of an S3 bucket.
    Bucket,
    "^(?!.*\\.\\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"
);
text!(
    /// The name of a StackSet in AWS.
    StackSetName,
    "^[A-Za-z][A-Za-z0-9-]{0,127}$"
);
text!(
    /// A text for people.
    Title,
    "^(?=[\\s\\S]*\\S)[\\s\\S]{1,256}$"
);
text!(
    /// A date and time with an offset, Z for UTC.
    Moment,
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
);
text!(
    /// A number and a unit: s, m, h or d; at most a week.
    Soak,
    "^[0-9]+[smhd]$"
);
text!(
    /// The ARN of a CloudWatch alarm.
    Alarm,
    "^arn:[^:]*:cloudwatch:[^:]+:[^:]{12}:alarm:.+$"
);
text!(
    /// The ARN of a role.
    RoleArn,
    "^arn:.*:iam::.*:role/"
);
text!(
    /// The name of a role.
    RoleName,
    "^[A-Za-z0-9_+=,.@-]{1,64}$"
);
text!(
    /// A tag's key.
    TagKey,
    "^(?![aA][wW][sS]:)[\\s\\S]{1,128}$"
);
text!(
    /// A tag's value.
    TagValue,
    "^[\\s\\S]{1,256}$"
);
text!(
    /// The code of a warning.
    Warning,
    "^W[0-9]{4}$"
);
text!(
    /// The path of a unit from the root: that unit and everything below it. A slash inside a name is written `\/`.
    UnitPath,
    "^Root(/(\\\\/|[^/])+)*$"
);
text!(
    /// A unit or the root by its id.
    UnitId,
    "^(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32})$"
);
text!(
    /// An account by its name, or every account whose name matches: `*` any characters, `?` one.
    AccountName,
    "^account:(?![0-9]{12}$)[\\s\\S]+$"
);
text!(
    /// Every account with a tag in Organizations.
    AccountTag,
    "^tag:[^=]{1,128}=[\\s\\S]{0,256}$"
);
text!(
    /// A set, by its name.
    SetName,
    "^@[\\w.-]{1,64}$"
);
text!(
    /// A share.
    Share,
    "^(100|[0-9]{1,2})%$"
);
text!(
    /// A share that is not nothing.
    PositiveShare,
    "^(100|0?[1-9]|[1-9][0-9])%$"
);
text!(
    /// The https URL of an object in S3.
    S3Url,
    "^https://[^/@:]*amazonaws\\.com(\\.cn)?/.+$"
);
text!(
    /// A SHA-256: 64 hexadecimal digits.
    Sha256,
    "^(sha256:)?[0-9A-Fa-f]{64}$"
);
text!(
    /// The name of an environment variable.
    Variable,
    "^[A-Za-z_][A-Za-z0-9_]{0,255}$"
);
text!(
    /// The name of a parameter of Systems Manager.
    SsmName,
    "^[A-Za-z0-9_./:-]{1,2048}$"
);
text!(
    /// A text.
    NotEmpty,
    "^[\\s\\S]+$"
);

/// Which accounts.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Target {
    Unit(UnitPath),
    UnitById(UnitId),
    Account(AccountName),
    AccountById(AccountId),
    Tag(AccountTag),
}

/// Which accounts, or a set of them.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum TargetOrSet {
    One(Target),
    Set(SetName),
}

/// Where to deploy.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Targets {
    List(#[schemars(length(min = 1), extend("uniqueItems" = true))] Vec<TargetOrSet>),
    Set(SetName),
}

/// Whom a stage reaches.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum StageTargets {
    Rest(Rest),
    Some(Targets),
}

/// What no stage before reached.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub(super) enum Rest {
    /// What no stage before reached.
    Rest,
}

/// A Region, or a set of them.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum RegionOrSet {
    One(Region),
    Set(SetName),
}

/// Regions, in the order of the rollout.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Regions {
    List(#[schemars(length(min = 1), extend("uniqueItems" = true))] Vec<RegionOrSet>),
    Set(SetName),
}

/// A number of accounts, or a share such as "25%".
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Amount {
    Count(u32),
    Share(Share),
}

/// A number of accounts from 1, or a share such as "25%".
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Positive {
    Count(#[schemars(range(min = 1))] u32),
    Share(PositiveShare),
}

/// What happens to stacks.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub(super) enum OnLeave {
    /// They stay, unmanaged.
    Retain,
    /// They go with their resources.
    Delete,
}

/// Whether failures lower the concurrency.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub(super) enum ConcurrencyMode {
    /// At most failure_tolerance + 1 accounts at once, fewer with every failure.
    Strict,
    /// Always max_concurrent.
    Soft,
}

/// Whether Regions go one after another.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub(super) enum RegionOrder {
    /// One after another, as `regions` lists them.
    Sequential,
    /// All at once.
    Parallel,
}

/// Who makes the roles.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub(super) enum Permission {
    /// AWS does.
    ServiceManaged,
    /// You do.
    SelfManaged,
}

/// What a template can do.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub(super) enum Capability {
    /// Makes IAM resources.
    Iam,
    /// Makes IAM resources with fixed names.
    NamedIam,
    /// Expands macros.
    AutoExpand,
}

/// What is acknowledged.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Capabilities {
    List(Vec<Capability>),
    Auto(Auto),
}

/// Whatever the template needs; the plan shows what that is.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub(super) enum Auto {
    /// Whatever the template needs.
    Auto,
}

/// Where a template is.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Template {
    File(NotEmpty),
    S3(S3Template),
}

/// An object of S3, pinned by its hash.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct S3Template {
    /// Its https URL.
    s3: S3Url,
    /// What its bytes hash to.
    sha256: Sha256,
}

/// A parameter's value, or where it comes from.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Parameter {
    Scalar(Scalar),
    List(Vec<Scalar>),
    From(Source),
}

/// A value; CloudFormation gets its text.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Scalar {
    Text(String),
    Number(i64),
    Truth(bool),
}

/// Where a value comes from.
#[derive(JsonSchema)]
#[schemars(untagged, deny_unknown_fields)]
pub(super) enum Source {
    /// An environment variable.
    Environment {
        /// The variable's name.
        env: Variable,
        /// Whether its value is a secret.
        sensitive: Option<bool>,
    },
    /// A file below the manifest's directory.
    File {
        /// Its path.
        file: NotEmpty,
    },
    /// A parameter of Systems Manager in the home Region.
    Ssm {
        /// Its name.
        ssm: SsmName,
    },
    /// Each account's own tag.
    AccountTag {
        /// The tag's key.
        account_tag: NotEmpty,
        /// For accounts without the tag.
        default: Option<String>,
    },
    /// Each account's own property.
    Account {
        /// Which property.
        account: AccountField,
    },
    /// What the StackSet has now.
    Keep {
        /// Only true says something.
        #[schemars(extend("const" = true))]
        keep: bool,
    },
}

/// A property of an account.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub(super) enum AccountField {
    /// The 12 digits.
    Id,
    /// The name in Organizations.
    Name,
    /// The e-mail address.
    Email,
    /// The path of the unit that it stands in.
    Ou,
}
