# No lifecycle policy: images run by digest, so no rule about tags or ages can tell which one is in use.
resource "aws_ecr_repository" "this" {
  name                 = module.naming.names["repository"]
  image_tag_mutability = "IMMUTABLE"
  force_delete         = module.governance.force_delete

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = var.kms_key_arn
  }

  image_scanning_configuration {
    scan_on_push = true
  }

  tags = module.naming.named_tags["repository"]
}

resource "aws_ecr_repository_policy" "readers" {
  count = length(var.repository_reader_account_ids) > 0 ? 1 : 0

  repository = aws_ecr_repository.this.name
  policy     = data.aws_iam_policy_document.repository_readers[0].json
}

data "aws_iam_policy_document" "repository_readers" {
  count = length(var.repository_reader_account_ids) > 0 ? 1 : 0

  statement {
    sid = "PullToPromote"
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:GetDownloadUrlForLayer",
    ]

    principals {
      type        = "AWS"
      identifiers = [for id in sort(distinct(var.repository_reader_account_ids)) : "arn:${var.context.partition}:iam::${id}:root"]
    }
  }
}
