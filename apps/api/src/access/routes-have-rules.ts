import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { Access } from './access.decorator.js';

/** Where Nest's `@Get` and its like write down that a method is a route. */
const METHOD_METADATA = 'method';

/** Refuses to start an app in which somebody forgot to say who may use a route. */
@Injectable()
export class RoutesHaveRules implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Error naming every route without `@Access`. */
  onModuleInit(): void {
    const open = this.discovery.getControllers().flatMap(({ metatype }) => this.withoutRule(metatype));
    if (open.length > 0) throw new Error(`These routes do not say who may use them: ${open.join(', ')}.`);
  }

  private withoutRule(controller: unknown): string[] {
    if (typeof controller !== 'function') return [];
    const prototype = controller.prototype as Record<string, unknown>;
    return this.scanner
      .getAllMethodNames(prototype)
      .filter((name) => {
        const method = prototype[name] as () => unknown;
        if (Reflect.getMetadata(METHOD_METADATA, method) === undefined) return false;
        return this.reflector.getAllAndOverride(Access, [method, controller]) === undefined;
      })
      .map((name) => `${controller.name}.${name}`);
  }
}
