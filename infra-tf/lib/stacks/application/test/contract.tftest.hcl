# What the stack itself refuses. What the modules deployment and promotion refuse is tested there, and that the stack asks them
# is proved by real plans in infra-tf/test.

mock_provider "aws" {
  source = "./test/mocks"
}
mock_provider "aws" {
  alias  = "replica"
  source = "./test/mocks"
}
override_data {
  target = data.aws_region.home
  values = { name = "eu-west-1" }
}
override_data {
  target = data.aws_region.replica
  values = { name = "eu-central-1" }
}

variables {
  environment         = "dev"
  deployment_role_arn = "arn:aws:iam::111111111111:role/deployment"
  service             = "flags"
  environment_suffix  = "a1"
  cost_center         = "platform-1001"
  owner               = "team-platform"
  vpc_cidr_block      = "10.80.0.0/16"
  internet_cidr       = "0.0.0.0/0"
  caller_cidrs        = ["198.51.100.0/24"]
  domain              = { name = "flags.example.com", zone_id = "Z0A1B2C3" }
  nat_gateway_count   = 0
  endpoint_zone_count = 2
  task                = { cpu = 256, memory = 512 }
  task_count          = { min = 2, max = 4 }
  database            = { instance_class = "db.r6g.large", instance_count = 2 }
  retention_days      = { logs = 30, access_logs = 30, evidence = 90, database_backups = 7, backups = 14, backup_copies = 14 }
  image_digest        = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

run "rejects_a_burstable_database" {
  command = plan
  variables { database = { instance_class = "db.t4g.medium", instance_count = 2 } }
  expect_failures = [var.database]
}

run "rejects_two_zones" {
  command = plan
  variables { availability_zone_letters = ["a", "b", "b"] }
  expect_failures = [var.availability_zone_letters]
}

run "rejects_a_fourth_zone" {
  command = plan
  variables { availability_zone_letters = ["a", "b", "c", "d"] }
  expect_failures = [var.availability_zone_letters]
}

run "rejects_a_role_for_drift_that_the_bucket_of_states_does_not_let_in" {
  command = plan
  variables { service = "ledger" }
  expect_failures = [output.drift]
}

run "rejects_plain_http_in_the_last_environment" {
  command = plan

  # Also where only a part is planned.
  plan_options {
    target = [module.load_balancer]
  }
  variables {
    environments_file = "test/environments/alone.json"
    domain            = null
    allow_plain_http  = true
  }
  expect_failures = [var.allow_plain_http]
}

run "rejects_endpoints_without_which_no_task_starts" {
  command = plan
  variables { interface_endpoints = ["ecr.api", "ecr.dkr", "logs"] }
  expect_failures = [var.interface_endpoints]
}

run "rejects_a_second_way_to_the_tables" {
  command = plan
  variables { ways_out = { dynamodb = { prefix_list_id = "pl-0a1b2c3d", reason = "Once more." } } }
  expect_failures = [var.ways_out]
}

run "rejects_permissions_that_replace_those_of_the_stack" {
  command = plan
  variables { task_permissions = { WriteEvidence = { actions = ["s3:PutObject"], resources = ["arn:aws:s3:::elsewhere/*"] } } }
  expect_failures = [var.task_permissions]
}

run "rejects_builds_without_a_way_to_the_providers" {
  command = plan
  variables {
    nat_gateway_count = 0
    remediation       = { sources = { type = "S3", location = "sources/flaghoist.zip" } }
  }
  expect_failures = [var.remediation]
}

run "rejects_an_agent_that_reaches_no_cache" {
  command = plan
  variables {
    flag_agent = {
      service = "payments"
      cell    = "cell-1"
      image = {
        digest         = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        uri            = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/flag-agent"
        repository_arn = "arn:aws:ecr:eu-west-1:111111111111:repository/flag-agent"
      }
      cache = {
        host         = "flags.example.euw1.cache.amazonaws.com"
        name         = "dev-flags-cache-a1"
        user         = "dev-cell-1-agent-a1"
        connect_arns = ["arn:aws:elasticache:eu-west-1:111111111111:user:dev-cell-1-agent-a1"]
        way          = {}
      }
    }
  }
  expect_failures = [var.flag_agent]
}

run "rejects_a_second_way_and_a_second_login_to_the_caches" {
  command = plan
  variables {
    ways_out         = { flag_cache = { prefix_list_id = "pl-0a1b2c3d", reason = "Once more." } }
    task_permissions = { LogInToFlagCache = { actions = ["elasticache:Connect"], resources = ["arn:aws:elasticache:eu-west-1:111111111111:user:another"] } }
  }
  expect_failures = [var.ways_out, var.task_permissions]
}
