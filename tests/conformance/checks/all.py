"""Every check. Arguments: the endpoint, and a word to select checks by."""

import sys

import aws
import coverage
import runner

# Each module adds its checks; the order is the order in which they run.
import definitions  # noqa: F401
import updates  # noqa: F401
import instances  # noqa: F401
import outcomes  # noqa: F401
import reads  # noqa: F401
import drift  # noqa: F401
import access  # noqa: F401
import organization  # noqa: F401
import values  # noqa: F401
import wrong  # noqa: F401


def main(endpoint, only=None):
    seen = aws.Seen()
    clients = aws.Aws(endpoint, seen)
    failed = runner.run(clients, only)
    gaps = [] if only else coverage.gaps(clients, seen)
    for gap in gaps:
        print(f"GAP: {gap}")
    passed = len(runner.CHECKS) - len(failed)
    print(f"boto3: {passed} of {len(runner.CHECKS)} checks pass, {seen.validated} answers are as the service model says")
    return bool(failed or gaps)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
