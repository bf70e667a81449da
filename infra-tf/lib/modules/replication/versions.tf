terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"

      # The region that takes over when the home region is lost.
      configuration_aliases = [aws.replica]
    }
  }
}
