"""Services that are away, and regions: their requests are answered with 503, those of Terraform and of tests as well."""

refused = set()


def refuse(name):
    refused.add(name)


def accept(name):
    refused.discard(name)


def names_of(headers):
    """Service and region, by the signature's scope: Credential=key/date/region/service/aws4_request."""
    for name, value in headers:
        if name.lower() == b"authorization":
            scope = value.decode().partition("Credential=")[2].split(",")[0].split("/")
            return set(scope[2:4])
    return set()


def install():
    from ministack import app

    original = app.app

    async def answer(scope, receive, send):
        if scope["type"] == "http" and refused and names_of(scope["headers"]) & refused:
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await original(scope, receive, send)

    app.app = answer
