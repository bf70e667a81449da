locals {
  # What is promised for home alone is measured elsewhere too, and alarmed on nowhere else.
  limits = { for key, each in local.wiring.metrics.limits : key => each if contains(local.scopes_here, each.scope) }
  counts = { for key, each in local.wiring.metrics.counts : key => each if contains(local.scopes_here, each.scope) && length(setsubtract(each.functions, local.absent.functions)) > 0 }
  alarms = { for key, each in local.alarm_book : key => each if contains(local.scopes_here, each.scope) && !contains(local.unmeasured, key) }

  # Of what only an absent function would count.
  unmeasured = [for key, each in local.wiring.metrics.counts : each.alarm if length(setsubtract(each.functions, local.absent.functions)) == 0]
}
