import { z } from 'zod';

/** The data of a `watch` message. The number of ids is limited by the gateway, which says so. */
export const liveWatchSchema = z.object({ task_ids: z.array(z.uuid()).max(10_000) });
