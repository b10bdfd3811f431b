import { MAX_LEVEL } from '@app/contracts';
import type { ForeignDelivery } from '@app/messaging';
import type { Catalog } from '@app/workflow-catalog';
import { Inject, Injectable } from '@nestjs/common';
import type { OwnerRow } from '../database/schema.js';
import { CATALOG } from '../task-types/catalog.token.js';
import type { ForeignTask } from './foreign-task.js';
import { fingerprintOf, idempotencyKeyOf } from './message-id.js';
import { Refused } from './refusal.js';

/** What a message asks for, in our words. */
export interface ResolvedTask {
  /** A task type, or what nobody knows: choices are judged later. */
  type: string;
  /** No more than its owner may ask for. */
  priority: number;
  idempotencyKey: string;
  fingerprint: string;
}

/** Puts what a message says together with how it came. */
@Injectable()
export class TaskResolver {
  constructor(@Inject(CATALOG) private readonly catalog: Catalog) {}

  /** @throws Refused `malformed` for a message that names no task type, or two. */
  resolve(task: ForeignTask, delivery: ForeignDelivery, owner: OwnerRow): ResolvedTask {
    const type = this.typeOf(task, delivery);
    return {
      type,
      priority: clamp(delivery.priority ?? task.priority ?? 0, Math.min(owner.max_priority, MAX_LEVEL)),
      idempotencyKey: idempotencyKeyOf(task, delivery),
      fingerprint: fingerprintOf(type, task),
    };
  }

  /** The task type that a message is about; null where it is about none that we know. */
  knownTypeOf(task: ForeignTask, { routingKey }: ForeignDelivery): string | null {
    return this.find(task.type ?? routingKey) ?? null;
  }

  private typeOf(task: ForeignTask, { entrance, routingKey }: ForeignDelivery): string {
    // Straight to the queue, the routing key is the name of the queue.
    const key = entrance === 'queue' || routingKey === '' ? null : routingKey;
    const keyType = key === null ? undefined : this.find(key);
    const asked = task.type ?? key;
    if (asked === null)
      throw new Refused('malformed', 'The message says no task type: "workflow_type" is missing.');
    const type = this.find(asked) ?? asked;
    if (keyType === undefined || keyType === type) return type;
    throw new Refused('malformed', 'The routing key and "workflow_type" are different task types.');
  }

  private find(asked: string): string | undefined {
    return this.catalog.find(asked)?.view.type;
  }
}

function clamp(priority: number, most: number): number {
  return Math.max(0, Math.min(Math.trunc(priority), most));
}
