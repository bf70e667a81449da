# Where each alarm of the plan looks. How it is combined where there are several series: the worst of them (MAX, MIN), or all
# together (SUM).
locals {
  limit_signals = {
    for key, limit in local.plan.measured.limits : limit.alarm => {
      combine = "MAX"
      series = [{
        namespace = local.plan.measured.namespace, metric = limit.metric, stat = "Maximum", dimensions = local.plan.measured.dimensions
      }]
    }
  }

  count_signals = {
    for key, count in local.plan.measured.counts : count.alarm => {
      combine = count.statistic == "Sum" ? "SUM" : "MAX"
      series = [{
        namespace = local.plan.measured.namespace, metric = count.metric, stat = count.statistic, dimensions = local.plan.measured.dimensions
      }]
    }
  }

  function_names = sort([for function in local.plan.functions : function.name])
  stream_readers = sort([for function in local.plan.functions : function.name if length(function.streams) > 0])
  # Who is turned away here has used up one of its attempts. Schedules and workflows try again by themselves.
  takers = sort([for function in local.plan.functions : function.name if length(function.streams) + length(function.queues) > 0])
  # Twice the period of the alarm, or it would go off between two runs.
  minutely = sort(distinct([for schedule in local.plan.schedules : local.plan.functions[schedule.function].name if schedule.function != null && schedule.expression == "rate(1 minute)"]))

  cache_nodes = [for number in range(1, var.cache_nodes + 1) : format("%s-%03d", local.plan.cache.name, number)]

  # What exists once per region; services' queues are counted by the updaters.
  single_dead_letters = sort([for queue in local.plan.queues : queue.name if queue.receives == null])

  signals = merge(
    local.limit_signals,
    local.count_signals,
    {
      # Each service's queue is counted once in a round.
      services-silent = {
        combine = "SUM"
        series  = [for each in local.count_signals["dead-letters"].series : merge(each, { stat = "SampleCount" })]
      }
      streams-behind = {
        combine = "MAX"
        series  = [for name in local.stream_readers : { namespace = "AWS/Lambda", metric = "IteratorAge", stat = "Maximum", dimensions = { FunctionName = name } }]
      }
      functions-failing = {
        combine = "SUM"
        series  = [for name in local.function_names : { namespace = "AWS/Lambda", metric = "Errors", stat = "Sum", dimensions = { FunctionName = name } }]
      }
      functions-throttled = {
        combine = "SUM"
        series  = [for name in local.takers : { namespace = "AWS/Lambda", metric = "Throttles", stat = "Sum", dimensions = { FunctionName = name } }]
      }
      schedules-still = {
        combine = "MIN"
        series  = [for name in local.minutely : { namespace = "AWS/Lambda", metric = "Invocations", stat = "Sum", dimensions = { FunctionName = name } }]
      }
      sweep-still = {
        combine = "MIN"
        series  = [for key, function in local.plan.functions : { namespace = "AWS/Lambda", metric = "Invocations", stat = "Sum", dimensions = { FunctionName = function.name } } if function.function == "audit-writer.sweep"]
      }
      workflows-failing = {
        combine = "SUM"
        series = flatten([for workflow in local.plan.workflows : [
          for metric in ["ExecutionsFailed", "ExecutionsTimedOut"] : { namespace = "AWS/States", metric = metric, stat = "Sum", dimensions = { StateMachineArn = workflow.arn } }
        ]])
      }
      rules-failing = {
        combine = "SUM"
        series = [for rule in concat(values(local.plan.rules), values(local.plan.forwards)) : {
          namespace = "AWS/Events", metric = "FailedInvocations", stat = "Sum", dimensions = { EventBusName = rule.bus, RuleName = rule.name }
        }]
      }
      dead-letters = {
        combine = "SUM"
        series = concat(
          local.count_signals["dead-letters"].series,
          [for name in local.single_dead_letters : { namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", stat = "Maximum", dimensions = { QueueName = name } }],
        )
      }
      error-lines = {
        combine = "SUM"
        series  = [{ namespace = local.plan.measured.namespace, metric = local.error_metric, stat = "Sum", dimensions = {} }]
      }
    },
    {
      for alarm, queue in { loads-late = "cache-loads", verdicts-late = "region-verdicts", audit-late = "audit" } : alarm => {
        combine                        = "MAX"
        series                         = [for key, each in local.plan.queues : { namespace = "AWS/SQS", metric = "ApproximateAgeOfOldestMessage", stat = "Maximum", dimensions = { QueueName = each.name } } if key == queue]
      }
    },
    {
      for alarm, of in {
        cache-memory      = { metric = "DatabaseMemoryUsagePercentage", stat = "Maximum", combine = "MAX" }
        cache-busy        = { metric = "EngineCPUUtilization", stat = "Maximum", combine = "MAX" }
        cache-evictions   = { metric = "Evictions", stat = "Sum", combine = "SUM" }
        cache-connections = { metric = "CurrConnections", stat = "Maximum", combine = "MAX" }
        cache-lag         = { metric = "ReplicationLag", stat = "Maximum", combine = "MAX" }
        } : alarm => {
        combine = of.combine
        series  = [for node in local.cache_nodes : { namespace = "AWS/ElastiCache", metric = of.metric, stat = of.stat, dimensions = { CacheClusterId = node } }]
      }
    },
    {
      for alarm, metrics in {
        audit-index-unhealthy = { "ClusterStatus.red" = "Maximum", ClusterIndexWritesBlocked = "Maximum" }
        audit-index-storage   = { FreeStorageSpace = "Minimum" }
        } : alarm => {
        combine = alarm == "audit-index-storage" ? "MIN" : "MAX"
        series = [for metric, stat in metrics : {
          namespace = "AWS/ES", metric = metric, stat = stat, dimensions = { DomainName = var.audit_domain.name, ClientId = local.account }
        }]
      } if var.audit_domain != null
    },
  )

  # A metric in MB, a threshold in percent of the volume.
  per_cent_of = { audit-index-storage = try(var.audit_domain.volume_gb, 0) * 1024 }
}
