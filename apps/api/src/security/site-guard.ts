import type { NextFunction, Request, Response } from 'express';
import { ProblemException } from '../problems/problem.exception.js';
import { isForeignHost, isForeignOrigin, type SiteRules } from './foreign-site.js';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Refuses requests that a page of another site makes a browser send, before their body is read. */
export function siteGuard(rules: SiteRules) {
  return (request: Request, _response: Response, next: NextFunction): void => {
    const changing = !SAFE_METHODS.includes(request.method);
    const foreign =
      isForeignHost(request.headers, rules) || (changing && isForeignOrigin(request.headers, rules));
    if (!foreign) return next();
    next(new ProblemException('foreign_site'));
  };
}
