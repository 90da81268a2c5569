/**
 * The places that artifacts declare, as a tree of names: which names in a folder are such a place, and which folders lead
 * to one. Pure; made from the declarations, so that a mechanism that is added is watched as well.
 *
 * `*` stands for any part of one name, `**` for folders to any depth, of which few levels are followed, and `{a,b}` for
 * either.
 */
import type { SourceDeclaration } from '../../artifacts/artifact.ts';

export interface PlaceNode {
  /** The name, or the pattern of one. */
  readonly exact: Map<string, PlaceNode>;
  readonly patterns: Map<string, { readonly form: RegExp; readonly node: PlaceNode }>;
  /** A path that ends here is a place. */
  isPlace: boolean;
  /** `**`: what follows may lie deeper. */
  deep: PlaceNode | undefined;
  /** Of what stands behind a `**`: a folder in between, where all of it goes on. One object, so that it is known again. */
  between: PlaceNode | undefined;
}

/** Files of the kernel, and units that generators of systemd make anew at each reload from what lies elsewhere. */
const made = /^\/(?:(?:proc|sys|dev)(?:\/|$)|run\/systemd\/generator)/;
/** `{a,b}` in one pattern; more alternatives than this are no pattern of ours. */
const mostAlternatives = 64;

export const emptyNode = (): PlaceNode => ({
  exact: new Map(),
  patterns: new Map(),
  isPlace: false,
  deep: undefined,
  between: undefined,
});

/** `{a,b}` spelled out. */
function alternatives(pattern: string): readonly string[] {
  const found = /\{([^{}]*)\}/.exec(pattern);
  if (found === null) return [pattern];
  const [whole, inner = ''] = found;
  return inner
    .split(',')
    .flatMap((one) =>
      alternatives(pattern.slice(0, found.index) + one + pattern.slice(found.index + whole.length)),
    )
    .slice(0, mostAlternatives);
}

const formOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => RegExp.escape(part))
      .join('[^/]*')}$`,
  );

function childOf(node: PlaceNode, name: string): PlaceNode {
  if (name === '**') {
    node.deep ??= emptyNode();
    return node.deep;
  }
  if (!name.includes('*')) {
    const known = node.exact.get(name) ?? emptyNode();
    node.exact.set(name, known);
    return known;
  }
  const known = node.patterns.get(name) ?? { form: formOf(name), node: emptyNode() };
  node.patterns.set(name, known);
  return known.node;
}

/** Adds a path, whose last name is a place. */
export function addPlace(root: PlaceNode, path: string): void {
  let node = root;
  for (const name of path.split('/')) if (name !== '') node = childOf(node, name);
  node.isPlace = true;
}

/** Patterns of places, each once: files and globs, and what lies in the folders whose names are read. */
export function placePatterns(sources: readonly SourceDeclaration[]): readonly string[] {
  const patterns = sources.flatMap(({ kind, path }): readonly string[] => {
    if (!path.startsWith('/') || made.test(path)) return [];
    if (kind === 'directory') return [`${path === '/' ? '' : path}/*`];
    return kind === 'file' || kind === 'glob' || kind === 'link' ? alternatives(path) : [];
  });
  return [...new Set(patterns)];
}

export function placeTree(patterns: readonly string[]): PlaceNode {
  const root = emptyNode();
  for (const pattern of patterns) addPlace(root, pattern);
  return root;
}

/** Where one stands in the tree: several patterns may lead to the same folder. */
export interface Standing {
  readonly node: PlaceNode;
  /** Folders below a `**` that were entered. */
  readonly depth: number;
}

export const standingAt = (root: PlaceNode): readonly Standing[] => [{ node: root, depth: 0 }];

/** Levels of folders that `**` stands for; deeper ones are found by the scans of the watch. */
const mostDepth = 3;

export interface Stepped {
  /** The path with this name is a place. */
  readonly isPlace: boolean;
  /** Places may lie in it, where it is a folder. */
  readonly inside: readonly Standing[];
}

function matching(node: PlaceNode, name: string): readonly PlaceNode[] {
  const exact = node.exact.get(name);
  const found = exact === undefined ? [] : [exact];
  for (const { form, node: one } of node.patterns.values()) if (form.test(name)) found.push(one);
  return found;
}

/** What a name in a folder is. */
export function step(standings: readonly Standing[], name: string): Stepped {
  let isPlace = false;
  const inside: Standing[] = [];
  for (const { node, depth } of standings) {
    const deep = node.deep;
    const found = [...matching(node, name), ...(deep === undefined ? [] : matching(deep, name))];
    // `/a/**` alone means all that lies in it.
    if (found.some((one) => one.isPlace) || deep?.isPlace === true) isPlace = true;
    for (const one of found) {
      if (one.exact.size > 0 || one.patterns.size > 0 || one.deep !== undefined)
        inside.push({ node: one, depth: 0 });
    }
    if (deep !== undefined && depth < mostDepth) {
      deep.between ??= { ...emptyNode(), deep };
      inside.push({ node: deep.between, depth: depth + 1 });
    }
  }
  return { isPlace, inside };
}

/** Whether anything directly in the folder can be a place: then also what is written in it matters. */
export const holdsPlaces = (standings: readonly Standing[]): boolean =>
  standings.some(
    ({ node }) =>
      node.deep !== undefined ||
      [...node.exact.values()].some(({ isPlace }) => isPlace) ||
      [...node.patterns.values()].some(({ node: one }) => one.isPlace),
  );
