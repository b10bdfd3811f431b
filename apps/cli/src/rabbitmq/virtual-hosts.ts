/** Ours alone (`AMQP_URL`). */
export const MAIN_VHOST = 'photo-repair';

/** For programs of other systems (`AMQP_INTAKE_URL`). */
export const INTAKE_VHOST = 'photo-repair-intake';

/**
 * The same in the node that `npm start` runs: where a program that names no virtual host comes to, for example with
 * pika's `ConnectionParameters('localhost')`.
 */
export const PRIVATE_INTAKE_VHOST = '/';
