# Rows of graphs, each row as wide as the page. A graph of an alarm shows what the alarm looks at, and where it goes off.
locals {
  limits = local.plan.measured.limits
  graph  = { region = local.region, view = "timeSeries", period = 300 }

  limit_rows = [
    for key, limit in local.limits : [
      {
        type = "metric"
        properties = merge(local.graph, {
          title       = "${key}: at most ${limit.limit} ms"
          metrics     = [for stat in ["p50", "p99", "Maximum"] : concat([local.plan.measured.namespace, limit.metric], flatten([for name, value in local.plan.measured.dimensions : [name, value]]), [{ stat = stat, label = stat }])]
          annotations = { horizontal = [{ label = limit.alarm, value = limit.limit }] }
        })
      },
      {
        type       = "text"
        properties = { markdown = "**${key}**\n\n${limit.measures}\n\nWhat to do when it goes off: ${var.runbook}#${limit.alarm}" }
      },
    ]
  ]

  # What the other alarms look at.
  signal_graphs = [
    for key, signal in local.signals : {
      type = "metric"
      properties = merge(local.graph, {
        title       = key
        metrics     = [for each in signal.series : concat([each.namespace, each.metric], flatten([for name, value in each.dimensions : [name, value]]), [{ stat = each.stat }])]
        annotations = { horizontal = [{ label = key, value = coalesce(local.plan.alarms[key].below, local.plan.alarms[key].above) * try(local.per_cent_of[key] / 100, 1) }] }
      })
    } if contains(keys(local.plan.alarms), key) && !contains(values(local.limits)[*].alarm, key) && length(signal.series) > 0
  ]

  # Which of hundreds it is: the ten worst, without a metric or an alarm for each.
  worst_graphs = [
    {
      type = "metric"
      properties = merge(local.graph, {
        title   = "the ten queues of this account whose oldest message is oldest"
        metrics = [[{ expression = "SELECT MAX(ApproximateAgeOfOldestMessage) FROM SCHEMA(\"AWS/SQS\", QueueName) GROUP BY QueueName ORDER BY MAX() DESC LIMIT 10", id = "q1", label = "" }]]
      })
    },
    {
      type = "metric"
      properties = merge(local.graph, {
        title   = "the ten busiest functions of this account, and what all have at the same time"
        metrics = [[{ expression = "SELECT MAX(ConcurrentExecutions) FROM SCHEMA(\"AWS/Lambda\", FunctionName) GROUP BY FunctionName ORDER BY MAX() DESC LIMIT 10", id = "q1", label = "" }], ["AWS/Lambda", "ConcurrentExecutions", { stat = "Maximum", label = "all" }]]
      })
    },
  ]

  graphs = concat(local.signal_graphs, local.worst_graphs)

  error_row = [[
    {
      type = "log"
      properties = {
        region = local.region
        title  = "lines of level ERROR"
        view   = "table"
        query  = "${join(" | ", [for name in values(local.log_group_names) : "SOURCE '${name}'"])} | filter level = \"ERROR\" | sort @timestamp desc | limit 20 | display @timestamp, function, message, flagKey, changeId"
      }
    },
  ]]

  region_rows = concat(
    [[{
      type       = "alarm"
      properties = { title = "flags in ${local.region}", alarms = concat([local.naming.arns["alarm/unhealthy"]], [for key in keys(local.instances) : local.naming.arns["alarm/${key}"]]) }
    }]],
    local.limit_rows,
    [for start in range(0, length(local.graphs), 3) : slice(local.graphs, start, min(start + 3, length(local.graphs)))],
    local.error_row,
  )

  fleet_rows = concat(
    [
      for key, limit in local.limits : [{
        type = "metric"
        properties = merge(local.graph, {
          title = "${key}, the slowest of each region: at most ${limit.limit} ms"
          metrics = [
            for region in(limit.scope == "home" ? local.plan.homes : local.plan.regions) :
            [local.plan.measured.namespace, limit.metric, "region", region, { region = region, stat = "Maximum", label = region }]
          ]
          annotations = { horizontal = [{ label = "limit", value = limit.limit }] }
        })
      }]
    ],
    [[
      {
        type = "metric"
        properties = merge(local.graph, {
          title   = "until a write in home is in each region"
          metrics = [for region in local.plan.regions : ["AWS/DynamoDB", "ReplicationLatency", "TableName", local.plan.tables["flags"].name, "ReceivingRegion", region, { stat = "Maximum", label = region }] if region != local.region]
        })
      },
      {
        type = "metric"
        properties = merge(local.graph, {
          title   = "lines of level ERROR"
          metrics = [for region in local.plan.regions : [local.plan.measured.namespace, local.error_metric, { region = region, stat = "Sum", label = region }]]
        })
      },
      {
        type = "text"
        properties = {
          markdown = join("\n", concat(["The dashboards of the regions:", ""], [
            for region in local.plan.regions : "- [${region}](#dashboards/dashboard/${module.regional_naming[region].names["dashboard"]})"
          ]))
        }
      },
    ]],
  )

  dashboards = {
    for key, rows in { region = local.region_rows, fleet = local.fleet_rows } : key => jsonencode({
      widgets = flatten([
        for y, row in rows : [
          for x, widget in row : merge(widget, { x = x * floor(24 / length(row)), y = 6 * y, width = floor(24 / length(row)), height = 6 })
        ]
      ])
    })
  }
}

resource "aws_cloudwatch_dashboard" "region" {
  dashboard_name = local.naming.names["dashboard/region"]
  dashboard_body = local.dashboards["region"]
}

resource "aws_cloudwatch_dashboard" "fleet" {
  for_each = toset(local.in_home ? ["fleet"] : [])

  dashboard_name = local.naming.names["dashboard/fleet"]
  dashboard_body = local.dashboards["fleet"]
}
