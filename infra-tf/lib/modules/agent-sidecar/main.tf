locals {
  name   = "flag-agent"
  volume = "flags"
  state  = "/state"

  environment = merge(length(var.hosts) == 0 ? {} : { AGENT_HOSTS = join(",", var.hosts) }, {
    AGENT_CELL       = var.cell
    AGENT_EVALUATION = var.evaluation
    AGENT_HTTP       = "127.0.0.1:${var.ports.http}"
    AGENT_SERVICE    = var.service
    AGENT_STATE      = "${local.state}/flags.json"
    AGENT_SYNC       = "127.0.0.1:${var.ports.sync}"
    AWS_REGION       = var.region
    CACHE_HOST       = var.cache.host
    CACHE_NAME       = var.cache.name
    # There is none: the agent signs in with tokens of the task's role, which it renews by itself.
    CACHE_PASSWORD = "none"
    CACHE_PORT     = tostring(var.cache.port)
    CACHE_USER     = var.cache.user
  })

  # 0 where there is something to serve, if need be from the file; what is old is served, and says so.
  healthy = "fetch('http://127.0.0.1:${var.ports.http}/readyz').then((a)=>process.exit(a.ok?0:1),()=>process.exit(1))"

  definition = {
    name  = local.name
    image = "${var.image.uri}@${var.image.digest}"
    # An agent that dies is started again, and takes no application with it: flags that were read go on in the clients that
    # evaluate by themselves, the others give their callers' defaults.
    essential              = false
    restartPolicy          = { enabled = true, restartAttemptPeriod = 60 }
    user                   = var.container_user
    privileged             = false
    readonlyRootFilesystem = true
    memory                 = var.memory
    # Longer than the agent takes to tell its clients that it goes.
    stopTimeout = 10

    linuxParameters = {
      initProcessEnabled = true
      capabilities       = { add = [], drop = ["ALL"] }
    }

    # No port leaves the task: nothing asks for a login.
    portMappings = []
    mountPoints  = [{ sourceVolume = local.volume, containerPath = local.state, readOnly = false }]
    environment  = [for name in sort(keys(local.environment)) : { name = name, value = local.environment[name] }]

    healthCheck = {
      command     = ["CMD", "node", "-e", local.healthy]
      interval    = 10
      timeout     = 5
      retries     = 3
      startPeriod = 30
    }
  }
}
