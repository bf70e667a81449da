"""Accounts have the hosted zones that somebody names.

A zone is there before the stacks, with an id that AWS chose and tfvars repeat; moto chooses ids of its own.
"""

from moto.route53.models import FakeZone, Route53Backend


def install():
    original = Route53Backend.get_hosted_zone

    def get_hosted_zone(self, id_):
        key = id_.replace("/hostedzone/", "")
        if key not in self.zones:
            self.zones[key] = FakeZone("example.com.", key, private_zone=False, caller_reference=key)
        return original(self, id_)

    Route53Backend.get_hosted_zone = get_hosted_zone
