#!/usr/bin/env python3
"""Check a provable statement: that each of its lines is under a published seal, and that its balances add up.

    python3 verify_statement.py statement.json [--heads heads.json] [--url https://the.brand.example]

It needs nothing but Python 3.8 or newer, and without --url no network. It takes nothing on trust: from what each line
says it works out the line's hash, from that and the line's proof the root of the tree, as RFC 9162 (2.1.3) has it, and
compares that with the seal. `--heads` is the brand's list of seals as you saved it, `--url` asks the brand for it, and
for the proof (2.1.4) that its newest seal still holds all that yours does.

Exit code: 0 all is as it should be, 1 something is not, 2 a file cannot be read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

FORMAT = "goodturn-statement/1"
ACCOUNTS = {"wallet": "to spend", "pending": "pending", "owed": "owed"}
SAID = ["activity", "at", "id", "lot", "points", "posted_at", "reason", "reference", "source", "target"]
LONGEST_ANSWER = 50_000_000


class Unreadable(Exception):
    """What was given is no statement, or no list of seals."""


# --- RFC 9162 --------------------------------------------------------------------------------------------------------


def canonical(value):
    """The one way to write `value` down: JSON, keys sorted, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def leaf_hash(leaf):
    """The hash of a leaf's bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left, right):
    """The hash of a node over two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_from(leaf, index, size, path):
    """The root that an inclusion proof leads to (2.1.3.2), or None if it cannot be one."""
    if not 0 <= index < size:
        return None
    number, last, result = index, size - 1, leaf
    for part in path:
        if last == 0:
            return None
        if number & 1 or number == last:
            result = node_hash(part, result)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            result = node_hash(result, part)
        number, last = number >> 1, last >> 1
    return result if last == 0 else None


def is_consistent(first, second, first_root, second_root, path):
    """Whether the tree of `first` leaves is the beginning of that of `second` (2.1.4.2)."""
    if first == second:
        return not path and first_root == second_root
    if not 0 < first < second or not path:
        return False
    if not first & (first - 1):
        path = [first_root, *path]
    number, last = first - 1, second - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    earlier = later = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            earlier, later = node_hash(part, earlier), node_hash(part, later)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            later = node_hash(later, part)
        number, last = number >> 1, last >> 1
    return earlier == first_root and later == second_root and last == 0


# --- the statement ---------------------------------------------------------------------------------------------------


def bytes_of_line(line, member):
    """The leaf of a line, worked out from what it says and from its salt."""
    salt = bytes.fromhex(line["proof"]["salt"])
    personal = hashlib.sha256(salt + canonical({"member": member, "why": line["why"]})).hexdigest()
    return canonical({**{name: line[name] for name in SAID}, "personal": personal})


def unproven(statement):
    """Yield what is wrong with the proofs of the lines."""
    seal = statement["seal"]
    for number, line in enumerate(statement["lines"], 1):
        proof = line["proof"]
        if proof is None:
            continue
        leaf = leaf_hash(bytes_of_line(line, statement["member"]))
        path = [bytes.fromhex(part) for part in proof["path"]]
        if root_from(leaf, proof["index"], seal["size"], path) != bytes.fromhex(seal["root"]):
            yield f"Line {number} ({line['reference']}) is not under this seal as it stands here."


def wrong_sums(statement):
    """Yield where the balances do not follow from the lines, or the lines are out of order."""
    balances = dict.fromkeys(ACCOUNTS, 0)
    last = 0
    places = set()
    for number, line in enumerate(statement["lines"], 1):
        if line["id"] <= last:
            yield f"Line {number} ({line['reference']}) is out of order, or there twice."
        last = line["id"]
        if line["proof"] is not None:
            if line["proof"]["index"] in places:
                yield f"Line {number} ({line['reference']}) claims a place in the tree that another line has."
            places.add(line["proof"]["index"])
        for account, sign in ((line["source"], -1), (line["target"], 1)):
            if account in balances:
                balances[account] += sign * line["points"]
                if line["balances"].get(account) != balances[account]:
                    yield (
                        f"Line {number} ({line['reference']}) says {line['balances'].get(account)} {account}, "
                        f"where the lines up to it make {balances[account]}."
                    )
                    balances[account] = line["balances"].get(account) or 0
    if statement["balances"] != balances:
        yield f"The balances at the end are {statement['balances']}, where the lines make {balances}."


def is_statement(value):
    """Whether `value` has the form of a statement."""
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        return False
    try:
        seal = value["seal"]
        ok = seal is None or (isinstance(seal["size"], int) and len(bytes.fromhex(seal["root"])) == 32)
        for line in value["lines"]:
            ok = ok and isinstance(line["id"], int) and isinstance(line["points"], int)
            ok = ok and isinstance(line["balances"], dict) and all(name in line for name in [*SAID, "why"])
            proof = line["proof"]
            if proof is not None:
                ok = ok and seal is not None and isinstance(proof["index"], int)
                bytes.fromhex(proof["salt"] + "".join(proof["path"]))
        return ok and isinstance(value["member"], str) and isinstance(value["balances"], dict)
    except (KeyError, TypeError, ValueError):
        return False


# --- where it comes from ---------------------------------------------------------------------------------------------


def parsed(text, name):
    """The JSON in `text`."""
    try:
        return json.loads(text)
    except ValueError:
        raise Unreadable(f"{name} is not JSON.") from None


def read(file):
    """The JSON in a file."""
    try:
        with open(file, "rb") as opened:
            return parsed(opened.read(), file)
    except OSError as problem:
        raise Unreadable(f"{file} cannot be read: {problem.strerror}.") from None


def fetched(site, path):
    """The JSON that the brand answers with, or None where it says that there is none."""
    address = f"{site.rstrip('/')}/fairness/seals/{path}"
    if urllib.parse.urlsplit(address).scheme not in ("http", "https"):
        raise Unreadable(f"{site} is not the address of a site.")
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return parsed(answer.read(LONGEST_ANSWER), address)
    except urllib.error.HTTPError as problem:
        if problem.code == 404:
            return None
        raise Unreadable(f"{address} answers {problem.code}.") from None
    except (OSError, ValueError) as problem:
        raise Unreadable(f"{address} cannot be reached: {problem}.") from None


# --- what is found ---------------------------------------------------------------------------------------------------


def among(seal, heads, name):
    """Yield what is wrong with the statement's seal beside those in a saved list."""
    try:
        roots = {head["size"]: head["root"] for head in heads["heads"]}
    except (KeyError, TypeError):
        raise Unreadable(f"{name} is no list of seals.") from None
    if seal["size"] not in roots:
        yield f"{name} has no seal of {seal['size']:,} transfers: save a newer list, or ask with --url."
    elif roots[seal["size"]] != seal["root"]:
        yield f"{name} has another root for {seal['size']:,} transfers: {roots[seal['size']]}."


def published(seal, site):
    """Yield what is wrong with the statement's seal beside those that the brand publishes now."""
    theirs = fetched(site, f"{seal['size']}.json")
    if theirs is None:
        yield f"{site} publishes no seal of {seal['size']:,} transfers."
        return
    try:
        if theirs["root"] != seal["root"]:
            yield f"{site} publishes another root for {seal['size']:,} transfers: {theirs['root']}."
            return
        newest = fetched(site, "heads.json")["heads"][0]
        proof = fetched(site, f"consistency.json?first={seal['size']}&second={newest['size']}")
        path = [bytes.fromhex(part) for part in proof["path"]]
        roots = bytes.fromhex(seal["root"]), bytes.fromhex(newest["root"])
    except (IndexError, KeyError, TypeError, ValueError):
        raise Unreadable(f"{site} does not answer as a list of seals does.") from None
    if is_consistent(seal["size"], newest["size"], *roots, path):
        print(f"The newest seal of {site}, of {newest['size']:,} transfers, still holds all that this one does.")
    else:
        yield (
            f"The newest seal of {site}, of {newest['size']:,} transfers, does not hold what this one does: "
            "history was rewritten."
        )


def findings(statement, args):
    """Yield each thing that is wrong, and say meanwhile what is right."""
    seal, lines = statement["seal"], statement["lines"]
    proven = sum(line["proof"] is not None for line in lines)
    wrong = list(unproven(statement))
    yield from wrong
    if seal and not wrong:
        print(f"Each of {proven:,} lines is, as it stands here, under the seal of {seal['size']:,} transfers.")
    if proven < len(lines):
        print(f"{len(lines) - proven:,} lines are newer than the seal: nothing proves them yet.")
    wrong = list(wrong_sums(statement))
    yield from wrong
    if not wrong:
        ends = ", ".join(f"{abs(statement['balances'][account]):,} {name}" for account, name in ACCOUNTS.items())
        print(f"The balance after each line follows from the lines, to the end: {ends}.")
    if not seal:
        print("There is no seal yet.")
        return
    if args.heads:
        wrong = list(among(seal, read(args.heads), args.heads))
        yield from wrong
        if not wrong:
            print(f"{args.heads} has this seal: {seal['root']}.")
    if args.url:
        yield from published(seal, args.url)
    if not args.heads and not args.url:
        print(f"Compare the seal's root yourself, or give --heads or --url: {seal['root']}.")


def main():
    """Read, check, say; return the exit code."""
    parser = argparse.ArgumentParser(description="Check a provable statement of a loyalty programme.")
    parser.add_argument("statement", help="the statement as it was downloaded")
    parser.add_argument("--heads", metavar="FILE", help="the brand's list of seals (heads.json) as you saved it")
    parser.add_argument("--url", help="the brand's site, to ask it for its seals now")
    args = parser.parse_args()
    try:
        statement = read(args.statement)
        if not is_statement(statement):
            raise Unreadable(f"{args.statement} is no statement that this script knows ({FORMAT}).")
        wrong = list(findings(statement, args))
    except Unreadable as problem:
        print(problem, file=sys.stderr)
        return 2
    for sentence in wrong:
        print(sentence)
    print("It does not hold." if wrong else "It holds.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
