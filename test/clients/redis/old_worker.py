"""The beginning of the users' own worker, which made the group and then waited for entries. Usage: old_worker.py URL

Prints `created` or `exists`, then the ids of the entries that it gets within a tenth of a second.
"""

import sys

import redis

STREAM, GROUP = "photo_repair_tasks", "repair_workers"


def main():
    client = redis.Redis.from_url(sys.argv[1], decode_responses=True)
    try:
        client.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
        print("created")
    except redis.exceptions.ResponseError as error:
        if "BUSYGROUP" not in str(error):
            raise
        print("exists")
    found = client.xreadgroup(GROUP, "worker-1", {STREAM: ">"}, count=1, block=100)
    for _stream, entries in found:
        for entry_id, _fields in entries:
            print(entry_id)


main()
