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
  kms_key_arn                = "arn:aws:kms:us-east-1:123456789012:key/mrk-11111111111111111111111111111111"
  vpc_id                     = "vpc-1"
  subnet_ids                 = ["subnet-a", "subnet-b"]
  endpoint_security_group_id = "sg-endpoints"
  gateway_prefix_list_ids    = { dynamodb = "pl-dynamodb" }
  size                       = { node_type = "cache.r7g.large", replicas = 1 }
  snapshot_retention_days    = 1
}

run "rejects_one_subnet" {
  command = plan
  variables {
    subnet_ids = ["subnet-a"]
  }
  expect_failures = [var.subnet_ids]
}

run "rejects_a_network_without_tables" {
  command = plan
  variables {
    gateway_prefix_list_ids = { s3 = "pl-s3" }
  }
  expect_failures = [var.gateway_prefix_list_ids]
}

run "rejects_a_key_of_another_region" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/mrk-11111111111111111111111111111111"
  }
  expect_failures = [var.kms_key_arn]
}

run "rejects_a_class_of_something_else" {
  command = plan
  variables {
    size = { node_type = "db.r7g.large", replicas = 1 }
  }
  expect_failures = [var.size]
}

run "rejects_half_a_replica" {
  command = plan
  variables {
    size = { node_type = "cache.r7g.large", replicas = 0.5 }
  }
  expect_failures = [var.size]
}

run "rejects_snapshots_for_longer_than_elasticache_keeps_them" {
  command = plan
  variables {
    snapshot_retention_days = 36
  }
  expect_failures = [var.snapshot_retention_days]
}

run "refuses_more_users_than_a_group_takes" {
  command = plan
  variables {
    topology = merge(var.topology, { services = [for number in range(50) : { name = "service-${number}", cell = "cell-${number}" }] })
  }
  expect_failures = [aws_elasticache_user_group.this]
}

run "rejects_a_key_of_another_account" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:210987654321:key/mrk-11111111111111111111111111111111"
  }
  expect_failures = [var.kms_key_arn]
}
