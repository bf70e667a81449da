locals {
  makes_certificate = var.domain != null
  certificate_arn   = local.makes_certificate ? one(aws_acm_certificate_validation.this[*].certificate_arn) : var.certificate_arn
}

# ACM renews it by itself for as long as the record of its validation stands.
resource "aws_acm_certificate" "this" {
  count = local.makes_certificate ? 1 : 0

  domain_name       = var.domain.name
  validation_method = "DNS"

  tags = module.naming.named_tags["certificate"]

  # The listener goes on with the former one until the new one is issued.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  count = local.makes_certificate ? 1 : 0

  zone_id = var.domain.zone_id
  name    = one(aws_acm_certificate.this[0].domain_validation_options[*].resource_record_name)
  type    = one(aws_acm_certificate.this[0].domain_validation_options[*].resource_record_type)
  records = aws_acm_certificate.this[0].domain_validation_options[*].resource_record_value
  ttl     = 300

  # An apply that was interrupted between the record and its note in the state leaves it behind.
  allow_overwrite = true
}

# No listener takes a certificate before it is issued.
resource "aws_acm_certificate_validation" "this" {
  count = local.makes_certificate ? 1 : 0

  certificate_arn         = aws_acm_certificate.this[0].arn
  validation_record_fqdns = aws_route53_record.validation[*].fqdn
}

resource "aws_route53_record" "this" {
  count = local.makes_certificate ? 1 : 0

  zone_id = var.domain.zone_id
  name    = var.domain.name
  type    = "A"

  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = true
  }
}
