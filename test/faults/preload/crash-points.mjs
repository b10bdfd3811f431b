/**
 * The moments at which a process is made to die, as table rows: which method of which class (of the built tree), and
 * whether the process dies before the call, after it has succeeded, or when its bytes are with the operating system but
 * no answer has come (`sent`). `matches` picks the calls that count; it gets the arguments and, for `after`, the result.
 *
 * `load` is what a test has to bring so that the moment comes.
 */
export const CRASH_POINTS = [
  // The API, taking a photo in.
  {
    name: 'api: pictures stored, task not recorded',
    ...api('apps/api/src/tasks/tasks.store.js', 'TasksStore', 'insert', 'before'),
  },
  {
    name: 'api: task recorded, dispatcher not told, nothing answered',
    ...api('apps/api/src/tasks/tasks.store.js', 'TasksStore', 'insert', 'after'),
  },
  {
    name: 'api: whose turn it is known, not written',
    ...api('apps/api/src/line/hand-over.store.js', 'HandOverStore', 'take', 'before'),
    matches: ([wanted]) => wanted.length > 0,
  },
  {
    name: 'api: hand-over written, message not published',
    ...api('libs/messaging/src/task-publisher.js', 'TaskPublisher', 'publishTask', 'before'),
  },
  {
    name: 'api: message sent, not confirmed',
    ...api('libs/messaging/src/confirm-publisher.js', 'ConfirmPublisher', 'publish', 'sent'),
    matches: ([message]) => message.exchange === 'photo_repair.work',
  },
  {
    name: 'api: message confirmed, not written',
    ...api('apps/api/src/line/hand-over.store.js', 'HandOverStore', 'confirm', 'before'),
    matches: ([taskIds]) => taskIds.length > 0,
  },
  // The API, hearing what became of it.
  {
    name: 'api: started heard, not stored',
    ...api('apps/api/src/tasks/tasks.store.js', 'TasksStore', 'apply', 'before'),
    matches: ([event]) => event.kind === 'started',
  },
  {
    name: 'api: succeeded stored, event not acknowledged',
    ...api('apps/api/src/tasks/tasks.store.js', 'TasksStore', 'apply', 'after'),
    matches: ([event]) => event.kind === 'succeeded',
  },
  {
    name: 'api: retrying stored, event not acknowledged',
    ...api('apps/api/src/tasks/tasks.store.js', 'TasksStore', 'apply', 'after'),
    matches: ([event]) => event.kind === 'retrying',
    load: 'fails once',
  },
  {
    name: 'api: failed heard, not stored',
    ...api('apps/api/src/tasks/tasks.store.js', 'TasksStore', 'apply', 'before'),
    matches: ([event]) => event.kind === 'failed',
    load: 'fails always',
  },
  // The API, ending a task itself.
  {
    name: 'api: found overdue, not stored',
    ...api('apps/api/src/tasks/tasks.store.js', 'TasksStore', 'apply', 'before'),
    matches: ([event]) => event.kind === 'expired',
    load: 'expires',
  },
  {
    name: 'api: expired stored, nobody told',
    ...api('apps/api/src/tasks/tasks.store.js', 'TasksStore', 'apply', 'after'),
    matches: ([event]) => event.kind === 'expired',
    load: 'expires',
  },
  {
    name: 'api: marked as cancelled, not stored',
    ...api('libs/artifact-store/src/local-artifact-store.js', 'LocalArtifactStore', 'put', 'after'),
    matches: ([key]) => /^ledger\/.*\.cancelled$/.test(key),
    load: 'is cancelled',
  },
  {
    name: 'api: cancelled stored, nobody told',
    ...api('apps/api/src/tasks/tasks.store.js', 'TasksStore', 'apply', 'after'),
    matches: ([event]) => event.kind === 'cancelled',
    load: 'is cancelled',
  },
  // The API, asked for a task once more.
  {
    name: 'api: mark of cancellation removed, retry not stored',
    ...api('apps/api/src/tasks/tasks.store.js', 'TasksStore', 'apply', 'before'),
    matches: ([event]) => event.kind === 'retried',
    load: 'is retried',
  },
  {
    name: 'api: retried stored, nobody told',
    ...api('apps/api/src/tasks/tasks.store.js', 'TasksStore', 'apply', 'after'),
    matches: ([event]) => event.kind === 'retried',
    load: 'is retried',
  },
  {
    name: 'api: hand-over of a retried task written, message not published',
    ...api('libs/messaging/src/task-publisher.js', 'TaskPublisher', 'publishTask', 'before'),
    matches: ([, { anew }]) => anew,
    load: 'is retried',
  },
  {
    name: 'api: message of a retried task sent, not confirmed',
    ...api('libs/messaging/src/confirm-publisher.js', 'ConfirmPublisher', 'publish', 'sent'),
    matches: ([message]) => message.properties.headers?.['x-parked-at'] !== undefined,
    load: 'is retried',
  },
  {
    name: 'worker: counts of a retried task set back, nobody told',
    ...worker('libs/artifact-store/src/local-artifact-store.js', 'LocalArtifactStore', 'put', 'after'),
    matches: (args) => isSetBack(ledgerOf(args)),
    load: 'is retried',
  },
  {
    name: 'worker: redriven told, no copy published',
    ...worker('libs/messaging/src/confirm-publisher.js', 'ConfirmPublisher', 'publish', 'after'),
    matches: ([message]) => message.properties.type === 'redriven',
    load: 'is retried',
  },
  // The API, erasing a task.
  {
    name: 'api: marked for erasure, not recorded',
    ...api('apps/api/src/erasure/erasures.store.js', 'ErasuresStore', 'take', 'before'),
    load: 'is erased',
  },
  {
    // In the request, not in a round of the sweeper, which would be left to others for five minutes: before the next row.
    name: 'api: files half deleted',
    ...api('libs/artifact-store/src/local-artifact-store.js', 'LocalArtifactStore', 'remove', 'after'),
    matches: ([path], wasThere) => wasThere && path.includes('/originals/'),
    load: 'is erased',
  },
  {
    name: 'api: erasure recorded, files not deleted',
    ...api('apps/api/src/erasure/erasures.store.js', 'ErasuresStore', 'take', 'after'),
    matches: (_args, gone) => gone.length > 0,
    load: 'is erased',
  },
  {
    name: 'worker: copies in the engine erased, nobody told',
    ...worker('apps/worker/src/erasure/engine-eraser.js', 'EngineEraser', 'erase', 'after'),
    load: 'is erased',
  },
  {
    name: 'worker: cancelled told, message not acknowledged',
    ...worker('libs/messaging/src/confirm-publisher.js', 'ConfirmPublisher', 'publish', 'after'),
    matches: ([message]) => message.properties.type === 'cancelled',
    load: 'is cancelled',
  },
  // A worker, on the way to the engine.
  {
    name: 'worker: message in hand, nothing written',
    ...worker('libs/messaging/src/task-processor.js', 'TaskProcessor', 'process', 'before'),
  },
  {
    name: 'worker: begun in the ledger, nobody told',
    ...worker('libs/artifact-store/src/local-artifact-store.js', 'LocalArtifactStore', 'put', 'after'),
    matches: (args) => ledgerOf(args)?.holder != null && ledgerOf(args).prompt === null,
  },
  {
    name: 'worker: started sent, not confirmed',
    ...worker('libs/messaging/src/confirm-publisher.js', 'ConfirmPublisher', 'publish', 'sent'),
    matches: ([message]) => message.properties.type === 'started',
  },
  {
    name: 'worker: started confirmed, engine not asked',
    ...worker('libs/messaging/src/confirm-publisher.js', 'ConfirmPublisher', 'publish', 'after'),
    matches: ([message]) => message.properties.type === 'started',
  },
  {
    name: 'worker: prompt in the ledger, not submitted',
    ...worker('libs/artifact-store/src/local-artifact-store.js', 'LocalArtifactStore', 'put', 'after'),
    matches: (args) => ledgerOf(args)?.prompt != null && ledgerOf(args).holder !== null,
  },
  {
    name: 'worker: prompt submitted',
    ...worker('libs/comfyui/src/comfy-client.js', 'ComfyClient', 'submit', 'after'),
  },
  // A worker, with a result.
  {
    name: 'worker: result fetched, not stored',
    ...worker('libs/comfyui/src/comfy-client.js', 'ComfyClient', 'view', 'after'),
  },
  {
    name: 'worker: result stored, no note of it',
    ...worker('libs/artifact-store/src/local-artifact-store.js', 'LocalArtifactStore', 'put', 'after'),
    matches: ([key]) => /^results\/.*\.png$/.test(key),
  },
  {
    name: 'worker: result noted, nobody told',
    ...worker(
      'libs/artifact-store/src/local-artifact-store.js',
      'LocalArtifactStore',
      'putIfAbsent',
      'after',
    ),
    matches: ([key]) => /^results\/.*\.json$/.test(key),
  },
  {
    name: 'worker: succeeded sent, not confirmed',
    ...worker('libs/messaging/src/confirm-publisher.js', 'ConfirmPublisher', 'publish', 'sent'),
    matches: ([message]) => message.properties.type === 'succeeded',
  },
  {
    name: 'worker: succeeded confirmed, ledger not settled',
    ...worker('libs/messaging/src/confirm-publisher.js', 'ConfirmPublisher', 'publish', 'after'),
    matches: ([message]) => message.properties.type === 'succeeded',
  },
  {
    name: 'worker: ledger settled for the success, message not acknowledged',
    ...worker('libs/messaging/src/delivery.js', 'Delivery', 'ack', 'before'),
  },
  // A worker, with a failure.
  {
    name: 'worker: retrying told, no copy published',
    ...worker('libs/messaging/src/confirm-publisher.js', 'ConfirmPublisher', 'publish', 'after'),
    matches: ([message]) => message.properties.type === 'retrying',
    load: 'fails once',
  },
  {
    name: 'worker: copy for the retry published, ledger not settled',
    ...worker('libs/messaging/src/confirm-publisher.js', 'ConfirmPublisher', 'publish', 'after'),
    matches: ([message]) => message.exchange.startsWith('photo_repair.retry_after.'),
    load: 'fails once',
  },
  {
    name: 'worker: ledger settled for the retry, message not acknowledged',
    ...worker('libs/artifact-store/src/local-artifact-store.js', 'LocalArtifactStore', 'put', 'after'),
    matches: (args) => ledgerOf(args)?.holder === null && ledgerOf(args).failedAttempts > 0,
    load: 'fails once',
  },
  {
    name: 'worker: parked, nobody told',
    ...worker('libs/messaging/src/confirm-publisher.js', 'ConfirmPublisher', 'publish', 'after'),
    matches: ([message]) => message.exchange === 'photo_repair.parking',
    load: 'fails always',
  },
  {
    name: 'worker: failed told, ledger not settled',
    ...worker('libs/messaging/src/confirm-publisher.js', 'ConfirmPublisher', 'publish', 'after'),
    matches: ([message]) => message.properties.type === 'failed',
    load: 'fails always',
  },
  // The API, taking in what other systems publish.
  {
    name: 'api: photo of a message fetched, nothing stored',
    ...api('apps/api/src/intake/foreign-photos.js', 'ForeignPhotos', 'get', 'after'),
    load: 'is published',
  },
  {
    name: 'api: task of a message committed, message not acknowledged',
    ...api('apps/api/src/intake/foreign-intake.js', 'ForeignIntake', 'takeIn', 'after'),
    load: 'is published',
  },
  {
    name: 'api: message parked, not acknowledged',
    ...api('libs/messaging/src/confirm-publisher.js', 'ConfirmPublisher', 'publish', 'after'),
    matches: ([message]) => message.exchange === 'photo_repair.parking',
    load: 'is refused',
  },
  // The API, with a photo that comes in pieces and is claimed.
  {
    name: 'api: piece of a photo on the disk, nobody told',
    ...api('apps/api/src/resumable/upload-files.js', 'UploadFiles', 'append', 'after'),
    load: 'comes in pieces',
  },
  {
    name: 'api: task of a claim recorded, nothing answered, its upload still there',
    ...api('apps/api/src/tasks/tasks.store.js', 'TasksStore', 'insert', 'after'),
    load: 'comes in pieces',
  },
  {
    name: 'api: task of a claim committed, file of its upload gone',
    ...api('apps/api/src/resumable/upload-files.js', 'UploadFiles', 'remove', 'after'),
    load: 'comes in pieces',
  },
  // The API, telling other systems of an outcome.
  {
    name: 'api: outcome and its deliveries written, not committed',
    ...api('apps/api/src/deliveries/deliveries.store.js', 'DeliveriesStore', 'record', 'after'),
    load: 'is published',
  },
  {
    name: 'api: answer sent, not confirmed',
    ...api('libs/messaging/src/answer-publisher.js', 'AnswerPublisher', 'publish', 'sent'),
    load: 'is published',
  },
  {
    name: 'api: answer published, not written down',
    ...api('libs/messaging/src/answer-publisher.js', 'AnswerPublisher', 'publish', 'after'),
    load: 'is published',
  },
  {
    name: 'api: webhook claimed, not sent',
    ...api('apps/api/src/webhooks/webhook-poster.js', 'WebhookPoster', 'post', 'before'),
    load: 'has a webhook',
  },
  {
    name: 'api: webhook taken by its receiver, not written down',
    ...api('apps/api/src/webhooks/webhook-poster.js', 'WebhookPoster', 'post', 'after'),
    load: 'has a webhook',
  },
  {
    name: 'api: webhook written down, next one not begun',
    ...api('apps/api/src/deliveries/due-deliveries.store.js', 'DueDeliveriesStore', 'settle', 'after'),
    load: 'has a webhook',
  },
  // The bridge, bringing tasks out of Redis.
  {
    name: 'bridge: entry in hand, photo not copied',
    ...bridge('apps/bridge/src/photos/inbox.js', 'Inbox', 'keep', 'before'),
  },
  {
    name: 'bridge: photo copied, task not published',
    ...bridge('libs/messaging/src/vouched-task-publisher.js', 'VouchedTaskPublisher', 'publish', 'before'),
  },
  {
    name: 'bridge: task sent, not confirmed',
    ...bridge('libs/messaging/src/vouched-task-publisher.js', 'VouchedTaskPublisher', 'publish', 'sent'),
  },
  {
    name: 'bridge: task confirmed, entry not acknowledged',
    ...bridge('apps/bridge/src/entries/entry-group.js', 'EntryGroup', 'acknowledge', 'before'),
  },
  {
    name: 'bridge: entry acknowledged',
    ...bridge('apps/bridge/src/entries/entry-group.js', 'EntryGroup', 'acknowledge', 'after'),
  },
  {
    name: 'bridge: entry refused, the next one not begun',
    ...bridge('apps/bridge/src/answers/outcomes.store.js', 'OutcomesStore', 'refuseEntry', 'after'),
    load: 'is refused in Redis',
  },
  // The bridge, telling the outcome.
  {
    name: 'bridge: result written as a file, not told',
    ...bridge('apps/bridge/src/answers/outcomes.store.js', 'OutcomesStore', 'tellResult', 'before'),
  },
  {
    name: 'bridge: result told, answer not acknowledged',
    ...bridge('apps/bridge/src/answers/outcomes.store.js', 'OutcomesStore', 'tellResult', 'after'),
  },
  // The API, with what the bridge has brought.
  {
    name: 'api: task of an entry committed, its photo still in the inbox',
    ...api('apps/api/src/intake/inbox.js', 'Inbox', 'remove', 'before'),
    load: 'is in Redis',
  },
];

function bridge(module, owner, method, when) {
  return { app: 'bridge', module, owner, method, when, matches: () => true, load: 'is in Redis' };
}

function api(module, owner, method, when) {
  return { app: 'api', module, owner, method, when, matches: () => true, load: 'succeeds' };
}

function worker(module, owner, method, when) {
  return { app: 'worker', module, owner, method, when, matches: () => true, load: 'succeeds' };
}

/** The ledger that `put` is given, if it is one. */
function ledgerOf([key, source]) {
  return /^ledger\/[^.]*\.json$/.test(key) ? JSON.parse(source.toString()) : undefined;
}

/** Nobody has it, all its runs are settled, and no attempt counts: so it is left by a failure, and by a new beginning. */
function isSetBack(ledger) {
  return (
    ledger?.holder === null &&
    ledger.run > 0 &&
    ledger.run === ledger.settledRun &&
    ledger.failedAttempts === 0
  );
}
