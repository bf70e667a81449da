# What follows the partition in the ARN of a type, as the service authorization reference of AWS has it. Only types that another
# stack or another region names before they exist.
locals {
  arn_forms = {
    alarm             = "cloudwatch:{region}:{account}:alarm:{name}"
    bucket            = "s3:::{name}"
    build-project     = "codebuild:{region}:{account}:project/{name}"
    cache-user        = "elasticache:{region}:{account}:user:{name}"
    event-bus         = "events:{region}:{account}:event-bus/{name}"
    function          = "lambda:{region}:{account}:function:{name}"
    git-repository    = "codecommit:{region}:{account}:{name}"
    log-group         = "logs:{region}:{account}:log-group:{name}"
    queue             = "sqs:{region}:{account}:{name}"
    replication-group = "elasticache:{region}:{account}:replicationgroup:{name}"
    role              = "iam::{account}:role/{name}"
    schedule          = "scheduler:{region}:{account}:schedule/default/{name}"
    search-domain     = "es:{region}:{account}:domain/{name}"
    state-machine     = "states:{region}:{account}:stateMachine:{name}"
    table             = "dynamodb:{region}:{account}:table/{name}"
    topic             = "sns:{region}:{account}:{name}"
  }

  arn_prefix = { for type, form in local.arn_forms : type => "arn:${var.context.partition}:${replace(form, "{account}", var.context.account_id)}" }

  arns = {
    for key, resource in var.resources : key => replace(replace(local.arn_prefix[resource.type], "{region}", var.context.region), "{name}", local.names[key])
    if contains(keys(local.arn_forms), resource.type)
  }
}
