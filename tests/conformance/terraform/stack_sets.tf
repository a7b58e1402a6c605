# One StackSet of each permission model, and the three ways to deploy them.

locals {
  template = yamlencode({
    AWSTemplateFormatVersion = "2010-09-09"
    Parameters = {
      Environment = { Type = "String" }
    }
    Resources = {
      Topic = {
        Type       = "AWS::SNS::Topic"
        Properties = { DisplayName = { "Fn::Sub" = "${var.subject} of $${Environment}" } }
      }
    }
  })
}

resource "aws_cloudformation_stack_set" "service_managed" {
  name             = "tf-service"
  description      = "Deployed by organizational unit"
  permission_model = "SERVICE_MANAGED"
  template_body    = local.template
  parameters       = { Environment = var.environment }
  tags             = { team = "operations" }

  auto_deployment {
    enabled                          = true
    retain_stacks_on_account_removal = false
  }

  operation_preferences {
    failure_tolerance_count = 1
    max_concurrent_count    = 10
  }

  lifecycle {
    # Organizations fills it in, and it must not be sent back.
    ignore_changes = [administration_role_arn]
  }
}

resource "aws_cloudformation_stack_instances" "units" {
  stack_set_name = aws_cloudformation_stack_set.service_managed.name
  regions        = var.regions

  deployment_targets {
    organizational_unit_ids = var.units
  }

  operation_preferences {
    failure_tolerance_count = 1
    max_concurrent_count    = 10
  }
}

resource "aws_cloudformation_stack_set" "self_managed" {
  name                    = "tf-self"
  permission_model        = "SELF_MANAGED"
  administration_role_arn = "arn:aws:iam::100000000000:role/AWSCloudFormationStackSetAdministrationRole"
  execution_role_name     = "OrganizationAccountAccessRole"
  template_body           = local.template
  parameters              = { Environment = var.environment }
}

resource "aws_cloudformation_stack_set_instance" "account" {
  stack_set_name      = aws_cloudformation_stack_set.self_managed.name
  account_id          = "300000000001"
  region              = "eu-west-1"
  parameter_overrides = { Environment = "prod" }
}
