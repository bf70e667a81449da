# Length limits are those of the AWS API for the name of the resource. The scope says within what a name must be unique:
# a region of an account, an account, or the world.
locals {
  types = {
    alarm               = { limit = 255, scope = "regional" }
    approval-rule       = { limit = 100, scope = "regional" }
    autoscaling-policy  = { limit = 255, scope = "regional" }
    backup-plan         = { limit = 50, scope = "regional" }
    backup-selection    = { limit = 50, scope = "regional" }
    backup-vault        = { limit = 50, scope = "regional" }
    bucket              = { limit = 63, scope = "world" }
    build-project       = { limit = 150, scope = "regional" }
    cache-parameters    = { limit = 255, scope = "regional" }
    cache-subnets       = { limit = 255, scope = "regional" }
    cache-user          = { limit = 40, scope = "regional" }
    cache-user-group    = { limit = 40, scope = "regional" }
    certificate         = { limit = 255, scope = "regional" }
    cluster             = { limit = 255, scope = "regional" }
    code-signing        = { limit = 255, scope = "regional" }
    config-channel      = { limit = 256, scope = "regional" }
    config-recorder     = { limit = 256, scope = "regional" }
    container           = { limit = 255, scope = "regional" }
    dashboard           = { limit = 255, scope = "account" }
    database-cluster    = { limit = 63, scope = "regional" }
    database-instance   = { limit = 63, scope = "regional" }
    database-parameters = { limit = 255, scope = "regional" }
    database-subnets    = { limit = 255, scope = "regional" }
    elastic-ip          = { limit = 255, scope = "regional" }
    endpoint            = { limit = 255, scope = "regional" }
    event-bus           = { limit = 256, scope = "regional" }
    event-rule          = { limit = 64, scope = "regional" }
    flow-log            = { limit = 255, scope = "regional" }
    function            = { limit = 64, scope = "regional" }
    git-repository      = { limit = 100, scope = "regional" }
    internet-gateway    = { limit = 255, scope = "regional" }
    key                 = { limit = 250, scope = "regional" }
    load-balancer       = { limit = 32, scope = "regional" }
    log-group           = { limit = 512, scope = "regional" }
    metric-filter       = { limit = 512, scope = "regional" }
    nat-gateway         = { limit = 255, scope = "regional" }
    network             = { limit = 255, scope = "regional" }
    network-acl         = { limit = 255, scope = "regional" }
    parameter           = { limit = 255, scope = "regional" }
    policy              = { limit = 128, scope = "account" }
    prefix-list         = { limit = 255, scope = "regional" }
    queue               = { limit = 80, scope = "regional" }
    replication-group   = { limit = 40, scope = "regional" }
    repository          = { limit = 256, scope = "regional" }
    role                = { limit = 64, scope = "account" }
    route-table         = { limit = 255, scope = "regional" }
    schedule            = { limit = 64, scope = "regional" }
    search-domain       = { limit = 28, scope = "regional" }
    secret              = { limit = 512, scope = "regional" }
    security-group      = { limit = 255, scope = "regional" }
    service             = { limit = 255, scope = "regional" }
    state-machine       = { limit = 80, scope = "regional" }
    subnet              = { limit = 255, scope = "regional" }
    table               = { limit = 255, scope = "regional" }
    targets             = { limit = 32, scope = "regional" }
    task                = { limit = 255, scope = "regional" }
    topic               = { limit = 256, scope = "regional" }
  }
}
