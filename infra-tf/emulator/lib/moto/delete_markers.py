"""Old versions can be removed from a bucket whose versioning was suspended, as before a bucket is destroyed.

moto disposes of all versions of an object then, and fails at the first delete marker.
"""

from moto.s3.models import FakeDeleteMarker


def install():
    FakeDeleteMarker.dispose = lambda *_: None
