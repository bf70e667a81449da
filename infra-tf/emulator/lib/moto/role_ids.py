"""A role that somebody takes on has one id, as a role has; by it people are known.

moto lets a role be taken on that nobody made, and gives it another id with each answer.
"""

from moto.iam.models import iam_backends
from moto.sts.models import AssumedRole


def install():
    original = AssumedRole.user_id.fget
    # ARN → id
    made_up = {}

    def user_id(self):
        answer = original(self)
        roles = iam_backends[self.account_id][self.partition].roles.values()
        if self.role_arn in {role.arn for role in roles}:
            return answer
        role, _ = answer.split(":")
        return f"{made_up.setdefault(self.role_arn, role)}:{self.session_name}"

    AssumedRole.user_id = property(user_id)
