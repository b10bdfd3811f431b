import type { ArtifactStore } from '@app/artifact-store';
import { join } from 'node:path';
import type { FaultBroker } from './fault-broker.js';

/** Settings of an app; a function is asked when all that they may name is started. */
export type Settings = Record<string, string> | (() => Record<string, string>);

export interface FaultSystemOptions {
  /** Names the folder of logs below `out/faults`. */
  scenario: string;
  broker: FaultBroker;
  workers?: number;
  /** So many built-in engines in processes of their own, which can be killed, in place of the one in this process. */
  engines?: number;
  /** Further engines of every worker; asked for when all is started. */
  moreEngines?: () => readonly string[];
  apis?: number;
  /** So many bridges to Redis; `bridgeSettings` say where that is. */
  bridges?: number;
  /** A virtual host of its own for programs of other systems, beside the system's own. */
  intakeVhost?: boolean;
  /** A proxy on every line, so that it can be broken; see `Lines`. */
  proxied?: boolean;
  /** `postgres://…`; else the embedded database, for one API. */
  databaseUrl?: string;
  /** A bucket that all programs keep photos in, each with a data folder of its own; else they share one folder. */
  bucket?: { settings: Record<string, string>; store: ArtifactStore };
  apiSettings?: Settings;
  workerSettings?: Settings;
  bridgeSettings?: Settings;
  /** Processes can be made to die at a point of the table; see `AppProcesses.arm`. */
  crashable?: boolean;
  /** One of the bugs in `preload/planted-bugs.mjs`. */
  plantedBug?: { app: 'api' | 'worker' | 'bridge'; name: string };
  seed?: number;
}

/** Attempts after the first one. */
export const RETRY_ATTEMPTS = 2;

export function settingsIn(settings: Settings = {}): Record<string, string> {
  return typeof settings === 'function' ? settings() : settings;
}

/** The folder of a system's logs. */
export function logsOf({ scenario }: FaultSystemOptions): string {
  return join('out/faults', scenario);
}
