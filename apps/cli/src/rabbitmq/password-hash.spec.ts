import { expect, it } from 'vitest';
import { hashPassword } from './password-hash.js';

it("makes RabbitMQ's hash of a password (the example of its handbook, “Computing Password Hash”)", () => {
  const salt = Buffer.from('908DC60A', 'hex');
  expect(hashPassword('test12', salt)).toBe('kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR');
});

it('salts each time anew', () => {
  expect(hashPassword('the same')).not.toBe(hashPassword('the same'));
});
