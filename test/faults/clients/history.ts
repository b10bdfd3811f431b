/** How one request of a client ended, as the client knows it. */
export type RequestEnd =
  | { kind: 'accepted'; taskId: string }
  /** The API said no; nothing of it may be kept. */
  | { kind: 'refused'; status: number; code: string }
  /** No answer, or none that says whether the task exists: it may or may not. */
  | { kind: 'unknown'; reason: string };

/** One request, with the times at the client (epoch milliseconds). */
export interface Request {
  startedAt: number;
  endedAt: number;
  end: RequestEnd;
}

/** All that a client did to get one photo in: requests with the same key until one was accepted, or messages. */
export interface Submission {
  client: string;
  photo: number;
  taskType: string;
  /** The Idempotency-Key of every request, the sender's own id in every message. */
  key: string;
  requests: Request[];
  /** The broker, or Redis, has confirmed that it has it: as good as an accepted request. */
  isConfirmed: boolean;
  /** Its owner was told that nothing is left of it. */
  erased: boolean;
}

/** What all clients did, in the order in which they began. */
export class History {
  readonly submissions: Submission[] = [];

  begin(client: string, photo: number, taskType: string, key: string = crypto.randomUUID()): Submission {
    const submission = {
      client,
      photo,
      taskType,
      key,
      requests: [],
      isConfirmed: false,
      erased: false,
    };
    this.submissions.push(submission);
    return submission;
  }

  /** Task ids that clients were promised. */
  get acceptedIds(): string[] {
    return this.submissions.flatMap(idsOf);
  }

  /** How many photos were erased. */
  get erased(): number {
    return this.submissions.filter((each) => each.erased).length;
  }
}

/** The different task ids that were promised for one photo: one, if all is well. */
export function idsOf(submission: Submission): string[] {
  const ids = submission.requests.flatMap(({ end }) => (end.kind === 'accepted' ? [end.taskId] : []));
  return [...new Set(ids)];
}
