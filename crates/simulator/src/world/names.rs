//! Names that only one resource can have, and how far each reaches (reference §6.5).

use model::ids::AccountId;
use model::instance::InstanceKey;

/// How far a name reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    World,
    Account,
    Region,
}

/// Types whose names a template may choose, with the property that holds the name.
const NAMED: &[(&str, &str, Reach)] = &[
    ("AWS::S3::Bucket", "BucketName", Reach::World),
    ("AWS::IAM::Role", "RoleName", Reach::Account),
    ("AWS::IAM::User", "UserName", Reach::Account),
    ("AWS::IAM::Group", "GroupName", Reach::Account),
    ("AWS::IAM::InstanceProfile", "InstanceProfileName", Reach::Account),
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName", Reach::Account),
    ("AWS::CloudWatch::Alarm", "AlarmName", Reach::Region),
    ("AWS::Config::ConfigRule", "ConfigRuleName", Reach::Region),
    ("AWS::DynamoDB::Table", "TableName", Reach::Region),
    ("AWS::Events::Rule", "Name", Reach::Region),
    ("AWS::KMS::Alias", "AliasName", Reach::Region),
    ("AWS::Lambda::Function", "FunctionName", Reach::Region),
    ("AWS::Logs::LogGroup", "LogGroupName", Reach::Region),
    ("AWS::SNS::Topic", "TopicName", Reach::Region),
    ("AWS::SQS::Queue", "QueueName", Reach::Region),
    ("AWS::SSM::Parameter", "Name", Reach::Region),
    ("AWS::SecretsManager::Secret", "Name", Reach::Region),
];

/// The property that holds the name of a type; none for a type whose resources name themselves.
pub fn name_property(resource_type: &str) -> Option<&'static str> {
    let found = NAMED.iter().find(|(named, ..)| *named == resource_type);
    found.map(|(_, property, _)| *property)
}

/// The key under which [`super::World::taken_names`] holds the `type:name` of a resource in an account and Region.
pub fn taken_name_key(key: &InstanceKey, name: &str) -> String {
    let reach = NAMED
        .iter()
        .find(|(named, ..)| name.strip_prefix(named).is_some_and(|rest| rest.starts_with(':')))
        .map_or(Reach::Region, |(.., reach)| *reach);
    match reach {
        Reach::World => name.to_owned(),
        Reach::Account => account_key(&key.account, name),
        Reach::Region => format!("{key} {name}"),
    }
}

/// [`taken_name_key`] of a name that is unique in its account.
pub(super) fn account_key(account: &AccountId, name: &str) -> String {
    format!("{account} {name}")
}

#[cfg(test)]
mod tests {
    use model::ids::Region;

    use super::*;

    #[test]
    fn a_name_reaches_as_far_as_its_type_says() {
        let key = InstanceKey {
            account: AccountId::parse("111122223333").unwrap(),
            region: Region::parse("eu-west-1").unwrap(),
        };
        let of = |name| taken_name_key(&key, name);
        assert_eq!(of("AWS::S3::Bucket:logs"), "AWS::S3::Bucket:logs");
        assert_eq!(of("AWS::IAM::Role:audit"), "111122223333 AWS::IAM::Role:audit");
        assert_eq!(
            of("AWS::SQS::Queue:jobs"),
            "111122223333/eu-west-1 AWS::SQS::Queue:jobs"
        );
    }
}
