# One for each function that logs in, and one for the agents of each cell. They have no password: a token of the role is one, for
# a quarter of an hour. An id that is not the name could not log in so.
resource "aws_elasticache_user" "this" {
  for_each = local.users

  user_id       = each.value.name
  user_name     = each.value.name
  engine        = local.engine
  access_string = each.value.access_string

  authentication_mode {
    type = "iam"
  }

  tags = merge(local.tags, { Name = each.value.name })
}

# Valkey needs no user "default" in it, so whoever names no user gets in nowhere.
resource "aws_elasticache_user_group" "this" {
  user_group_id = module.naming.names["users"]
  engine        = local.engine
  user_ids      = [for user in aws_elasticache_user.this : user.user_id]
  tags          = module.naming.named_tags["users"]

  lifecycle {
    precondition {
      condition     = length(local.users) <= 100
      error_message = "ElastiCache takes 100 users for a group, and ${length(local.users)} would log in: two for each cell, and one for each other function. Make fewer, larger cells, or ask for a higher quota."
    }
  }
}
