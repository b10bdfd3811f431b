import { EVERYTHING, toDefinitions, type Definitions } from '../rabbitmq/definitions.js';
import { MAIN_VHOST, PRIVATE_INTAKE_VHOST } from '../rabbitmq/virtual-hosts.js';

/**
 * Who may do what in our own node: we everything everywhere; programs of this machine, as the user that every client
 * library takes by itself, everything in `/` and nothing in our virtual host. RabbitMQ lets `guest` in from loopback
 * only (`loopback_users`), and has no other address to reach this node by.
 */
export function privateDefinitions(user: string, password: string): Definitions {
  return toDefinitions(
    [
      {
        name: user,
        password,
        // For the management page, and for the launcher, which asks it whether the node is ready.
        tags: ['administrator'],
        permissions: { [MAIN_VHOST]: EVERYTHING, [PRIVATE_INTAKE_VHOST]: EVERYTHING },
      },
      { name: 'guest', password: 'guest', tags: [], permissions: { [PRIVATE_INTAKE_VHOST]: EVERYTHING } },
    ],
    [MAIN_VHOST, PRIVATE_INTAKE_VHOST],
  );
}
