"""The steps with boto3. Argument: the endpoint."""

import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

import steps


class Boto3:
    def __init__(self, endpoint):
        config = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"})
        names = ["cloudformation", "organizations", "sts", "s3"]
        self.clients = {name: boto3.client(name, endpoint_url=endpoint, config=config) for name in names}

    def call(self, service, operation, parameters=None):
        client = self.clients[service]
        try:
            if client.can_paginate(operation):
                return client.get_paginator(operation).paginate(**(parameters or {})).build_full_result()
            return getattr(client, operation)(**(parameters or {}))
        except ClientError as error:
            raise steps.Refused(error.response["Error"]["Code"]) from error

    def put_object(self, bucket, key, text):
        self.clients["s3"].put_object(Bucket=bucket, Key=key, Body=text.encode())

    def get_object(self, bucket, key):
        return self.clients["s3"].get_object(Bucket=bucket, Key=key)["Body"].read().decode()


if __name__ == "__main__":
    steps.run(Boto3(sys.argv[1]))
