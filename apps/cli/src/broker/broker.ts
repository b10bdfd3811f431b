/** A RabbitMQ that the system uses, whoever started it. */
export interface Broker {
  /** With the password: goes to children by their environment, never to the terminal or a log. */
  readonly url: string;
  /** The virtual host for programs of other systems, where there is one apart from ours; secret as well. */
  readonly intakeUrl?: string;
  /** For the terminal, like "our own node, data in data/broker". */
  readonly description: string;
  /** The management page, where we know it. */
  readonly management?: { url: string; login: string };
  /** Resolves when it answers; rejects with a CliError when it will not. */
  ready(): Promise<void>;
  /** What is left to do once the apps are ready. Never rejects. */
  settleIn?(): Promise<void>;
  /** Stops what we started, gracefully; `force` at once. A broker that others run is left alone. */
  stop(force?: boolean): Promise<void>;
  /** Only of a broker that is our own process: whether it lives, and how to start it again after a crash. */
  readonly process?: { isAlive(): boolean; restart(): void };
}

/** The part of a broker URL that may be shown. */
export function shownAddress(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}
