# The real provider, offline: policies are rendered and arguments checked as in a deployment, and nothing is reached.
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  context = {
    environment        = "blue"
    service            = "flags"
    environment_suffix = "a1"
    region             = "us-east-1"
    account_id         = "123456789012"
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }
  topology = {
    home    = "us-east-1"
    standby = "us-west-2"
    regions = [{ name = "us-east-1" }, { name = "us-west-2" }, { name = "eu-west-1" }]
    services = [
      { name = "checkout", cell = "cell-1" },
      { name = "basket", cell = "cell-1" },
      { name = "search", cell = "cell-2" },
    ]
  }
  kms_key_arn        = "arn:aws:kms:us-east-1:123456789012:key/mrk-11111111111111111111111111111111"
  artifacts          = { bucket = "the-artifacts", packages = "test/packages" }
  cache              = { host = "caches.internal", port = 6379 }
  network            = { subnet_ids = ["subnet-a", "subnet-b"], security_group_ids = ["sg-clients"] }
  log_retention_days = 30
}

run "there_is_an_updater_for_each_cell_and_one_of_each_other_function" {
  command = plan

  assert {
    condition     = keys(module.function) == ["cache-updater.apply.cell-1", "cache-updater.apply.cell-2", "cache-updater.load", "cache-updater.offer", "cache-updater.reconcile"]
    error_message = "There must be two updaters, and what loads, offers and reconciles."
  }
  assert {
    condition     = length(distinct([for key in keys(module.function) : output.policies[key]])) == 5
    error_message = "No two functions may do the same."
  }
}

run "no_cell_can_reach_another" {
  command = plan

  assert {
    condition = alltrue([
      for cell, services in { "cell-1" = ["basket", "checkout"], "cell-2" = ["search"] } : toset(flatten([
        for statement in jsondecode(output.policies["cache-updater.apply.${cell}"]).Statement : statement.Resource if statement.Sid == "TakeMessages"
      ])) == toset([for service in services : "arn:aws:sqs:us-east-1:123456789012:blue-flags-queue-flags-${service}-a1"])
    ])
    error_message = "An updater must read the queues of its own cell."
  }
  assert {
    condition = length(setintersection(
      flatten([for statement in jsondecode(output.policies["cache-updater.apply.cell-1"]).Statement : statement.Resource if contains(["TakeMessages", "GiveUpWhatNothingHeals"], statement.Sid)]),
      flatten([for statement in jsondecode(output.policies["cache-updater.apply.cell-2"]).Statement : statement.Resource if contains(["TakeMessages", "GiveUpWhatNothingHeals"], statement.Sid)]),
    )) == 0
    error_message = "Two cells must share no queue."
  }
}

run "acknowledgements_are_kept_encrypted_in_one_log_group" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_group.acknowledgements.name == "blue-flags-log-group-acknowledgements-a1" && aws_cloudwatch_log_group.acknowledgements.kms_key_id == var.kms_key_arn && aws_cloudwatch_log_group.acknowledgements.retention_in_days == 30 && output.log_group.arn == "arn:aws:logs:us-east-1:123456789012:log-group:blue-flags-log-group-acknowledgements-a1"
    error_message = "There must be one encrypted log group that the scan can name."
  }
}
