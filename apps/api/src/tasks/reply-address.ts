/** Where the sender of a message waits for answers. */
export interface ReplyAddress {
  /** The virtual host that the message came from: the system's own, or the one for other systems' programs. */
  vhost: 'main' | 'intake';
  /** A queue, judged before it got here (`intake/reply-rules.ts`). */
  replyTo: string;
  correlationId: string | null;
  /** The sender's own id of the task, as it was sent. */
  taskId: string | null;
  /** Whether it wants to hear of the progress too. */
  progress: boolean;
}
