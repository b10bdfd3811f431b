import { z } from 'zod';

const schema = z
  .object({
    /** A broker to test against; without it the tests start a private one. */
    AMQP_URL: z.string().optional(),
    /** Its management API, with a user that may create virtual hosts. */
    AMQP_MANAGEMENT_URL: z.url().optional(),
    /** A real ComfyUI server, for which the protocol contract then runs as well. Prompts are run on it. */
    COMFYUI_URL: z.url().optional(),
  })
  .refine((env) => !env.AMQP_URL === !env.AMQP_MANAGEMENT_URL, {
    message: 'AMQP_URL and AMQP_MANAGEMENT_URL (http://user:password@host:15672) go together',
  });

/** What the environment says about the tests; the only place in `test/` that reads it. */
export function testEnv(): z.infer<typeof schema> {
  return schema.parse(process.env);
}
