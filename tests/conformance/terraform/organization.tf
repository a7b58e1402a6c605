# Every data source about the organization that belongs to what the simulator keeps.

data "aws_organizations_organization" "this" {}

locals {
  root = data.aws_organizations_organization.this.roots[0].id
}

data "aws_organizations_organizational_units" "top" {
  parent_id = local.root
}

data "aws_organizations_organizational_unit" "security" {
  parent_id = local.root
  name      = "Security"
}

data "aws_organizations_organizational_unit_child_accounts" "security" {
  parent_id = data.aws_organizations_organizational_unit.security.id
}

data "aws_organizations_organizational_unit_descendant_accounts" "all" {
  parent_id = local.root
}

data "aws_organizations_organizational_unit_descendant_organizational_units" "all" {
  parent_id = local.root
}

data "aws_organizations_delegated_administrators" "this" {}

data "aws_organizations_delegated_services" "tooling" {
  account_id = "200000000002"
}

output "organization" {
  value = data.aws_organizations_organization.this.id
}

output "units" {
  value = sort(data.aws_organizations_organizational_unit_descendant_organizational_units.all.children[*].name)
}

output "accounts" {
  value = length(data.aws_organizations_organizational_unit_descendant_accounts.all.accounts)
}

output "security_accounts" {
  value = sort(data.aws_organizations_organizational_unit_child_accounts.security.accounts[*].name)
}

output "delegated_administrators" {
  value = data.aws_organizations_delegated_administrators.this.delegated_administrators[*].id
}

output "delegated_services" {
  value = data.aws_organizations_delegated_services.tooling.delegated_services[*].service_principal
}
