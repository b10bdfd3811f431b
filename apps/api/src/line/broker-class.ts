export const LEVELS = 10;
export const BROKER_CLASSES = 5;

/**
 * The broker class (0-4) of a level (0-9). Each class is a sub-queue that the broker keeps alive, which is why RabbitMQ
 * advises a handful. Only level 0 is in class 0: everybody without a privilege stands together, below all who have one.
 */
export function brokerClass(level: number): number {
  return Math.ceil((level * (BROKER_CLASSES - 1)) / (LEVELS - 1));
}
