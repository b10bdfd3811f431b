import { isLink } from './graph-checks.js';
import { bilingual } from './bilingual.js';
import { onlyOf } from './photo-input.js';
import { PARAMETER_NAME, parameterSchema, type DeclaredParameter } from './side-file.js';
import type { WorkflowNode } from './workflow-graph.js';

const NUMBER = String.raw`-?\d+(?:\.\d+)?`;
const LABEL = /[(（]([^()（）]*)[)）]/u;
const STEP = new RegExp(String.raw`(?:^|\s)(?:step|步长)\s*[:：=]?\s*(${NUMBER})`, 'iu');
const RANGE = new RegExp(String.raw`(${NUMBER})\s*(?:\.{2,3}|…|~|～|至|\bto\b)\s*(${NUMBER})`, 'iu');
const OF = /(?:^|\s)of\s+([\w.-]+)/iu;
const CHOICES = /[^\s|]+(?:\s*\|\s*[^\s|]+)+/u;

/**
 * Reads what stands behind `param:` in a node's title:
 * `NAME (LABEL) of INPUT MINIMUM..MAXIMUM step STEP`, or `NAME a|b|c`, or `NAME` alone for a switch. All but the name may
 * be left out; a name in Chinese is the label, and the input lends its own name. Gives a sentence where it cannot be
 * understood.
 */
export function readTitleParameter(
  text: string,
  nodeId: string,
  node: WorkflowNode,
): DeclaredParameter | string {
  const { label, step, range, choices, of, name } = piecesOf(text);
  if (/\s/u.test(name) || (name === '' && label === undefined && of === undefined)) {
    return `"param: ${text}" is not understood; write it like: param: strength 0..1 step 0.05`;
  }
  const fits = kindOf(range, choices);
  const literals = Object.entries(node.inputs).filter(([, value]) => !isLink(value) && fits.test(value));
  const input = of ?? literals.find(([each]) => each === name)?.[0] ?? onlyOf(literals)?.[0];
  if (input === undefined) {
    const [example] = literals;
    if (example) {
      return `node ${nodeId} has several values; say which "param: ${text}" is about, like: of ${example[0]}`;
    }
    const hint = range || choices ? '' : '; say what it takes, like 0..1 or a|b';
    return `node ${nodeId} has no ${fits.words} for "param: ${text}"${hint}`;
  }
  const isName = PARAMETER_NAME.test(name);
  const parsed = parameterSchema.safeParse({
    name: isName ? name : input.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_'),
    title:
      label === undefined && !isName
        ? { en: readable(input), 'zh-CN': name || readable(input) }
        : bilingual(label ?? readable(name)),
    node: { id: nodeId },
    input,
    ...specOf(range, step, choices, node.inputs[input]),
  });
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return `"param: ${text}" cannot be used (${wrong.join('; ')})`;
}

/** Takes the text apart; what is left over is the name. */
function piecesOf(text: string) {
  let rest = text;
  const take = (pattern: RegExp): string[] | undefined => {
    const found = pattern.exec(rest);
    if (found === null) return undefined;
    rest = rest.replace(pattern, ' ');
    return [...found];
  };
  const label = take(LABEL)?.[1]?.trim();
  const step = take(STEP)?.[1];
  const range = take(RANGE);
  const [chosen] = take(CHOICES) ?? [];
  const choices = chosen?.split('|').map((choice) => choice.trim());
  const of = take(OF)?.[1];
  return { label, step, range, choices, of, name: rest.trim() };
}

/** What the kind of parameter needs; a fraction anywhere makes it a number that need not be whole. */
function specOf(
  range: readonly string[] | undefined,
  step: string | undefined,
  choices: readonly string[] | undefined,
  own: unknown,
): object {
  if (choices) return { kind: 'choice', choices };
  if (!range) return { kind: 'boolean' };
  const [, minimum = '', maximum = ''] = range;
  const limits = { minimum: Number(minimum), maximum: Number(maximum) };
  const written = [minimum, maximum, step ?? '', typeof own === 'number' ? String(own) : ''];
  if (!written.some((each) => each.includes('.'))) {
    return { kind: 'integer', ...limits, snapTo: Number(step ?? 1) };
  }
  return { kind: 'number', ...limits, ...(step !== undefined && { step: Number(step) }) };
}

function kindOf(range: unknown, choices: unknown): { words: string; test: (value: unknown) => boolean } {
  if (range !== undefined) return { words: 'number', test: (value) => typeof value === 'number' };
  if (choices === undefined) return { words: 'true or false', test: (value) => typeof value === 'boolean' };
  return {
    words: 'text or number',
    test: (value) => typeof value === 'string' || typeof value === 'number',
  };
}

/** `blend_factor` is `Blend factor`. */
function readable(name: string): string {
  const words = name.replaceAll(/[_.-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
