# The organization as a world file: units, accounts with names and numbers, and a StackSet that somebody made by hand.
cat <<HEAD
now = 2026-11-22T10:00:00Z
seed = 7
caller = "222233334444"
delegated_administrators = ["222233334444"]

[organization]
id = "o-a1b2c3d4e5"
root = "r-org0"
management_account = "999900001111"

[timing]
instance_least = 20
instance_most = 40

[[account]]
id = "999900001111"
name = "management"

[[parameter]]
name = "/platform/alarm-topic"
value = "arn:aws:sns:eu-west-1:222233334444:alarms"
HEAD
unit() { printf '\n[[unit]]\npath = "%s"\nid = "ou-org0-%s"\n' "$1" "$2"; } # PATH END-OF-ID
unit Infrastructure infrastr
unit Sandbox sandbox0
unit Security security
unit Workloads workload
unit Workloads/Dev workdev0
unit Workloads/Prod workprod
unit Workloads/Staging workstag
number=0
account() { # NAME UNIT [ID]
  number=$((number + 1))
  printf '\n[[account]]\nid = "%s"\nname = "%s"\nunit = "%s"\n' "${3:-$(printf '1111%08d' $((number + 1000)))}" "$1" "$2"
}
account dev-canary-1 Workloads/Dev 111100000001
account dev-canary-2 Workloads/Dev 111100000002
account search-dev Workloads/Dev 111100000077
account maps-dev Workloads/Dev 111100000081
for n in $(seq 5 38); do account "team-$n-dev" Workloads/Dev; done
for n in $(seq 1 31); do account "team-$n-staging" Workloads/Staging; done
account payments-prod Workloads/Prod 111100000042
for n in $(seq 2 58); do account "team-$n-prod" Workloads/Prod; done
for n in $(seq 1 6); do account "network-$n" Infrastructure; done
account security-tooling Security 222233334444
account log-archive Security
account audit Security
account forensics Security 111100000099
for n in $(seq 1 4); do account "sandbox-$n" Sandbox; done
printf '\n[[actor]]\nname = "before us"\ndoes = "call"\nregion = "eu-west-1"\naction = "CreateStackSet"\n'
printf 'inputs = { StackSetName = "config-recorder", PermissionModel = "SERVICE_MANAGED", CallAs = "DELEGATED_ADMIN", AutoDeployment = { Enabled = true, RetainStacksOnAccountRemoval = true }, TemplateBody = """\n'
cat templates/config-recorder.yaml
printf '""" }\n'
printf '\n[[actor]]\nname = "before us"\ndoes = "call"\nregion = "eu-west-1"\naction = "CreateStackInstances"\nstack_set = "config-recorder"\n'
printf 'inputs = { CallAs = "DELEGATED_ADMIN", DeploymentTargets = { OrganizationalUnitIds = ["ou-org0-workload", "ou-org0-sandbox0"] }, Regions = ["eu-west-1", "us-east-1"], OperationPreferences = { MaxConcurrentPercentage = 100, FailureTolerancePercentage = 100, RegionConcurrencyType = "PARALLEL" }, OperationId = "by-hand" }\n'
