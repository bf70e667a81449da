"""Roles of people have the unique ids that people.json names. AWS gives out others, which are then written there.

The ids come by a word of the role's name; of several, the first that it has.
"""

import contextvars


def install(ids):
    from ministack.services import iam

    id_of, handle = iam._gen_id, iam._create_role
    wanted = contextvars.ContextVar("wanted", default=None)

    def create_role(request):
        name = iam._p(request, "RoleName")
        token = wanted.set(next((each for word, each in ids.items() if word in name), None))
        try:
            return handle(request)
        finally:
            wanted.reset(token)

    iam._gen_id = lambda prefix: wanted.get() or id_of(prefix)
    iam._IAM_HANDLERS["CreateRole"] = create_role
