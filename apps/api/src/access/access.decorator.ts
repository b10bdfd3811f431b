import { Reflector } from '@nestjs/core';
import type { AccessRule } from './access-rule.js';

/** Says who may use a route, or every route of a controller. A route without it is refused when the app starts. */
export const Access = Reflector.createDecorator<AccessRule>();
