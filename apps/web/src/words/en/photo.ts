export const photo = {
  now: {
    checking: 'Looking at the photo…',
    waiting_to_send: 'Waiting to be sent',
    paused: 'Paused',
    sending: 'Sending… {{percent}}%',
    sent: 'Sent. Checking the photo…',
    refused: 'This file cannot be used',
    not_sent: 'Not sent',
    lost: 'Please choose this photo once more',
    next_in_line: 'Next in line',
    in_line: 'In line',
    place_ordinal_one: '{{count, number}}st in line',
    place_ordinal_two: '{{count, number}}nd in line',
    place_ordinal_few: '{{count, number}}rd in line',
    place_ordinal_other: '{{count, number}}th in line',
    preparing: 'Your turn: getting the photo ready…',
    waiting_for_engine: 'Your turn: waiting for the restoring machine…',
    running: 'Restoring your photo…',
    running_percent: 'Restoring your photo… {{percent}}%',
    saving: 'Almost done: saving the new picture…',
    working: 'Working on your photo…',
    done: 'Ready',
    failed: 'This one did not work',
    stopped: 'Stopped',
    expired: 'Waited too long',
  },
  why: {
    lost: 'The page was closed before this photo was sent, and this browser could not keep the file. Choose it once more to send it.',
    stopped: 'Nothing was changed. You can try again at any time.',
    expired:
      'Nobody got to this photo in time, so it left the line. Your original is unchanged; you can try again.',
    trying_again: 'The last try did not work. We try again by ourselves.',
    delayed: {
      broker_unreachable:
        'Your photo is safe; the line is closed for a moment. It goes on by itself as soon as it opens again.',
      retry_delay: 'The last try did not work. We wait a moment, then try again by ourselves.',
      gpu_memory:
        'Waiting for GPU memory. Your photo is safe, keeps its place, and goes on by itself as soon as there is enough.',
      gpu_memory_percent:
        'Waiting for GPU memory, {{percent}}% used. Your photo is safe, keeps its place, and goes on by itself as soon as there is enough.',
      paused:
        'Photos of this kind are paused for a while. Yours is safe, keeps its place, and goes on by itself.',
      no_worker:
        'No restoring machine is running for this kind of photo right now. Yours is safe, keeps its place, and goes on by itself.',
    },
    moved_back: {
      priority: 'An urgent photo went ahead.',
      fair_share: 'Somebody with fewer photos in line went ahead, so that everyone gets their turn.',
      returned: 'A photo that was ahead of yours came back to its place.',
    },
  },
  when: {
    soon: 'Ready in less than a minute',
    minutes: 'Ready in {{from, number}} to {{to, number}} minutes',
    hours: 'Ready in {{from, number}} to {{to, number}} hours',
    days: 'Ready in {{from, number}} to {{to, number}} days',
    about_minutes_one: 'Ready in about {{count, number}} minute',
    about_minutes_other: 'Ready in about {{count, number}} minutes',
    about_hours_one: 'Ready in about {{count, number}} hour',
    about_hours_other: 'Ready in about {{count, number}} hours',
    about_days_one: 'Ready in about {{count, number}} day',
    about_days_other: 'Ready in about {{count, number}} days',
  },
  when_all: {
    soon: 'All ready in less than a minute',
    minutes: 'All ready in {{from, number}} to {{to, number}} minutes',
    hours: 'All ready in {{from, number}} to {{to, number}} hours',
    days: 'All ready in {{from, number}} to {{to, number}} days',
    about_minutes_one: 'All ready in about {{count, number}} minute',
    about_minutes_other: 'All ready in about {{count, number}} minutes',
    about_hours_one: 'All ready in about {{count, number}} hour',
    about_hours_other: 'All ready in about {{count, number}} hours',
    about_days_one: 'All ready in about {{count, number}} day',
    about_days_other: 'All ready in about {{count, number}} days',
  },
  when_sent: {
    soon: 'Those already sent are ready in less than a minute',
    minutes: 'Those already sent are ready in {{from, number}} to {{to, number}} minutes',
    hours: 'Those already sent are ready in {{from, number}} to {{to, number}} hours',
    days: 'Those already sent are ready in {{from, number}} to {{to, number}} days',
    about_minutes_one: 'Those already sent are ready in about {{count, number}} minute',
    about_minutes_other: 'Those already sent are ready in about {{count, number}} minutes',
    about_hours_one: 'Those already sent are ready in about {{count, number}} hour',
    about_hours_other: 'Those already sent are ready in about {{count, number}} hours',
    about_days_one: 'Those already sent are ready in about {{count, number}} day',
    about_days_other: 'Those already sent are ready in about {{count, number}} days',
  },
  held_up: {
    broker_unreachable:
      'The line is closed for a moment. Your photos are safe, and everything goes on by itself as soon as it opens again.',
    gpu_memory:
      'Waiting for GPU memory. Your photos are safe, keep their places, and go on by themselves as soon as there is enough.',
    gpu_memory_percent:
      'Waiting for GPU memory, {{percent}}% used. Your photos are safe, keep their places, and go on by themselves as soon as there is enough.',
    paused_one:
      'One of your photos is paused for a while. It is safe, keeps its place, and goes on by itself.',
    paused_other:
      '{{count, number}} of your photos are paused for a while. They are safe, keep their places, and go on by themselves.',
    no_worker_one:
      'No restoring machine is running for one of your photos right now. It is safe, keeps its place, and goes on by itself.',
    no_worker_other:
      'No restoring machine is running for {{count, number}} of your photos right now. They are safe, keep their places, and go on by themselves.',
    retry_delay_one:
      'The last try with one of your photos did not work. It is safe; we wait a moment, then try again by ourselves.',
    retry_delay_other:
      'The last try with {{count, number}} of your photos did not work. They are safe; we wait a moment, then try again by ourselves.',
    very_busy:
      'Very many photos are waiting right now. Yours are safe on this device; please keep this page open, we send them by ourselves as soon as there is room.',
    intake_paused:
      'The photo service takes no new photos for a while. Yours are safe on this device; please keep this page open, we send them by ourselves as soon as it does again.',
    storage_full:
      'The photo service has no room for more photos right now. Yours are safe on this device; please keep this page open, we try again by ourselves.',
    quota_exceeded:
      'There is no room left for your photos. Those already sent are safe; save and erase some that are ready, and the others follow.',
  },
  made_by: {
    coloured: {
      preview: 'Coloured by the built-in preview engine, not DDColor.',
      ddcolor: 'Coloured by DDColor in the built-in engine.',
      comfyui: 'Coloured by ComfyUI.',
      built_in: 'Coloured by the built-in engine.',
      unknown: 'Coloured by an engine that this version does not know.',
    },
    restored: {
      comfyui: 'Restored by ComfyUI.',
      built_in: 'Restored by the built-in engine.',
      unknown: 'Restored by an engine that this version does not know.',
    },
  },
} as const;
