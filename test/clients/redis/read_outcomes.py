"""Waits for so many entries of a stream and prints each as a line of JSON. Usage: read_outcomes.py URL STREAM COUNT"""

import json
import sys

import redis


def main():
    url, stream, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    client = redis.Redis.from_url(url, decode_responses=True)
    last, read = "0", 0
    while read < count:
        found = client.xread({stream: last}, count=count - read, block=20_000)
        if not found:
            sys.exit(f"Only {read} of {count} entries came.")
        for entry_id, fields in found[0][1]:
            last, read = entry_id, read + 1
            print(json.dumps(fields))


main()
