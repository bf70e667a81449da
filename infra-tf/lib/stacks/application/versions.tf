terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # The rest stands in environments/<environment>.s3.tfbackend, as the stack state-backend prints it: bucket, role and both
  # locks, the table that was asked for and the lock file that Terraform keeps once it drops the table.
  backend "s3" {
    key = "application/terraform.tfstate"
  }
}
