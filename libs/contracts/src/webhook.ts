import type { NoticeType } from './task-notice.js';

/** Where the outcomes of an API key's tasks go that name no other place. */
export interface WebhookView {
  /** Null where there is none. */
  url: string | null;
  /** What signs: a secret of this key's own, or the installation's. */
  signed_by: WebhookSigner;
}

/** A secret of the key's own, or the one that the operator gives to receivers. */
export const WEBHOOK_SIGNERS = ['own', 'installation'] as const;
/** One of `WEBHOOK_SIGNERS`. */
export type WebhookSigner = (typeof WEBHOOK_SIGNERS)[number];

/** What a receiver verifies webhooks with (Standard Webhooks 1.0.0). Times are ISO 8601 in UTC. */
export interface WebhookSecretView {
  /** `whsec_` and base64; null where the installation's signs, which only operators are shown. */
  secret: string | null;
  signed_by: WebhookSigner;
  /** Until when an earlier secret signs too; null where none does. */
  previous_valid_until: string | null;
}

/** What has become of a delivery. */
export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;
/** One of `DELIVERY_STATES`. */
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** By which way an outcome goes out. */
export const DELIVERY_CHANNELS = ['webhook', 'amqp'] as const;
/** One of `DELIVERY_CHANNELS`. */
export type DeliveryChannel = (typeof DELIVERY_CHANNELS)[number];

/** An outcome that another system is told of. */
export interface DeliveryView {
  id: string;
  /** The header `webhook-id`: the same in every attempt. */
  webhook_id: string;
  task_id: string;
  channel: DeliveryChannel;
  /** A URL, or a queue. */
  target: string;
  type: NoticeType;
  state: DeliveryState;
  /** So far. */
  attempts: number;
  created_at: string;
  /** When it is tried again; null where it is not. */
  next_attempt_at: string | null;
  delivered_at: string | null;
}

/** A delivery with all that was tried. */
export interface DeliveryDetailView extends DeliveryView {
  /** The first one first. */
  log: DeliveryAttemptView[];
}

/** One attempt at a delivery. */
export interface DeliveryAttemptView {
  /** From 1. */
  attempt: number;
  at: string;
  duration_ms: number;
  /** HTTP status; null where there was no answer, and over AMQP. */
  status: number | null;
  /** What went wrong, as a sentence; null where it arrived. */
  error: string | null;
}
