"""The steps with the AWS CLI. Argument: the endpoint.

The first call is a process of its own, as in a shell; the others are the same program inside this one, because it takes a second to start.
"""

import contextlib
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from awscli.clidriver import create_clidriver

import steps

AWS = pathlib.Path(sys.executable).with_name("aws")
REFUSAL = re.compile(r"An error occurred \((\w+)\) when calling")


class AwsCli:
    def __init__(self, endpoint):
        self.endpoint, self.started, self.driver = endpoint, False, create_clidriver()

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
        whole = ["--endpoint-url", self.endpoint, "--output", "json", *command]
        code, out, err = self.inside(whole) if self.started else in_a_process(whole)
        self.started = True
        if code == 0:
            return out
        refusal = REFUSAL.search(err)
        if refusal:
            raise steps.Refused(refusal.group(1))
        raise RuntimeError(f"{command[:2]} ended with {code}: {err}")

    def inside(self, arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = self.driver.main(arguments)
        return code, out.getvalue(), err.getvalue()


def in_a_process(arguments):
    done = subprocess.run([str(AWS), *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


if __name__ == "__main__":
    steps.run(AwsCli(sys.argv[1]))
