"""What MiniStack takes and does not tell again, or tells although nobody gave it: Terraform would change it at each apply.

The key of a table's replica, tracing of workflows, the policy of a bus, and the age of events that a function is called with.
"""

import json


def instead(module, name, wrap):
    setattr(module, name, wrap(getattr(module, name)))


def answered(answer, change):
    """The answer with its document changed."""
    status, headers, body = answer
    if status != 200:
        return answer
    document = json.loads(body)
    change(document)
    return status, headers, json.dumps(document).encode()


def traced(original):
    def create(request):
        from ministack.services import stepfunctions

        answer = original(request)
        given = request.get("tracingConfiguration")
        arn = request.get("stateMachineArn") or json.loads(answer[2] or b"{}").get("stateMachineArn")
        if given and arn in stepfunctions._state_machines:
            stepfunctions._state_machines[arn]["tracingConfiguration"] = given
        return answer

    return create


def with_policy(original):
    def put(request):
        from ministack.services import eventbridge

        if "Policy" not in request:
            return original(request)
        eventbridge._event_bus_policies[request.get("EventBusName", "default")] = json.loads(request["Policy"])
        return 200, {"Content-Type": "application/x-amz-json-1.1"}, b"{}"

    return put


def of_its_region(original):
    """A replica is encrypted with the replica of the key in its own region."""

    def describe(request):
        from ministack.services import dynamodb

        here = dynamodb.get_region()

        def localise(document):
            encryption = document.get("Table", {}).get("SSEDescription", {})
            parts = encryption.get("KMSMasterKeyArn", "").split(":")
            if len(parts) > 4 and parts[5].startswith("key/mrk-"):
                encryption["KMSMasterKeyArn"] = ":".join([*parts[:3], here, *parts[4:]])

        return answered(original(request), localise)

    return describe


def as_given(original):
    def put(function, qualifier, request):
        from ministack.services import lambda_svc

        answer = original(function, qualifier, request)
        if "MaximumEventAgeInSeconds" not in request and answer[0] == 200:
            lambda_svc._event_invoke_config(lambda_svc._functions[function], qualifier).pop("MaximumEventAgeInSeconds")
        return answer

    return put


def install():
    from ministack.services import dynamodb, eventbridge, lambda_svc, stepfunctions

    instead(stepfunctions, "_create_state_machine", traced)
    instead(stepfunctions, "_update_state_machine", traced)
    instead(eventbridge, "_put_permission", with_policy)
    instead(dynamodb, "_describe_table", of_its_region)
    instead(lambda_svc, "_put_event_invoke_config", as_given)
