terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # The rest stands in environments/<environment>.s3.tfbackend, as the stack state-backend prints it.
  backend "s3" {
    key = "governance/terraform.tfstate"
  }
}
