"""Notes what roles asked for and got, and what they asked for and were denied, each once: role, action, resource and decision,
as a line of JSON.
"""

import json


def role_in(principal):
    return principal.split("/")[1] if ":assumed-role/" in principal else None


def install(file):
    from ministack.core import iam_evaluator

    evaluate, enforce, noted = iam_evaluator.evaluate, iam_evaluator.enforce, set()

    def note(principal, action, resource, decision):
        use = (role_in(principal), action, resource, decision)
        if use[0] is not None and use not in noted:
            noted.add(use)
            with open(file, "a") as lines:
                lines.write(json.dumps(use) + "\n")

    # Policies of resources are evaluated in the same way; what they do not allow, a role's own policy may.
    def allowing(context, *policies):
        result = evaluate(context, *policies)
        if result.decision == "Allow":
            note(context.principal_arn, context.action, context.resource_arn, "Allow")
        return result

    def enforcing(access_key, action, service, region, resource_arn="*", service_context=None):
        denied = enforce(access_key, action, service, region, resource_arn, service_context)
        if getattr(denied, "decision", None):
            note(denied.principal_arn, action, resource_arn, "Deny")
        return denied

    iam_evaluator.evaluate = allowing
    iam_evaluator.enforce = enforcing
