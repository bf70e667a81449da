# The application's stack as far as it matters here: as it had the recorder, before the recorder had a stack of its own.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  backend "s3" {
    key = "application/terraform.tfstate"
  }
}

variable "place" {
  type        = object({ environment = string, region = string, account = string, role_arn = string })
  description = "The environment that this is in."
}

provider "aws" {
  region = var.place.region

  assume_role {
    role_arn = var.place.role_arn
  }
}

resource "aws_kms_key" "operations" {
  description = "The application's key for operations."
}

module "config_recorder" {
  source = "../../modules/config-recorder"

  context = {
    environment        = var.place.environment
    service            = "flags"
    environment_suffix = "a1"
    region             = var.place.region
    account_id         = var.place.account
    cost_center        = "platform-1001"
    owner              = "team-platform"
  }
  kms_key_arn    = aws_kms_key.operations.arn
  retention_days = 30
}
