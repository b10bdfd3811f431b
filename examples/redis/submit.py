"""Adds one photo to the Redis stream that photo-repair's bridge reads, and waits for what becomes of it.

    python3 submit.py /uploads/user1/old_photo.jpg [task type] [user]

The path is on the machine of the bridge, below one of its folders. A URL works too.

REDIS_URL   default: the Redis of this machine

Ends with 0 when the photo was restored, else with 1.
"""

import os
import sys

import redis

TASKS, RESULTS, FAILED = 'photo_repair_tasks', 'repair_results', 'failed_tasks'


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    image = sys.argv[1]
    entry = {
        'image_url' if image.startswith('http') else 'image_path': image,
        'workflow_type': sys.argv[2] if len(sys.argv) > 2 else 'person',
        'user_id': sys.argv[3] if len(sys.argv) > 3 else 'user1',
    }
    url = os.environ.get('REDIS_URL', 'redis://localhost:6379')
    client = redis.Redis.from_url(url, decode_responses=True)
    # Where the streams of outcomes end at this moment: what is ours comes after that.
    position = {stream: last_id(client, stream) for stream in (RESULTS, FAILED)}
    entry_id = client.xadd(TASKS, entry)
    print(entry_id, flush=True)
    while True:
        for stream, entries in client.xread(position, block=0):
            for outcome_id, fields in entries:
                position[stream] = outcome_id
                if fields.get('entry_id') != entry_id:
                    continue
                if stream == FAILED:
                    print(fields['reason'], fields['error'], file=sys.stderr)
                    return 1
                print(fields['result_path'] or fields['result_url'])
                return 0


def last_id(client, stream):
    newest = client.xrevrange(stream, count=1)
    return newest[0][0] if newest else '0'


if __name__ == '__main__':
    sys.exit(main())
