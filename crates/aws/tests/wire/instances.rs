//! Instances in pages and in Regions, and whose overrides are read.

use std::fmt::Write as _;

use model::definition::ParameterValue;
use model::ids::StackSetName;
use model::observed::ObservedStackSet;

use crate::support::{Server, one_stack_set, request};

fn row(account: u64, region: &str, operation: &str) -> String {
    format!(
        "<member><Account>{account:012}</Account><Region>{region}</Region><Status>CURRENT</Status>\
         <StackInstanceStatus><DetailedStatus>SUCCEEDED</DetailedStatus></StackInstanceStatus>\
         <LastOperationId>{operation}</LastOperationId></member>"
    )
}

fn page(rows: impl Iterator<Item = String>, next: Option<&str>) -> String {
    let mut page = format!("<Summaries>{}</Summaries>", rows.collect::<String>());
    if let Some(next) = next {
        write!(page, "<NextToken>{next}</NextToken>").unwrap();
    }
    page
}

async fn set(server: &Server, deep: bool, wanted: bool) -> ObservedStackSet {
    let mut request = request(&["net"]);
    request.deep = deep;
    if wanted {
        request.overrides = [StackSetName::parse("net").unwrap()].into();
    }
    let observed = server.connect().await.observe(&request).await.unwrap();
    observed.stack_sets.into_values().next().unwrap()
}

/// `net` without operations and with these rows on one page.
fn rows(rows: &[String]) -> Server {
    one_stack_set("")
        .xml("ListStackSetOperations", "<Summaries/>")
        .xml("ListStackInstances", &page(rows.iter().cloned(), None))
}

/// Ten pages of a hundred instances in one Region, and more behind them.
fn large(regions: &str) -> Server {
    let mut server =
        one_stack_set(&format!("<Regions>{regions}</Regions>")).xml("ListStackSetOperations", "<Summaries/>");
    for n in 0..10 {
        let accounts = (n * 100..(n + 1) * 100).map(|account| row(account, "eu-west-1", "sf-1"));
        server = server.xml("ListStackInstances", &page(accounts, Some(&format!("t{n}"))));
    }
    server
}

#[tokio::test(start_paused = true)]
async fn beyond_a_thousand_instances_each_region_is_read_by_itself() {
    let regions = "<member>eu-west-1</member><member>us-east-1</member>";
    let here = |region: &'static str| (0..100).map(move |account| row(account, region, "sf-1"));
    let server = large(regions)
        .xml(
            "ListStackInstances eu-west-1",
            &page(here("eu-west-1"), Some("more")),
        )
        .xml(
            "ListStackInstances eu-west-1",
            &page((100..1000).map(|account| row(account, "eu-west-1", "sf-1")), None),
        )
        .xml("ListStackInstances us-east-1", &page(here("us-east-1"), None));
    let found = set(&server, false, false).await;
    assert_eq!(found.instances.len(), 1100);
    assert_eq!(server.count("ListStackInstances"), 10 + 2 + 1);
}

#[tokio::test(start_paused = true)]
async fn a_single_region_goes_on_where_it_was() {
    let last = (1000..1050).map(|account| row(account, "eu-west-1", "sf-1"));
    let server = large("<member>eu-west-1</member>").xml("ListStackInstances", &page(last, None));
    assert_eq!(set(&server, false, false).await.instances.len(), 1050);
    assert_eq!(server.count("ListStackInstances"), 11);
    let seen = server.seen();
    let mut lists = seen.iter().filter(|seen| seen.action == "ListStackInstances");
    assert!(lists.all(|seen| !seen.inputs.contains_key("StackInstanceRegion")));
}

const OVERRIDDEN: &str = "<StackInstance><ParameterOverrides>\
    <member><ParameterKey>Level</ParameterKey><ParameterValue>strict</ParameterValue></member>\
    <member><ParameterKey>Token</ParameterKey><ParameterValue>****</ParameterValue></member>\
    </ParameterOverrides></StackInstance>";
const PLAIN: &str = "<StackInstance><ParameterOverrides/></StackInstance>";

#[tokio::test(start_paused = true)]
async fn one_instance_stands_for_all_of_a_foreign_operation() {
    let listed: Vec<_> = (1..=5)
        .map(|account| row(account, "eu-west-1", "console-1"))
        .collect();
    let server = rows(&listed).xml("DescribeStackInstance", PLAIN);
    let found = set(&server, false, false).await;
    assert_eq!(
        (server.count("DescribeStackInstance"), found.overrides_read()),
        (1, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn when_it_has_overrides_all_of_that_operation_are_read() {
    let mut listed: Vec<_> = (1..=5)
        .map(|account| row(account, "eu-west-1", "console-1"))
        .collect();
    listed.extend((6..=9).map(|account| row(account, "eu-west-1", "sf-1")));
    let server = rows(&listed).xml("DescribeStackInstance", OVERRIDDEN);
    let found = set(&server, false, false).await;
    assert_eq!(
        (server.count("DescribeStackInstance"), found.overrides_read()),
        (5, 5)
    );
    let first = found
        .instances
        .values()
        .next()
        .unwrap()
        .overrides
        .clone()
        .unwrap();
    assert_eq!(first["Level"], ParameterValue::Plain("strict".to_owned()));
    assert_eq!(first["Token"], ParameterValue::Masked);
    assert_eq!(found.instances.values().last().unwrap().overrides, None);
}

#[tokio::test(start_paused = true)]
async fn after_an_operation_of_ours_no_overrides_are_read() {
    let server = rows(&[row(1, "eu-west-1", "sf-1"), row(2, "eu-west-1", "sf-2")]);
    let found = set(&server, false, false).await;
    assert_eq!(
        (server.count("DescribeStackInstance"), found.overrides_read()),
        (0, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn all_overrides_are_read_where_some_are_wanted_and_on_request() {
    for (deep, wanted) in [(true, false), (false, true)] {
        let listed: Vec<_> = (1..=3).map(|account| row(account, "eu-west-1", "sf-1")).collect();
        let server = rows(&listed)
            .refuse(
                "DescribeStackInstance",
                404,
                "StackInstanceNotFoundException",
                "gone",
            )
            .xml("DescribeStackInstance", PLAIN);
        let found = set(&server, deep, wanted).await;
        assert_eq!(server.count("DescribeStackInstance"), 3);
        assert_eq!(found.overrides_read(), 2, "one was deleted meanwhile");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_cut_off_is_asked_for_once_more() {
    let server = one_stack_set("")
        .xml("ListStackSetOperations", "<Summaries/>")
        .on(
            "ListStackInstances",
            200,
            "<ListStackInstancesResponse><ListStackInstancesResult><Summ",
        )
        .xml(
            "ListStackInstances",
            &page([row(1, "eu-west-1", "sf-1")].into_iter(), None),
        );
    assert_eq!(set(&server, false, false).await.instances.len(), 1);
    assert_eq!(server.count("ListStackInstances"), 2);
}
