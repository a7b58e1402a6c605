# The provider as anybody would point it at a simulator on loopback.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "AKIA100000000000"
  secret_key                  = "simulated"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true

  endpoints {
    cloudformation = var.endpoint
    organizations  = var.endpoint
    sts            = var.endpoint
  }
}
