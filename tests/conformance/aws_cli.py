"""The steps with the AWS CLI, one process a call. Argument: the endpoint."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import steps

AWS = pathlib.Path(sys.executable).with_name("aws")
REFUSAL = re.compile(r"An error occurred \((\w+)\) when calling")


class AwsCli:
    def __init__(self, endpoint):
        self.endpoint = endpoint

    def call(self, service, operation, parameters=None):
        command = [service, operation.replace("_", "-"), "--cli-input-json", json.dumps(parameters or {})]
        text = self.run(command)
        return json.loads(text) if text.strip() else {}

    def put_object(self, bucket, key, text):
        with tempfile.TemporaryDirectory() as directory:
            body = pathlib.Path(directory, "body")
            body.write_text(text)
            self.run(["s3api", "put-object", "--bucket", bucket, "--key", key, "--body", str(body)])

    def get_object(self, bucket, key):
        with tempfile.TemporaryDirectory() as directory:
            body = pathlib.Path(directory, "body")
            self.run(["s3api", "get-object", "--bucket", bucket, "--key", key, str(body)])
            return body.read_text()

    def run(self, command):
        whole = [str(AWS), "--endpoint-url", self.endpoint, "--output", "json", *command]
        done = subprocess.run(whole, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout
        refusal = REFUSAL.search(done.stderr)
        if refusal:
            raise steps.Refused(refusal.group(1))
        raise RuntimeError(f"{command[:2]} ended with {done.returncode}: {done.stderr}")


if __name__ == "__main__":
    steps.run(AwsCli(sys.argv[1]))
