# The real provider, offline: policies are rendered and arguments checked as in a deployment, and nothing is reached.
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

# What Lambda would say of the alias, so that what calls it can be seen.
override_resource {
  target          = aws_lambda_alias.live
  override_during = plan
  values          = { arn = "arn:aws:lambda:us-east-1:123456789012:function:the-function:live" }
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
  kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/mrk-11111111111111111111111111111111"
  function    = "cache-updater.apply.cell-1"
  artifacts   = { bucket = "the-artifacts", packages = "test/packages" }
  values      = { CACHE_HOST = "caches.internal", CACHE_PORT = "6379", CACHE_SHARDS = "1", UNKNOWN = "ignored" }
  network     = { subnet_ids = ["subnet-a", "subnet-b"], security_group_ids = ["sg-functions"] }
}

run "a_function_is_what_lambda_json_says" {
  command = plan

  assert {
    condition     = aws_lambda_function.this.function_name == "blue-flags-function-cache-updater-apply-cell-1-a1" && aws_lambda_function.this.handler == "index.apply" && aws_lambda_function.this.memory_size == 512 && aws_lambda_function.this.timeout == 10
    error_message = "Name, handler, memory and timeout must come from the plan and lambda.json."
  }
  assert {
    condition     = aws_lambda_function.this.runtime == "nodejs22.x" && aws_lambda_function.this.architectures == tolist(["arm64"]) && one(aws_lambda_function.this.tracing_config).mode == "Active" && aws_lambda_function.this.kms_key_arn == var.kms_key_arn
    error_message = "It must run on Node 22 and arm64, traced, with encrypted variables."
  }
  assert {
    condition     = toset(keys(one(aws_lambda_function.this.environment).variables)) == toset(jsondecode(file("../../../../packages/cache-updater/lambda.json")).entryPoints.apply.environment)
    error_message = "The variables must be those of lambda.json, all of them and no others."
  }
  assert {
    condition     = one(aws_lambda_function.this.environment).variables["CELL"] == "cell-1" && one(aws_lambda_function.this.environment).variables["CACHE_HOST"] == "caches.internal"
    error_message = "Values must come from the plan, or from the caller where it cannot know them."
  }
  assert {
    condition     = one(aws_lambda_function.this.logging_config).log_group == "blue-flags-log-group-acknowledgements-a1"
    error_message = "What acknowledges must write into the log group that is scanned."
  }
  assert {
    condition     = one(aws_lambda_function.this.logging_config).log_format == "JSON" && one(aws_lambda_function.this.logging_config).system_log_level == "WARN"
    error_message = "The platform's own lines about each invocation must be off, those about failures on."
  }
  assert {
    condition     = one(aws_lambda_function.this.logging_config).application_log_level == "INFO"
    error_message = "Lines that name no level count as INFO: acknowledgements and metrics would be dropped above it."
  }
  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == -1
    error_message = "An updater that is throttled gets its messages back only after their visibility time: nothing may be reserved for it."
  }
  assert {
    condition     = toset(one(aws_lambda_function.this.vpc_config).subnet_ids) == toset(["subnet-a", "subnet-b"])
    error_message = "What reaches a cache must be in the private subnets."
  }
}

run "a_zip_is_kept_under_the_hash_of_its_content" {
  command = plan

  assert {
    condition     = output.artifact_key == "functions/cache-updater.apply.cell-1/${filesha256("test/packages/cache-updater/dist/apply.zip")}.zip" && aws_lambda_function.this.s3_key == output.artifact_key && aws_lambda_function.this.publish
    error_message = "Key and version must follow from the content."
  }
  assert {
    condition     = aws_lambda_alias.live.name == "live" && endswith(module.plan.functions[var.function].live_arn, ":live")
    error_message = "Everything must call the alias that the plan names."
  }
  assert {
    condition     = alltrue([for mapping in aws_lambda_event_source_mapping.queue : mapping.function_name == "arn:aws:lambda:us-east-1:123456789012:function:the-function:live"])
    error_message = "Event sources must call the alias, or taking a release back would not reach them."
  }
}

run "an_updater_reads_the_queues_of_its_cell" {
  command = plan

  assert {
    condition = { for key, mapping in aws_lambda_event_source_mapping.queue : key => [mapping.event_source_arn, mapping.batch_size, mapping.maximum_batching_window_in_seconds, one(mapping.function_response_types)] } == {
      "service-flags/basket"   = ["arn:aws:sqs:us-east-1:123456789012:blue-flags-queue-flags-basket-a1", 10, 0, "ReportBatchItemFailures"]
      "service-flags/checkout" = ["arn:aws:sqs:us-east-1:123456789012:blue-flags-queue-flags-checkout-a1", 10, 0, "ReportBatchItemFailures"]
    }
    error_message = "There must be one mapping for each service of the cell, in batches of ten without a window, with answers for each message."
  }
  assert {
    condition     = length(aws_lambda_event_source_mapping.stream) == 0 && length(aws_lambda_function_event_invoke_config.schedule) == 0
    error_message = "It has no other triggers."
  }
}

run "an_updaters_role_does_what_the_updater_does" {
  command = plan

  assert {
    condition = { for statement in jsondecode(output.policy).Statement : statement.Sid => sort(flatten([statement.Resource])) if !contains(["Trace", "HaveInterfaces", "ButNotByItsCode"], statement.Sid) } == {
      ReadFlags              = sort(["arn:aws:dynamodb:us-east-1:123456789012:table/blue-flags-table-flags-a1"])
      NoteFailedWrites       = sort(["arn:aws:dynamodb:us-east-1:123456789012:table/blue-flags-table-verification-a1"])
      AskForLoads            = sort(["arn:aws:sqs:us-east-1:123456789012:blue-flags-queue-cache-loads-a1"])
      WriteCaches            = sort(["arn:aws:elasticache:us-east-1:123456789012:user:blue-flags-cache-user-apply-cell-1-a1", "arn:aws:elasticache:us-east-1:123456789012:replicationgroup:${module.plan.cache.name}"])
      TakeMessages           = sort(["arn:aws:sqs:us-east-1:123456789012:blue-flags-queue-flags-checkout-a1", "arn:aws:sqs:us-east-1:123456789012:blue-flags-queue-flags-basket-a1"])
      GiveUpWhatNothingHeals = sort(["arn:aws:sqs:us-east-1:123456789012:blue-flags-queue-dead-flags-checkout-a1", "arn:aws:sqs:us-east-1:123456789012:blue-flags-queue-dead-flags-basket-a1"])
      WriteLogs              = sort(["arn:aws:logs:us-east-1:123456789012:log-group:blue-flags-log-group-acknowledgements-a1:log-stream:*"])
      ReadEncryptedTables    = sort([var.kms_key_arn])
      ReadItsVariables       = sort([var.kms_key_arn])
    }
    error_message = "The role must reach these, and nothing else."
  }
  assert {
    condition     = one([for statement in jsondecode(output.policy).Statement : statement.Condition if statement.Sid == "ReadItsVariables"]) == { StringEquals = { "kms:EncryptionContext:aws:lambda:FunctionArn" = module.plan.functions[var.function].arn } }
    error_message = "It must decrypt its own variables, and no other's."
  }
  assert {
    condition     = one([for statement in jsondecode(output.policy).Statement : statement.Condition.ArnEquals if statement.Effect == "Deny"]) == { "lambda:SourceFunctionArn" = module.plan.functions[var.function].arn }
    error_message = "The code itself must not make network interfaces."
  }
  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Principal == { Service = "lambda.amazonaws.com" }
    error_message = "Only Lambda may take the role on."
  }
}

run "a_function_of_home_writes_flags_by_their_keys_and_tells_every_region" {
  command = plan

  variables {
    function    = "validator.accept"
    values      = { POLICY = "blue.v1", UPSTREAM_FLAGS_TABLE = "none", UPSTREAM_CHANGES_TABLE = "none" }
    resources   = { "upstream/flags" = [], "upstream/changes" = [] }
    stream_arns = { proposals = "arn:aws:dynamodb:us-east-1:123456789012:table/proposals/stream/2026-01-01T00:00:00.000" }
    network     = null
  }

  assert {
    condition     = { for statement in jsondecode(output.policy).Statement : statement.Sid => jsonencode(statement.Condition) if statement.Sid == "WriteRevisions" } == { WriteRevisions = jsonencode({ "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["FLAG#*", "ALIKE#*", "DRAWN#*"] }, Null = { "dynamodb:LeadingKeys" = "false" } }) }
    error_message = "ForAllValues must stand beside Null: without it a request without keys would pass."
  }
  assert {
    condition     = !contains([for statement in jsondecode(output.policy).Statement : statement.Sid], "ReadTheEnvironmentBefore")
    error_message = "Where there is no environment before, nothing of it may be granted."
  }
  assert {
    condition = one([for statement in jsondecode(output.policy).Statement : [toset(statement.Resource), toset(statement.Condition.StringEquals["kms:ViaService"])] if statement.Sid == "EncryptForTopics"]) == [
      toset([for region in ["us-east-1", "us-west-2", "eu-west-1"] : "arn:aws:kms:${region}:123456789012:key/mrk-11111111111111111111111111111111"]),
      toset([for region in ["us-east-1", "us-west-2", "eu-west-1"] : "sns.${region}.amazonaws.com"]),
    ]
    error_message = "Whoever publishes to every region must get a data key in each."
  }
  assert {
    condition     = length(aws_lambda_function.this.vpc_config) == 0 && aws_lambda_function.this.reserved_concurrent_executions == 40
    error_message = "It needs no network, and has its own share of the account."
  }
  assert {
    condition = { for key, mapping in aws_lambda_event_source_mapping.stream : key => [
      mapping.starting_position, mapping.batch_size, mapping.parallelization_factor, mapping.maximum_retry_attempts, mapping.maximum_record_age_in_seconds,
      mapping.bisect_batch_on_function_error, one(one(mapping.destination_config).on_failure).destination_arn,
      ] } == {
      proposals = ["TRIM_HORIZON", 100, 10, 5, 120, true, "arn:aws:sqs:us-east-1:123456789012:blue-flags-queue-accept-dropped-a1"]
    }
    error_message = "The mapping must have the plan's attempts, age, lanes and destination."
  }
  assert {
    condition     = endswith(aws_lambda_event_source_mapping.stream["proposals"].function_name, ":live") && aws_lambda_event_source_mapping.stream["proposals"].function_response_types == toset(["ReportBatchItemFailures"])
    error_message = "A stream must call the alias, and be told which records failed."
  }
  assert {
    condition     = length(one(aws_lambda_event_source_mapping.stream["proposals"].filter_criteria).filter) == 2
    error_message = "Only proposals and approvals may be delivered."
  }
}

run "tables_of_the_environment_before_are_read_and_decrypted" {
  command = plan

  variables {
    function = "validator.accept"
    values   = { POLICY = "blue.v1", UPSTREAM_FLAGS_TABLE = "green-flags", UPSTREAM_CHANGES_TABLE = "green-changes" }
    resources = {
      "upstream/flags"   = ["arn:aws:dynamodb:us-west-2:210987654321:table/green-flags"]
      "upstream/changes" = ["arn:aws:dynamodb:us-west-2:210987654321:table/green-changes"]
    }
    stream_arns = { proposals = "arn:aws:dynamodb:us-east-1:123456789012:table/proposals/stream/2026-01-01T00:00:00.000" }
    network     = null
  }

  assert {
    condition     = toset(one([for statement in jsondecode(output.policy).Statement : statement.Resource if statement.Sid == "ReadTheEnvironmentBefore"])) == toset(flatten(values(var.resources)))
    error_message = "Both tables of the environment before must be readable."
  }
  assert {
    condition = { for statement in jsondecode(output.policy).Statement : statement.Sid => [flatten([statement.Resource]), statement.Condition.StringEquals["kms:ViaService"]] if flatten([statement.Action]) == ["kms:Decrypt"] && statement.Sid != "ReadItsVariables" } == {
      ReadEncryptedTables         = [[var.kms_key_arn], "dynamodb.us-east-1.amazonaws.com"]
      ReadEncryptedTablesOfOthers = [["arn:aws:kms:us-west-2:210987654321:key/*"], "dynamodb.us-west-2.amazonaws.com"]
    }
    error_message = "KMS asks the reader's account as well as the key's: without kms:Decrypt there, no table of another account can be read."
  }
}

run "a_scheduled_function_is_not_tried_again_and_what_fails_is_kept" {
  command = plan

  variables {
    function = "cache-updater.reconcile"
  }

  assert {
    condition     = aws_lambda_function_event_invoke_config.schedule[0].maximum_retry_attempts == 0 && one(one(aws_lambda_function_event_invoke_config.schedule[0].destination_config).on_failure).destination == "arn:aws:sqs:us-east-1:123456789012:blue-flags-queue-undelivered-a1" && aws_lambda_function_event_invoke_config.schedule[0].qualifier == "live"
    error_message = "The next run comes in a minute; Lambda's own two attempts must be off, and what fails must be kept."
  }
}

run "a_function_that_needs_no_network_is_put_there_on_demand" {
  command = plan

  variables {
    function    = "validator.distribute"
    stream_arns = { flags = "arn:aws:dynamodb:us-east-1:123456789012:table/flags/stream/2026-01-01T00:00:00.000" }
    network     = { subnet_ids = ["subnet-a"], security_group_ids = ["sg-functions"], always = true }
  }

  assert {
    condition     = one(aws_lambda_function.this.vpc_config).subnet_ids == toset(["subnet-a"])
    error_message = "With always, every function must be in the network."
  }
}
