/**
 * `node scripts/check-docs.mjs` finds what the documents name and the repository does not have: linked files and
 * headings, paths in backticks, `npm run` scripts, `photo-repair` commands, settings. It prints every problem as
 * file:line and ends with exit code 1 if there is one.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Documents at the root, and folders of documents. */
const DOCUMENTS = /^(README(\.[\w-]+)?|CONTRIBUTING|CREDITS)\.md$|^(docs|deploy)\/.*\.md$/;
/** Names of files are checked by these endings; picture names in documents are mostly examples. */
const FILE_NAME = /\.(ts|mts|mjs|cjs|js|json|ya?ml|md|css|html|sh|conf|toml)$/;
const MEDIA_TYPE = /^(application|audio|font|image|message|model|multipart|text|video)\//;
/** Workflow files that somebody might have, as examples call them. */
const EXAMPLE_WORKFLOW = /^(NAME|person(@\d+)?|修复)(\.task-type)?\.json$/;
/** Settings of other programs. */
const FOREIGN_SETTINGS = new Set([
  'COMPOSE_PROFILES',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NODE_ENV',
  'NODE_EXTRA_CA_CERTS',
  'NODE_OPTIONS',
  'NO_PROXY',
]);
const SETTING_SOURCES =
  /(^|\/)(env|[\w-]+-settings)\.ts$|^(docker-compose(\.[\w-]+)?\.yml|Dockerfile)$|^\.ci\/|^scripts\/.*\.mjs$/;

/** Every problem of the documents below `root`, as `{ file, line, message }`. */
export function checkDocs(root) {
  const repository = readRepository(root);
  return repository.files
    .filter((file) => DOCUMENTS.test(file))
    .flatMap((file) => checkDocument(file, readFileSync(join(root, file), 'utf8'), repository));
}

function readRepository(root) {
  const read = (file) => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '');
  const ignored = read('.gitignore')
    .split('\n')
    .filter((line) => /^\.?[\w-]+\/?$/.test(line))
    .map((line) => line.replace(/\/$/, ''));
  const generated = new Set([...ignored, '.git']);
  const files = listFiles(root, root, generated);
  const textOf = (pattern) =>
    files
      .filter((file) => pattern.test(file))
      .map(read)
      .join('\n');
  return {
    files,
    generated,
    /** Files and every folder above them. */
    paths: new Set(files.flatMap((file) => [file, ...foldersAbove(file)])),
    scripts: Object.keys(JSON.parse(read('package.json') || '{}').scripts ?? {}),
    commands: [
      ...textOf(/^apps\/cli\/src\/.*\.ts$/).matchAll(/(?:\.command|\badmin|\bforMany)\(\s*'([\w-]+)/g),
    ].map(([, name]) => name),
    settings: new Set(textOf(SETTING_SOURCES).match(/\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\b/g)),
    /** Constants of the code are written like settings. */
    constants: new Set(
      [...textOf(/\.m?ts$/).matchAll(/\bconst ([A-Z][A-Z0-9_]+)\b/g)].map(([, name]) => name),
    ),
    headings: (file) =>
      new Set([...withoutFences(read(file)).matchAll(/^#+ +(.+)$/gm)].map(([, text]) => slugOf(text))),
  };
}

function listFiles(root, folder, generated) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (generated.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory()
      ? listFiles(root, path, generated)
      : [relative(root, path).split(sep).join('/')];
  });
}

function foldersAbove(file) {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function checkDocument(file, text, repository) {
  const problems = [];
  let fenced = false;
  text.split('\n').forEach((content, index) => {
    const report = (message) => problems.push({ file, line: index + 1, message });
    if (/^\s*(```|~~~)/.test(content)) fenced = !fenced;
    else if (fenced) checkCommandLine(content, repository, report);
    else checkProse(content, file, repository, report);
  });
  return problems;
}

function checkCommandLine(content, repository, report) {
  checkCommands(content, repository, report);
  for (const [, name] of content.matchAll(/(?:^|\s)([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)=/g)) {
    checkSetting(name, repository, report);
  }
  for (const [, path] of content.matchAll(/\b(?:node|bash|sh|cat|source) (?:--?[\w-]+ )*([\w@./-]+)/g)) {
    if (path.includes('/') || FILE_NAME.test(path)) checkPath(path, '', repository, report);
  }
}

function checkProse(content, file, repository, report) {
  for (const [, code] of content.matchAll(/`([^`]+)`/g)) checkCode(code, file, repository, report);
  const prose = content.replaceAll(/`[^`]*`/g, (code) => code.replaceAll(/[^`]/g, '.'));
  for (const [, bracketed, plain] of prose.matchAll(/\]\((?:<([^>]+)>|([^)\s]+))[^)]*\)/g)) {
    checkLink(bracketed ?? plain, file, repository, report);
  }
  for (const [, target] of prose.matchAll(/^\s*\[[^\]]+\]:\s*(\S+)/g))
    checkLink(target, file, repository, report);
  for (const [, target] of prose.matchAll(/\b(?:src|href)="([^"]+)"/g))
    checkLink(target, file, repository, report);
}

function checkCode(code, file, repository, report) {
  checkCommands(code, repository, report);
  const [, name] = /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=|$)/.exec(code) ?? [];
  if (name !== undefined) checkSetting(name, repository, report);
  else if (isPath(code)) checkPath(code, dirname(file), repository, report);
}

/**
 * Text with a slash or the name of a file; not: addresses, API paths, packages, media types, text with spaces, and the
 * `kebab-case.role.ts` by which rules speak of names.
 */
function isPath(code) {
  if (/[\s:=()'"$|…]/.test(code) || /^([/@~-]|kebab-case\b)/.test(code) || MEDIA_TYPE.test(code))
    return false;
  if (EXAMPLE_WORKFLOW.test(code)) return false;
  return code.includes('/') || (FILE_NAME.test(code) && !code.startsWith('.'));
}

function checkPath(path, folder, repository, report) {
  const wanted = posix.normalize(path).replace(/\/$/, '');
  if (wanted === '.' || repository.generated.has(wanted.split('/')[0])) return;
  const fromHere = posix.join(folder.split(sep).join('/'), wanted);
  if (/[*<{]/.test(wanted)) {
    const pattern = patternOf(wanted);
    if (![...repository.paths].some((known) => pattern.test(known))) report(`nothing fits the path ${path}`);
    return;
  }
  if (repository.paths.has(wanted) || repository.paths.has(fromHere)) return;
  // The end of a path is enough where the sentence names the folder: `src/index.ts`, `env.ts`.
  if ([...repository.paths].some((known) => known.endsWith(`/${wanted}`))) return;
  report(`there is no ${path}`);
}

/** `*` and `<name>` stand for one part of a path, `**` for any number, `{a,b}` for either. */
function patternOf(path) {
  const source = path.replaceAll(/\*\*\/?|\*|<[^>]*>|\{([^}]*)\}|[.+^$()|[\]\\]/g, (found, choices) => {
    if (found.startsWith('**')) return '(?:.*)';
    if (found === '*' || found.startsWith('<')) return '[^/]*';
    return choices === undefined
      ? `\\${found}`
      : `(?:${choices.replaceAll('.', '\\.').split(',').join('|')})`;
  });
  return new RegExp(`(^|/)${source}$`);
}

function checkLink(target, file, repository, report) {
  if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(target)) return;
  const [path = '', fragment] = unescapeLink(target).split('#');
  const linked = path === '' ? file : posix.join(dirname(file), path.split('?')[0]).replace(/\/$/, '');
  if (linked !== '.' && !repository.paths.has(linked)) report(`the link ${target} leads nowhere`);
  else if (fragment && linked.endsWith('.md') && !repository.headings(linked).has(fragment.toLowerCase())) {
    report(`the link ${target} leads to a heading that is not there`);
  }
}

function checkCommands(text, repository, report) {
  for (const [, name] of text.matchAll(/\bnpm run ([\w:.-]+)/g)) {
    if (!repository.scripts.includes(name)) report(`package.json has no script "${name}"`);
  }
  for (const [, name] of text.matchAll(/\bnpm (start|test)\b/g)) {
    if (!repository.scripts.includes(name)) report(`package.json has no script "${name}"`);
  }
  for (const [, name] of text.matchAll(/\b(?:npx |bin\/)photo-repair(?:\.mjs)? ([a-z][\w-]*)/g)) {
    if (!repository.commands.includes(name)) report(`photo-repair has no command "${name}"`);
  }
}

function checkSetting(name, repository, report) {
  const known = [repository.settings, repository.constants, FOREIGN_SETTINGS].some(
    // Every setting may come from a file.
    (names) => names.has(name) || names.has(name.replace(/_FILE$/, '')),
  );
  if (!known) report(`no program reads the setting ${name}`);
}

function unescapeLink(target) {
  try {
    return decodeURIComponent(target);
  } catch {
    // A lone percent sign: then it means itself, and the link is looked up as it is written.
    return target;
  }
}

const withoutFences = (text) => text.replaceAll(/^\s*(```|~~~)[\s\S]*?^\s*\1/gm, '');

/** The name that GitHub gives a heading: lower case, without punctuation, dashes for spaces. */
function slugOf(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = checkDocs(fileURLToPath(new URL('..', import.meta.url)));
  for (const { file, line, message } of problems) process.stderr.write(`${file}:${line}: ${message}\n`);
  if (problems.length > 0) process.exitCode = 1;
}
