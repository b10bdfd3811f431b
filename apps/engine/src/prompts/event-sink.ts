import type { ComfyEvent } from '@app/comfyui';

/** Where events go. Without a client id everybody who is connected gets them. */
export interface EventSink {
  send(event: ComfyEvent, clientId?: string): void;
}
