"""Deployments can be taken back as by the circuit breaker: the service then runs as many tasks as it should, but the former.

moto itself deploys whatever it is told to.
"""

from moto.ecs.models import EC2ContainerServiceBackend

taking_back = False


def take_back():
    """From now on."""
    global taking_back
    taking_back = True


def install():
    original = EC2ContainerServiceBackend.update_service

    def update_service(backend, properties):
        if taking_back and properties.pop("task_definition", None):
            # moto counts tasks as running when it is told their number.
            service = backend._get_service(properties["cluster"], properties["service"].split("/")[-1])
            properties["desired_count"] = service.desired_count
        return original(backend, properties)

    EC2ContainerServiceBackend.update_service = update_service
