resource "aws_cloudwatch_log_group" "flow_log" {
  name              = module.naming.names["flow_log_group"]
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn

  tags = module.naming.named_tags["flow_log_group"]
}

resource "aws_iam_role" "flow_log" {
  name                 = module.naming.names["flow_log_role"]
  description          = "Lets the network's flow log write to its log group"
  permissions_boundary = var.context.permissions_boundary_arn
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "FlowLogsOfThisAccount"
      Effect    = "Allow"
      Principal = { Service = "vpc-flow-logs.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:SourceAccount" = var.context.account_id }
        ArnLike      = { "aws:SourceArn" = "arn:${var.context.partition}:ec2:${var.context.region}:${var.context.account_id}:vpc-flow-log/*" }
      }
    }]
  })

  tags = module.naming.named_tags["flow_log_role"]
}

resource "aws_iam_role_policy" "flow_log" {
  name = module.naming.names["flow_log_policy"]
  role = aws_iam_role.flow_log.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # No CreateLogGroup: a late delivery would bring back a group that was destroyed, without its key and retention.
        Sid      = "WriteToTheOwnGroup"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.flow_log.arn}:*"]
      },
      {
        # CloudWatch checks a list against all groups of the region, so the own one would not do.
        Sid      = "FindTheGroup"
        Effect   = "Allow"
        Action   = ["logs:DescribeLogGroups"]
        Resource = ["arn:${var.context.partition}:logs:${var.context.region}:${var.context.account_id}:log-group:*"]
      },
    ]
  })
}

resource "aws_flow_log" "this" {
  vpc_id                   = aws_vpc.this.id
  traffic_type             = "ALL"
  log_destination_type     = "cloud-watch-logs"
  log_destination          = aws_cloudwatch_log_group.flow_log.arn
  iam_role_arn             = aws_iam_role.flow_log.arn
  max_aggregation_interval = 60

  tags = module.naming.named_tags["flow_log"]

  depends_on = [aws_iam_role_policy.flow_log]
}
