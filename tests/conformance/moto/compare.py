"""Asks moto and the simulator the same; differs only where differences.toml says. Argument: the simulator's endpoint."""

import os
import sys
import tomllib
from pathlib import Path

os.environ["MOTO_ACCOUNT_ID"] = "100000000000"  # Read when moto is imported.

import boto3  # noqa: E402
from botocore.config import Config  # noqa: E402
from moto import mock_aws  # noqa: E402

import script  # noqa: E402

LISTED = Path(__file__).parents[1] / "differences.toml"
ABSENT = "absent"


def of_moto():
    with mock_aws():
        boto3.client("organizations").create_organization(FeatureSet="ALL")
        return script.whole(script.Script(boto3.client))


def of_simulator(endpoint):
    config = Config(retries={"total_max_attempts": 1})
    return script.whole(script.Script(lambda name: boto3.client(name, endpoint_url=endpoint, config=config)))


def differences(moto, ours):
    """`step: path` to both values, where they are not the same."""
    found = {}
    for step in ours:
        if ("Error" in moto[step]) != ("Error" in ours[step]):
            found[(step, "Error")] = (moto[step].get("Error", "an answer"), ours[step].get("Error", "an answer"))
            continue
        for path in sorted(set(moto[step]) | set(ours[step])):
            pair = (moto[step].get(path, ABSENT), ours[step].get(path, ABSENT))
            if pair[0] != pair[1]:
                found[(step, path)] = pair
    return found


def listed(rows, step, path):
    """The rows that speak of a difference: of the step or of any, of the path or of what is below it."""
    return [row for row in rows if step in row.get("steps", [step]) and fits(path, row["member"])]


def fits(path, member):
    names = [part.split("[")[0] for part in path.split(".")]
    wanted = member.split(".")
    return any(names[at:at + len(wanted)] == wanted for at in range(len(names)))


def main(endpoint):
    rows = tomllib.loads(LISTED.read_text())["difference"]
    wrong = [f"{row['member']}: moto, simulator or both are right, and the reference says which" for row in rows
             if not row.get("reason") or not row.get("reference") or row.get("right") not in ("moto", "simulator", "both")]
    found = differences(of_moto(), of_simulator(endpoint))
    used = set()
    for (step, path), (moto, ours) in found.items():
        meant = listed(rows, step, path)
        used.update(id(row) for row in meant)
        if not meant:
            wrong.append(f"not listed: {step}: {path}: moto {moto!r}, simulator {ours!r}")
    wrong += [f"listed, and no difference: {row['member']} {row.get('steps', '')}" for row in rows if id(row) not in used]
    for line in wrong:
        print(line)
    print(f"moto: {len(found)} differences, explained by {len(rows)} lines")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
