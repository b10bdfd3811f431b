/** What the sender of a message called its task, and where it waits for answers. */
export interface ReplyAddress {
  /** The virtual host that the message came from: the system's own, or the one for other systems' programs. */
  vhost: 'main' | 'intake';
  /** A queue, judged before it got here (`intake/reply-rules.ts`); null where no answer is wanted. */
  replyTo: string | null;
  correlationId: string | null;
  /** The sender's own id of the task, as it was sent. */
  taskId: string | null;
  /** Whether it wants to hear of the progress too. */
  progress: boolean;
}

/** One at which somebody waits. */
export type AnswerAddress = ReplyAddress & { replyTo: string };

/** Whether anybody waits for answers. */
export function wantsAnswers(reply: ReplyAddress | null): reply is AnswerAddress {
  return reply !== null && reply.replyTo !== null;
}
