/**
 * Whether every object has something of this name, or reaches its prototype by it. No field of ours is called so, and
 * what copies or checks fields one by one may take such a name for its own.
 */
export function isPrototypeName(name: string): boolean {
  return name === 'prototype' || name in Object.prototype;
}
