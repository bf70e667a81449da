"""New database instances have the certificate authority that AWS gives them.

moto gives "rds-ca-default", which nobody asks for: the provider then changes each instance and restarts it, with its waits.
"""

from moto.rds.models import DBInstance

DEFAULT_AUTHORITY = "rds-ca-rsa2048-g1"


def install():
    original = DBInstance.__init__

    def init(self, *args, **kwargs):
        kwargs.setdefault("ca_certificate_identifier", DEFAULT_AUTHORITY)
        original(self, *args, **kwargs)

    DBInstance.__init__ = init
