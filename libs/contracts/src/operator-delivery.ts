import type { DeliveryView } from './webhook.js';

/** A delivery in an operator's list: whose it is, and where it goes. */
export interface OperatorDeliveryView extends DeliveryView {
  owner_id: string;
  /** `host:port` of a webhook, or the virtual host of an answer. */
  host: string;
  /** What went wrong at the last attempt, as a sentence; null where nothing did. */
  last_error: string | null;
}
