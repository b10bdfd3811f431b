/** Injects the `OutboundGuard` of the addresses that outcomes may be posted to. */
export const WEBHOOK_GUARD = Symbol('WEBHOOK_GUARD');
