"""Functions log in to caches with a password: in AWS the servers take a token that IAM signs, here a Redis of this machine."""

import os


def install(password):
    from ministack.core import lambda_runtime

    # What a function is given under this name counts no longer: it is what stands for the token.
    lambda_runtime._RESERVED_RUNTIME_ENV_VARS = {*lambda_runtime._RESERVED_RUNTIME_ENV_VARS, "CACHE_PASSWORD"}
    os.environ["CACHE_PASSWORD"] = password
