import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { Sentence } from './sentences.js';

/** A call in the source that asks for a sentence by a key that is written there. */
export class WordUse {
  constructor(
    private readonly where: string,
    /** The keys that it may mean, each in one of the rooms that the file speaks for. */
    private readonly keys: readonly string[],
    /** The names of the values that it gives; null where that cannot be read. */
    private readonly values: readonly string[] | null,
  ) {}

  complaintsAbout(sentences: ReadonlyMap<string, Sentence>): string[] {
    const meant = this.keys.flatMap((key) => sentences.get(key) ?? []);
    if (meant.length === 0) return [`${this.where}: there is no ${this.keys.join(' or ')}`];
    const { values } = this;
    if (values === null || meant.some((sentence) => isWhole(sentence, values))) return [];
    return [`${this.where}: ${this.keys.join(' or ')} takes ${meant[0]!.values.join(', ')}`];
  }
}

function isWhole({ kind, values: wanted }: Sentence, values: readonly string[]): boolean {
  const given = new Set(values);
  if (kind !== 'plain' && !given.has('count')) return false;
  if ((kind === 'ordinal') !== given.has('ordinal')) return false;
  return wanted.every((name) => given.has(name));
}

export interface WordUses {
  /** Those whose key is a plain text. */
  readonly calls: readonly WordUse[];
  /** Whether a key is written anywhere in the source, whole or in part (`photo:now.${phase}`). */
  readonly mentions: (key: string) => boolean;
}

/**
 * What the source asks the words for. A key that is put together is known in part only, and a `t` that came as an
 * argument may be any room's: what is found wrong is wrong, but not all that is wrong is found. The compiler, which knows
 * the keys of each `t`, finds more.
 */
export function readUses(folder: URL, rooms: readonly string[]): WordUses {
  const root = fileURLToPath(folder);
  const calls: WordUse[] = [];
  const whole = new Set<string>();
  const patterns: RegExp[] = [];
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(path) || /\.spec\.ts$|^words\//.test(path)) continue;
    const source = ts.createSourceFile(path, readFileSync(root + path, 'utf8'), ts.ScriptTarget.Latest, true);
    const roomsOf = translatorsIn(source);
    visit(source, (node) => {
      if (ts.isStringLiteralLike(node)) whole.add(node.text);
      if (ts.isTemplateExpression(node)) patterns.push(...patternOf(node));
      const call = readCall(node, roomsOf, rooms);
      if (call) calls.push(new WordUse(`${path}:${lineOf(source, node)}`, call.keys, call.values));
    });
  }
  return {
    calls,
    mentions: (key) => {
      const names = [key, key.slice(key.indexOf(':') + 1)];
      return names.some((name) => whole.has(name) || patterns.some((pattern) => pattern.test(name)));
    },
  };
}

/** What a text that is put together may be; nothing of one in which too little is written to tell. */
function patternOf({ head, templateSpans }: ts.TemplateExpression): RegExp[] {
  const written = [head.text, ...templateSpans.map(({ literal }) => literal.text)];
  if (!/[a-z]{3}/.test(written.join(' '))) return [];
  return [new RegExp(`^${written.map((text) => text.replaceAll(/[^\w:]/g, '\\$&')).join('[\\w.-]+')}$`)];
}

/** The rooms that each `t` of a file speaks for, by its name there. */
function translatorsIn(source: ts.SourceFile): Map<string, string[]> {
  const found = new Map<string, string[]>();
  visit(source, (node) => {
    if (!ts.isVariableDeclaration(node) || !ts.isObjectBindingPattern(node.name)) return;
    const call = node.initializer;
    if (!call || !ts.isCallExpression(call) || call.expression.getText() !== 'useTranslation') return;
    const [argument] = call.arguments;
    const spoken = argument ? textsIn(argument) : ['shell'];
    for (const { name, propertyName } of node.name.elements) {
      if ((propertyName ?? name).getText() !== 't') continue;
      found.set(name.getText(), [...(found.get(name.getText()) ?? []), ...spoken]);
    }
  });
  return found;
}

const TRANSLATORS = ['t', 'say', 'i18next.t'];

function readCall(
  node: ts.Node,
  roomsOf: ReadonlyMap<string, string[]>,
  rooms: readonly string[],
): { keys: string[]; values: string[] | null } | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const [key, values] = node.arguments;
  const name = node.expression.getText();
  if (!key || !ts.isStringLiteralLike(key) || !(roomsOf.has(name) || TRANSLATORS.includes(name)))
    return undefined;
  const isNamed = rooms.some((room) => key.text.startsWith(`${room}:`));
  const spoken = roomsOf.get(name) ?? rooms;
  return {
    keys: isNamed ? [key.text] : spoken.map((room) => `${room}:${key.text}`),
    values: values ? namesIn(values) : [],
  };
}

function namesIn(values: ts.Expression): string[] | null {
  if (!ts.isObjectLiteralExpression(values) || values.properties.some(ts.isSpreadAssignment)) return null;
  return values.properties.flatMap(({ name }) => name?.getText() ?? []);
}

function textsIn(node: ts.Node): string[] {
  const texts: string[] = [];
  visit(node, (child) => {
    if (ts.isStringLiteralLike(child)) texts.push(child.text);
  });
  return texts;
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

function lineOf(source: ts.SourceFile, node: ts.Node): number {
  return source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
}
