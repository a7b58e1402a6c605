//! ValidateTemplate, GetTemplateSummary, TemplateURL.

use super::*;
use crate::world::StoredObject;

#[test]
fn a_summary_tells_types_capabilities_and_resources() {
    let mut client = Client::new();
    let body = client.ok("GetTemplateSummary", &[("TemplateBody", ROLE)]);
    assert_eq!(
        text(&body, "Capabilities"),
        "<member>CAPABILITY_NAMED_IAM</member>"
    );
    assert_eq!(text(&body, "ResourceTypes"), "<member>AWS::IAM::Role</member>");
    client.self_managed(QUEUE);
    let body = client.ok("GetTemplateSummary", &[("StackSetName", "web")]);
    assert!(body.contains("<ParameterType>Number</ParameterType>"), "{body}");
    let body = client.ok("ValidateTemplate", &[("TemplateBody", QUEUE)]);
    assert_eq!(text(&body, "Description"), "A queue");
    assert!(!body.contains("ParameterType"), "{body}");
}

#[test]
fn a_template_is_read_from_an_object() {
    let mut client = Client::new();
    client
        .world
        .objects
        .insert("templates/queue.yaml".to_owned(), StoredObject::new(QUEUE));
    let url = |url: &'static str| [("StackSetName", "web"), ("TemplateURL", url)];
    client.ok(
        "CreateStackSet",
        &url("https://templates.s3.eu-west-1.amazonaws.com/queue.yaml"),
    );
    let body = client.ok("DescribeStackSet", &[("StackSetName", "web")]);
    assert!(text(&body, "TemplateBody").contains("AWS::SQS::Queue"));
    let (code, _) = client.refused(
        "ValidateTemplate",
        &[("TemplateURL", "https://templates.s3.amazonaws.com/no.yaml")],
    );
    assert_eq!(code, "ValidationError");
}

#[test]
fn a_summary_is_of_exactly_one_template() {
    let mut client = Client::new();
    client.self_managed(QUEUE);
    let both = [("StackSetName", "web"), ("TemplateBody", QUEUE)];
    for wrong in [&both[..], &[]] {
        assert_eq!(client.refused("GetTemplateSummary", wrong).0, "ValidationError");
    }
    client.ok("CreateStack", &[("StackName", "mine"), ("TemplateBody", QUEUE)]);
    let body = client.ok("GetTemplateSummary", &[("StackName", "mine")]);
    assert_eq!(text(&body, "Description"), "A queue");
    let missing = [("StackName", "yours")];
    assert_eq!(
        client.refused("GetTemplateSummary", &missing).0,
        "ValidationError"
    );
}

#[test]
fn a_summary_has_version_metadata_constraints_and_identifiers() {
    let mut client = Client::new();
    let template = "
AWSTemplateFormatVersion: '2010-09-09'
Metadata: { Owner: us }
Parameters:
  Stage: { Type: String, AllowedValues: [dev, prod] }
Resources:
  Jobs: { Type: 'AWS::SQS::Queue' }
  More: { Type: 'AWS::SQS::Queue' }
";
    let body = client.ok("GetTemplateSummary", &[("TemplateBody", template)]);
    assert_eq!(text(&body, "Version"), "2010-09-09");
    assert_eq!(text(&body, "Metadata"), "{&quot;Owner&quot;:&quot;us&quot;}");
    let allowed = "<AllowedValues><member>dev</member><member>prod</member></AllowedValues>";
    assert_eq!(text(&body, "ParameterConstraints"), allowed);
    assert_eq!(
        text(&body, "LogicalResourceIds"),
        "<member>Jobs</member><member>More</member>"
    );
    assert_eq!(text(&body, "ResourceIdentifiers"), "<member>QueueName</member>");
}

#[test]
fn a_type_that_nobody_knows_is_a_mistake_or_a_warning() {
    let mut client = Client::new();
    let template = "Resources: { Box: { Type: 'Acme::Box::Cardboard' }, Own: { Type: 'Custom::Own' } }";
    let (code, message) = client.refused("GetTemplateSummary", &[("TemplateBody", template)]);
    assert_eq!(code, "ValidationError");
    assert!(
        message.contains("Unrecognized resource types: [Acme::Box::Cardboard]"),
        "{message}"
    );
    let lenient = [
        ("TemplateBody", template),
        (
            "TemplateSummaryConfig.TreatUnrecognizedResourceTypesAsWarnings",
            "true",
        ),
    ];
    let body = client.ok("GetTemplateSummary", &lenient);
    assert_eq!(
        text(&body, "UnrecognizedResourceTypes"),
        "<member>Acme::Box::Cardboard</member>"
    );
}
