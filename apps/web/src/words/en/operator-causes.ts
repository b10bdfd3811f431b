/** Why photos do not flow, why they failed, and what operators did: each as an operator would say it. */
export const cause = {
  title_one: 'What is the matter',
  title_other: 'What is the matter ({{count, number}})',
  runbook: 'More in the runbook',
  see: {
    failed: 'See the failed photos',
    deliveries: 'See the deliveries',
    workflows: 'See the workflows',
    photos: 'See the photos that wait',
  },
  unknown: {
    what: 'The photo service reports “{{code}}”.',
    todo: 'This page has no words for it. Load the page again; the runbook may say more.',
  },
  broker_unreachable: {
    what: 'Nothing reaches RabbitMQ.',
    todo: 'Is RabbitMQ running, and is its address in AMQP_URL right? Photos are still taken in and wait safely.',
  },
  broker_refused: {
    what: 'RabbitMQ answers and lets nobody in.',
    todo: 'Check the password, the virtual host and the certificate in AMQP_URL.',
  },
  broker_blocked: {
    what: 'RabbitMQ takes nothing more: it is short of memory or disk.',
    todo: 'Free disk space or give it more memory. It goes on by itself as soon as there is room.',
  },
  queue_unusable: {
    what: 'RabbitMQ has a queue that is missing, or is not as it has to be: no photo can be handed over.',
    todo: 'The text below names the queue. Photos stay stored, and go on by themselves once it is put right.',
  },
  storage_full: {
    what: 'The disk with the photos is full: no photo can be added.',
    todo: 'Free space, erase albums that nobody needs, or move DATA_DIR. Nothing that was taken in is lost.',
  },
  storage_failing: {
    what: 'Photos cannot be stored: their disk or bucket cannot be used.',
    todo: 'Look at the disk with DATA_DIR, or at the bucket: is it there, may it be written to, are its key and its certificate valid?',
  },
  database_slow: {
    what: 'The database takes too long to answer.',
    todo: 'Look at the load of the machine and of its disk, and at the database itself.',
  },
  intake_paused: {
    what: 'Taking photos in is paused.',
    todo: 'Nobody can add photos. Those that are here go on. Let it go on when you are ready.',
  },
  no_worker: {
    what: 'Nobody takes photos of the kind “{{title}}”, and some wait.',
    todo: 'Start a worker. If one runs: its /readyz and its log say whether RabbitMQ lets it in (password, certificate); its TASK_TYPES have to name this kind.',
  },
  type_paused: {
    what: '“{{title}}” is paused.',
    todo: 'Its photos wait and do not expire meanwhile. Let it go on when you are ready.',
  },
  engine_unreachable: {
    what: 'The engine {{subject}} does not answer.',
    todo: 'Is it running, does it listen on that address, is a firewall in between? It is asked again every few seconds.',
  },
  engine_queue_stuck: {
    what: 'The engine {{subject}} takes photos and runs none: its queue stands still.',
    todo: 'Restart ComfyUI there; nothing else helps. The photos are tried again by themselves.',
  },
  engine_circuit_open: {
    what: 'The engine {{subject}} failed several times in a row and gets no photos for a while.',
    todo: 'The log of its worker says with what: a node, a model, the driver, its disk. One photo at a time tries it again.',
  },
  gpu_memory: {
    what: 'The worker {{subject}} waits for memory on its GPU.',
    todo: 'Another program holds it; nvidia-smi names it. End it, or give photos another GPU.',
  },
  engine_stuck: {
    what: 'The worker {{subject}} has been at one photo for far too long.',
    todo: 'Look at the queue of its engine. Restart the engine if it hangs: the photo is tried again by itself.',
  },
  worker_paused: {
    what: 'The worker {{subject}} is paused.',
    todo: 'It ends what it is at and takes nothing else. Let it go on when you are ready.',
  },
  storage_low: {
    what: 'The disk with the photos is nearly full.',
    todo: 'Free space, erase albums that nobody needs, or move DATA_DIR, before no photo can be added any more.',
  },
  photos_failing: {
    what: 'Several photos failed for the same reason: {{reason}}.',
    todo: '{{remedy}} They stand under “Failed”: mend the cause, then try them again from there.',
  },
  waiting_too_long: {
    what: 'Photos of the kind “{{title}}” wait for very long.',
    todo: 'Start another worker with an engine of its own, or wait for the end of the rush.',
  },
  deliveries_failing: {
    what: 'Outcomes of photos do not arrive at {{subject}}.',
    todo: 'Tell whoever runs that receiver; the deliveries say what it answers. Each is tried again for a day, and can be sent again afterwards.',
  },
  workflow_problem: {
    what: 'The workflow file {{subject}} cannot be used.',
    todo: 'What is wrong in it stands under “Workflows”. It is read again when it changes.',
  },
} as const;

/** By failure code. */
export const reason = {
  bad_image: {
    what: 'The picture cannot be read',
    todo: 'The file itself is broken. Trying again rarely helps; its owner has to send another copy.',
  },
  workflow_invalid: {
    what: 'The engine refuses the workflow',
    todo: 'It lacks a node or a model, or knows a value by another name. Mend it, then try again.',
  },
  engine_unreachable: {
    what: 'No engine answered',
    todo: 'The photos are not to blame. Try again as soon as an engine is back.',
  },
  upstream_garbage: {
    what: 'Something else answered instead of the engine',
    todo: 'A proxy or another program is at the address of the engine. Correct COMFYUI_URL, then try again.',
  },
  bad_output: {
    what: 'The engine gave back no usable picture',
    todo: 'Look at the model and its files, then try again.',
  },
  engine_lost_prompt: {
    what: 'The engine forgot the photo',
    todo: 'It was restarted, or its queue was cleared. Trying again helps.',
  },
  out_of_memory: {
    what: 'The GPU had too little memory',
    todo: 'Make room on the GPU, or use a smaller size, then try again.',
  },
  timed_out: {
    what: 'It took longer than it may',
    todo: 'Is the engine slow or stuck? Otherwise raise RUN_TIMEOUT, then try again.',
  },
  worker_crashed: {
    what: 'The worker died at it',
    todo: 'Its log says why; memory is the usual reason. Try again with one of them first.',
  },
  storage_unavailable: {
    what: 'The photo or the result could not be read or written',
    todo: 'Look at the disk or the store with the photos, then try again.',
  },
  photo_missing: {
    what: 'The original is gone',
    todo: 'Trying again does not help: its owner has to add it once more.',
  },
  malformed_message: {
    what: 'The message could not be understood',
    todo: 'Are all programs of the same release? Then try again.',
  },
  unknown: {
    what: 'Something unexpected',
    todo: 'The log of the worker says more.',
  },
} as const;

/** By what an operator did. */
export const audit = {
  intake_paused: 'Paused the taking in of photos',
  intake_resumed: 'Let photos be taken in again',
  type_paused: 'Paused a kind of photos',
  type_resumed: 'Let a kind of photos go on',
  worker_paused: 'Paused a worker',
  worker_resumed: 'Let a worker go on',
  album_priority_set: 'Changed how far ahead an album stands',
  album_changed: 'Changed an album',
  album_photos_added: 'Added photos to an album',
  album_erased: 'Erased an album',
  album_link_made: 'Made a link to an album',
  album_link_revoked: 'Ended a link to an album',
  task_cancelled: 'Stopped a photo',
  task_retried: 'Tried a photo again',
  task_erased: 'Erased a photo',
  tasks_cancelled: 'Stopped photos of an album',
  tasks_retried: 'Tried photos of an album again',
  key_made: 'Made an API key',
  key_revoked: 'Revoked an API key',
  group_set: 'Set a group of API keys',
  delivery_redelivered: 'Sent a delivery again',
  operation_started: 'Began an operation on many photos',
  operation_stopped: 'Stopped an operation on many photos',
  operation_finished: 'An operation on many photos came to its end',
  task_imported: 'Brought a photo here from another installation',
} as const;
