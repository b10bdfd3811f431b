import { join, normalize } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { readText } from '../compose/compose-file.js';

/** A part of a manifest. */
export type Tree = { [key: string]: unknown };

/** An object of Kubernetes. */
export interface Manifest extends Tree {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
}

interface Kustomization {
  namespace?: string;
  resources?: string[];
  components?: string[];
  patches?: { path?: string; patch?: string; target?: { kind: string; name: string } }[];
  images?: { name: string; newName: string; newTag: string }[];
  configMapGenerator?: { name: string; files: string[]; options: { disableNameSuffixHash: true } }[];
}

const KNOWN = [
  'apiVersion',
  'kind',
  'namespace',
  'resources',
  'components',
  'patches',
  'images',
  'configMapGenerator',
];

/** By what the entries of these lists are told apart when a patch is put on them; other lists are replaced. */
const MERGE_KEYS: Record<string, string> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  tolerations: 'key',
  topologySpreadConstraints: 'topologyKey',
};

/**
 * What `kubectl kustomize FOLDER` prints, for the part of kustomize that our folders use.
 * @throws Error for anything else in a kustomization, so that nothing is overlooked.
 */
export function renderKustomization(folder: string, before: readonly Manifest[] = []): Manifest[] {
  const file = parse(readText(join(folder, 'kustomization.yaml'))) as Kustomization;
  const unknown = Object.keys(file).filter((key) => !KNOWN.includes(key));
  if (unknown.length > 0)
    throw new Error(`${folder}: kustomize has more fields than this: ${unknown.join(', ')}`);
  let all = [...before];
  for (const resource of file.resources ?? []) {
    const path = normalize(join(folder, resource));
    all.push(...(resource.endsWith('.yaml') ? readManifests(path) : renderKustomization(path)));
  }
  for (const { name, files } of file.configMapGenerator ?? []) {
    const data = Object.fromEntries(files.map((each) => [each, readText(join(folder, each))]));
    all.push({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
  }
  for (const component of file.components ?? [])
    all = renderKustomization(normalize(join(folder, component)), all);
  for (const { path, patch, target } of file.patches ?? []) {
    if (path !== undefined) for (const each of readManifests(join(folder, path))) all = applyMerge(all, each);
    else if (patch !== undefined && target !== undefined)
      removeFields(findOne(all, target.kind, target.name), patch);
    else throw new Error(`${folder}: a patch that this does not know`);
  }
  for (const image of file.images ?? []) setImage(all, image);
  if (file.namespace !== undefined) for (const each of all) setNamespace(each, file.namespace);
  return all;
}

const readManifests = (path: string): Manifest[] =>
  parseAllDocuments(readText(path)).map((document) => document.toJS() as Manifest);

/** The object of this kind and name. @throws Error where there is none. */
export function findOne(all: readonly Manifest[], kind: string, name: string): Manifest {
  const found = all.find((each) => each.kind === kind && each.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} "${name}"`);
  return found;
}

function applyMerge(all: readonly Manifest[], patch: Manifest): Manifest[] {
  const old = findOne(all, patch.kind, patch.metadata.name);
  if (patch['$patch'] === 'delete') return all.filter((each) => each !== old);
  return all.map((each) => (each === old ? (merge(old, patch, '') as Manifest) : each));
}

function merge(before: unknown, after: unknown, key: string): unknown {
  const by = MERGE_KEYS[key];
  if (Array.isArray(before) && Array.isArray(after) && by !== undefined) {
    const same = (one: Tree, other: Tree) => one[by] === other[by];
    const kept = (before as Tree[]).map((one) => {
      const patch = (after as Tree[]).find((other) => same(one, other));
      return patch === undefined ? one : merge(one, patch, '');
    });
    return [
      ...kept,
      ...(after as Tree[]).filter((one) => !(before as Tree[]).some((other) => same(one, other))),
    ];
  }
  if (!isTree(before) || !isTree(after)) return after;
  const merged: Tree = { ...before };
  for (const [name, value] of Object.entries(after)) {
    if (value === null) delete merged[name];
    else merged[name] = name in before ? merge(before[name], value, name) : value;
  }
  return merged;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The one operation of JSON patches that we use. */
function removeFields(manifest: Manifest, patch: string): void {
  for (const { op, path } of parse(patch) as { op: string; path: string }[]) {
    if (op !== 'remove') throw new Error(`a patch that this does not know: ${op}`);
    const parts = path.slice(1).split('/');
    const last = parts.pop() ?? '';
    let at: Tree = manifest;
    for (const part of parts) at = at[part] as Tree;
    if (!(last in at)) throw new Error(`there is nothing to remove at ${path}`);
    delete at[last];
  }
}

function setImage(node: unknown, image: { name: string; newName: string; newTag: string }): void {
  if (Array.isArray(node)) for (const each of node) setImage(each, image);
  else if (isTree(node)) {
    if (node['image'] === image.name) node['image'] = `${image.newName}:${image.newTag}`;
    for (const value of Object.values(node)) setImage(value, image);
  }
}

function setNamespace(manifest: Manifest, namespace: string): void {
  if (manifest.kind !== 'Namespace') manifest.metadata.namespace = namespace;
}
