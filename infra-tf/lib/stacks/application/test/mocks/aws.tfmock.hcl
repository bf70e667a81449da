# Values that other resources check, where a mocked provider would make up random ones.
mock_resource "aws_ecr_repository" {
  defaults = { arn = "arn:aws:ecr:eu-west-1:111111111111:repository/mocked", repository_url = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/mocked" }
}
mock_resource "aws_kms_key" {
  defaults = { arn = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000" }
}
mock_data "aws_iam_policy_document" {
  defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Mocked\"}]}" }
}
