type AlertProof = 'quick' | 'long' | 'outages' | 'rules';

/**
 * How each alert of deploy/prometheus/rules.yml is proven, beside `promtool test rules`, which proves all of them: by a
 * fault in the usual set or in the long one, by one of the outages in test/e2e/outages, or by the rules' own tests alone.
 */
export const ALERT_PROOFS = {
  ApiDown: 'quick',
  ApiErrors: 'long',
  DatabaseSlow: 'outages',
  // A machine that is too busy is too busy for its tests, too.
  EventLoopLag: 'rules',
  // An interval of 60 s is the shortest but for those of seconds.
  PeriodicWorkStuck: 'rules',
  WorkerDown: 'quick',
  NoWorkers: 'quick',
  BrokerDown: 'long',
  BrokerRefused: 'outages',
  BrokerBlocked: 'long',
  BrokerMetricsMissing: 'long',
  Unroutable: 'long',
  OutboxStuck: 'long',
  // Workers are not given so many photos while no API runs.
  OutcomesWaiting: 'rules',
  EngineDown: 'quick',
  EngineQueueStuck: 'outages',
  EngineCircuitOpen: 'long',
  GpuMemoryFull: 'long',
  EngineStuck: 'long',
  Stalled: 'long',
  QueueBacklog: 'long',
  WaitTooLong: 'long',
  FailureRatio: 'long',
  RetryStorm: 'long',
  ParkedMessages: 'long',
  // A day of a test takes 24 minutes.
  Paused: 'rules',
  // Needs a history of estimates.
  EstimateOff: 'rules',
  DiskLow: 'outages',
  StorageFailing: 'outages',
  DeliveriesFailing: 'long',
  BridgeDown: 'quick',
  RedisAway: 'quick',
  // Nothing is known that leaves an entry alone and is no other alert's.
  BridgeStuck: 'rules',
} as const satisfies Record<string, AlertProof>;

/** The alerts that are proven in this way. */
export function alertsProvenBy(how: AlertProof): string[] {
  return Object.entries(ALERT_PROOFS)
    .filter(([, proof]) => proof === how)
    .map(([alert]) => alert)
    .sort();
}
