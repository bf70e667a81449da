"""Statements for a cluster's database, which RDS takes for as long as the cluster's endpoint for them is open.

moto can neither open nor close it, and takes statements for any cluster. Nothing is run here: a role must have been created before it is
granted anything, and pg_stat_statements has what was carried out, in order.
"""

import json
import re

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.rds.models import rds_backends
from moto.rds.responses import RDSResponse
from moto.rdsdata.responses import RDSDataServiceResponse

# resource id of a cluster → statements
CARRIED_OUT = {}


def switch(to):
    def answer(handler):
        [cluster] = handler.backend.describe_db_clusters(handler.params["ResourceArn"])
        cluster._enable_http_endpoint = to
        return ActionResult({"ResourceArn": cluster.db_cluster_arn, "HttpEndpointEnabled": to})

    return answer


def refuse(why):
    raise JsonRESTError("BadRequestException", why)


def execute_statement(handler):
    arn, secret, sql = (handler._get_param(name) for name in ("resourceArn", "secretArn", "sql"))
    [cluster] = rds_backends[handler.current_account][handler.region].describe_db_clusters(arn)
    if not cluster.http_endpoint_enabled:
        refuse(f"HttpEndpoint is not enabled for resource {arn}")
    if secret != cluster.master_user_secret.secret_arn:
        refuse(f"{secret} is not the secret of a user of {arn}")
    done = CARRIED_OUT.setdefault(cluster.db_cluster_resource_id, [])
    if sql == "SELECT query FROM pg_stat_statements":
        return json.dumps({"records": [[{"stringValue": each}] for each in done]})
    role = re.fullmatch(r"(?:CREATE USER|GRANT .* TO) (\w+)", sql)
    if role is None:
        refuse(f"ERROR: syntax error in {sql}")
    creates, exists = sql.startswith("CREATE"), f"CREATE USER {role[1]}" in done
    if creates == exists:
        refuse(f'ERROR: role "{role[1]}" {"already exists" if exists else "does not exist"}')
    done.append(sql)
    return json.dumps({"records": [], "numberOfRecordsUpdated": 0})


def install():
    RDSResponse.enable_http_endpoint = switch(True)
    RDSResponse.disable_http_endpoint = switch(False)
    RDSDataServiceResponse.execute_statement = execute_statement
