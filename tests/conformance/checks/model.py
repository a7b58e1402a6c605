"""Holds raw answers against the service model that botocore ships: members, types, enums, lengths, patterns, errors.

botocore itself passes over what it does not know and over what is missing, so an answer that it parses can still be wrong.
"""

import json
import re
from xml.etree import ElementTree

# Not modelled for any call, but any call may answer so (reference §1.5, §8.3).
COMMON = {
    "cloudformation": {
        "ValidationError": 400, "Throttling": 400, "InsufficientCapabilitiesException": 400, "AccessDenied": 403,
        "ExpiredToken": 403, "InvalidClientTokenId": 403, "SignatureDoesNotMatch": 403, "InternalFailure": 500,
        "ServiceUnavailable": 503, "InvalidAction": 400, "MissingAction": 400,
    },
    "organizations": {
        "ExpiredTokenException": 400, "ThrottlingException": 400, "UnknownOperationException": 400,
        "SerializationException": 400, "InternalFailure": 500, "ServiceUnavailable": 503, "AccessDeniedException": 400,
    },
    "ssm": {
        "ValidationException": 400, "UnknownOperationException": 400, "ThrottlingException": 400, "AccessDeniedException": 400,
        "ExpiredTokenException": 400, "ServiceUnavailable": 503,
    },
    "account": {"UnknownOperationException": 404, "ExpiredTokenException": 403, "ServiceUnavailable": 503},
    "sts": {"ExpiredToken": 403, "InvalidAction": 400, "Throttling": 400, "AccessDenied": 403},
    "s3": {},
}
# AWS sends the first empty for instances of self-managed StackSets, the second on the last page (reference §10.1).
MAY_BE_EMPTY = {"OrganizationalUnitId", "ListStackSetAutoDeploymentTargets.NextToken"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


class Violation(Exception):
    """An answer that is not what the model says."""


def check(service, operation, status, headers, body):
    """Raises when the answer of an operation model is not valid; gives the error code, or none."""
    is_json = service.metadata["protocol"] in ("json", "rest-json")
    if status >= 300:
        return (check_json_error if is_json else check_xml_error)(service, operation, status, body)
    if is_json:
        value = json.loads(body) if body else {}
        if operation.output_shape is None:
            require(value == {}, operation.name, f"has no output but answers {value}")
        else:
            walk_json(operation.output_shape, value, operation.name)
    else:
        check_envelope(operation, body)
    return None


def require(holds, path, message):
    if not holds:
        raise Violation(f"{path}: {message}")


def local(element):
    return element.tag.rsplit("}", 1)[-1]


def check_envelope(operation, body):
    """`<OpResponse>`, `<OpResult>` as its first child, then the request id (reference §10.1)."""
    root, name = ElementTree.fromstring(body), operation.name
    require(local(root) == f"{name}Response", name, f"the root is {local(root)}")
    children = [local(child) for child in root]
    shape = operation.output_shape
    if shape is None:
        require(children[-1:] == ["ResponseMetadata"], name, f"has {children}")
    else:
        wrapper = shape.serialization.get("resultWrapper", f"{name}Result")
        require(children == [wrapper, "ResponseMetadata"], name, f"has {children}")
        walk_xml(shape, root[0], name)
    metadata = root[-1]
    require([local(child) for child in metadata] == ["RequestId"] and metadata[0].text, name, "has no RequestId")


def walk_xml(shape, element, path):
    if shape.type_name == "structure":
        members = {member.serialization.get("name", name): (name, member) for name, member in shape.members.items()}
        seen = set()
        for child in element:
            tag = local(child)
            require(tag in members, path, f"the model has no member {tag}")
            require(tag not in seen, path, f"{tag} is there twice")
            seen.add(tag)
            walk_xml(members[tag][1], child, f"{path}.{tag}")
        required = [wire for wire, (name, _) in members.items() if name in shape.required_members]
        missing = sorted(set(required) - seen)
        require(not missing, path, f"{missing} must be there")
    elif shape.type_name == "list":
        wanted = shape.member.serialization.get("name", "member")
        for index, child in enumerate(element):
            require(local(child) == wanted, path, f"a list has {wanted} elements, not {local(child)}")
            walk_xml(shape.member, child, f"{path}[{index}]")
        bounds(shape, len(element), path)
    else:
        require(len(element) == 0, path, "a scalar has no elements inside")
        scalar_text(shape, element.text or "", path)


def scalar_text(shape, text, path):
    kind = shape.type_name
    if kind == "boolean":
        require(text in ("true", "false"), path, f"{text!r} is not a boolean")
    elif kind in ("integer", "long"):
        require(re.fullmatch(r"-?\d+", text) is not None, path, f"{text!r} is not a number")
        bounds(shape, int(text), path)
    elif kind == "timestamp":
        require(MOMENT.fullmatch(text) is not None, path, f"{text!r} is not a moment")
    else:
        string(shape, text, path)


def string(shape, text, path):
    if text == "" and any(path.endswith(allowed) for allowed in MAY_BE_EMPTY):
        return
    enum = getattr(shape, "enum", None)
    require(not enum or text in enum, path, f"{text!r} is not one of {enum}")
    bounds(shape, len(text), path)
    pattern = shape.metadata.get("pattern")
    # Some patterns are written for another engine.
    if pattern and "\\p{" not in pattern:
        require(re.fullmatch(pattern, text, re.DOTALL) is not None, path, f"{text!r} does not match {pattern}")


def bounds(shape, amount, path):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    require(least is None or amount >= least, path, f"{amount} is less than {least}")
    require(most is None or amount <= most, path, f"{amount} is more than {most}")


def walk_json(shape, value, path):
    require(value is not None, path, "null")
    kind = shape.type_name
    if kind == "structure":
        require(isinstance(value, dict), path, "is not an object")
        for name, member in value.items():
            require(name in shape.members, path, f"the model has no member {name}")
            walk_json(shape.members[name], member, f"{path}.{name}")
        missing = sorted(set(shape.required_members) - set(value))
        require(not missing, path, f"{missing} must be there")
    elif kind == "list":
        require(isinstance(value, list), path, "is not a list")
        for index, member in enumerate(value):
            walk_json(shape.member, member, f"{path}[{index}]")
        bounds(shape, len(value), path)
    elif kind == "boolean":
        require(isinstance(value, bool), path, f"{value!r} is not a boolean")
    elif kind in ("integer", "long", "timestamp"):
        require(isinstance(value, (int, float)) and not isinstance(value, bool), path, f"{value!r} is not a number")
    else:
        require(isinstance(value, str), path, f"{value!r} is not a string")
        string(shape, value, path)


def check_xml_error(service, operation, status, body):
    root = ElementTree.fromstring(body)
    name = operation.name
    require([local(child) for child in root] == ["Error", "RequestId"], name, f"an error has {[local(c) for c in root]}")
    fields = {local(child): child.text for child in root[0]}
    require(set(fields) == {"Type", "Code", "Message"} and fields["Message"], name, f"an error has {fields}")
    require(fields["Type"] == ("Sender" if status < 500 else "Receiver"), name, f"{status} is of {fields['Type']}")
    check_code(service, operation, fields["Code"], status)
    return fields["Code"]


def check_json_error(service, operation, status, body):
    value = json.loads(body)
    code = value.pop("__type").rsplit("#", 1)[-1]
    shape = next((shape for shape in operation.error_shapes if error_code(shape) == code), None)
    if shape is not None:
        walk_json(shape, value, f"{operation.name}.{code}")
    require(bool(value.get("Message") or value.get("message")), operation.name, f"{code} says nothing")
    check_code(service, operation, code, status)
    return code


def error_code(shape):
    """What stands on the wire; in Organizations the name of the shape."""
    return shape.metadata.get("error", {}).get("code", shape.name)


def check_code(service, operation, code, status):
    modelled = {error_code(shape): shape for shape in operation.error_shapes}
    if code in modelled:
        error = modelled[code].metadata.get("error", {})
        # botocore keeps this one to itself.
        default = 500 if modelled[code]._shape_model.get("fault") else 400
        wanted = error.get("httpStatusCode", default)
    else:
        common = COMMON[service.service_name]
        require(code in common, operation.name, f"{code} is not an error of this call")
        wanted = common[code]
    require(status == wanted, operation.name, f"{code} comes with {wanted}, not {status}")
