output "arn" {
  value       = aws_lb.this.arn
  description = "The load balancer's ARN."
}

output "dns_name" {
  value       = aws_lb.this.dns_name
  description = "The name that callers resolve."
}

output "zone_id" {
  value       = aws_lb.this.zone_id
  description = "The hosted zone of dns_name, for alias records."
}

output "security_group_id" {
  value       = aws_security_group.this.id
  description = "The load balancer's security group. It has no egress of its own: the service adds the rules to its targets."
}

output "target_group_arn" {
  value       = aws_lb_target_group.this.arn
  description = "Where the service registers its targets, once a listener forwards to it."

  # ECS refuses a target group that no load balancer uses.
  depends_on = [aws_lb_listener.http, aws_lb_listener.https]
}

output "target_group_name" {
  value       = aws_lb_target_group.this.name
  description = "The target group's name."
}

output "arn_suffixes" {
  value       = { load_balancer = aws_lb.this.arn_suffix, target_group = aws_lb_target_group.this.arn_suffix }
  description = "Load balancer and target group, as CloudWatch names them."
}

output "https_enabled" {
  value       = local.https_enabled
  description = "Whether callers are served over TLS. False: plain HTTP is allowed, and served on port 80."
}

output "listener_arn" {
  value       = local.https_enabled ? aws_lb_listener.https[0].arn : aws_lb_listener.http.arn
  description = "The listener that forwards to the targets: HTTPS, or HTTP where that is allowed."
}

output "url" {
  value       = "${local.https_enabled ? "https" : "http"}://${local.makes_certificate ? var.domain.name : aws_lb.this.dns_name}"
  description = "Where the load balancer answers: the domain, where the module made its certificate. With certificate_arn, callers use a name that it covers."
}

output "access_logs_bucket_name" {
  value       = module.access_logs.name
  description = "The bucket that holds the access logs."
}
