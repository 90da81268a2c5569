/**
 * The Debian mirror this machine already uses, read from its apt sources (sources.list(5), both styles).
 *
 * The test set-up downloads only from there: what the machine's owner chose is near, allowed, and often the
 * only one that a closed network reaches.
 */

export const defaultMirror = 'http://deb.debian.org/debian';

interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
}

const suiteNames = new Set([
  ...['bullseye', 'bookworm', 'trixie', 'forky', 'duke', 'sid'],
  ...['oldoldstable', 'oldstable', 'stable', 'testing', 'unstable'],
]);

/** One-line style: `deb [options] uri suite component…`. */
function oneLine(text: string): readonly AptSource[] {
  const sources: AptSource[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line);
    if (match === null) continue;
    const [, uri = '', suite = '', components = ''] = match;
    sources.push({ uri, suites: [suite], components: components.trim().split(/\s+/) });
  }
  return sources;
}

/** deb822 style: paragraphs of `Field: values`, a line that begins with a blank continues the field. */
function paragraphs(text: string): readonly AptSource[] {
  const sources: AptSource[] = [];
  for (const paragraph of text.split(/\n[ \t]*\n/)) {
    const fields = new Map<string, string[]>();
    let current: string[] = [];
    for (const line of paragraph.split('\n')) {
      if (line.startsWith('#')) continue;
      const head = /^([A-Za-z-]+):(.*)$/.exec(line);
      if (head !== null) {
        current = [];
        fields.set((head[1] ?? '').toLowerCase(), current);
      }
      current.push(...(head?.[2] ?? line).split(/\s+/).filter((word) => word !== ''));
    }
    if (!(fields.get('types') ?? []).includes('deb')) continue;
    if ((fields.get('enabled') ?? [])[0]?.toLowerCase() === 'no') continue;
    for (const uri of fields.get('uris') ?? []) {
      sources.push({
        uri,
        suites: fields.get('suites') ?? [],
        components: fields.get('components') ?? [],
      });
    }
  }
  return sources;
}

/** The first source that is Debian's own archive; third parties use other suites, components or paths. */
function isArchive(source: AptSource): boolean {
  return (
    /^https?:\/\/.+\/debian(\/\d{8}T\d{6}Z)?\/?$/.test(source.uri) &&
    source.components.includes('main') &&
    source.suites.some((suite) => suiteNames.has(suite))
  );
}

/**
 * @param files apt source files, `.list` or `.sources`, in the order apt reads them
 * @param readMirrorList text of the file behind a `mirror+file:` address, as Debian's cloud images have it
 */
export function debianMirror(
  files: readonly { readonly name: string; readonly text: string }[],
  readMirrorList: (path: string) => string,
): string {
  for (const { name, text } of files) {
    for (const source of name.endsWith('.sources') ? paragraphs(text) : oneLine(text)) {
      const list = /^mirror\+file:(?:\/\/)?(\/.*)$/.exec(source.uri)?.[1];
      const uri = list === undefined ? source.uri : readMirrorList(list).trim().split(/\s/)[0];
      if (uri !== undefined && isArchive({ ...source, uri })) return uri.replace(/\/$/, '');
    }
  }
  return defaultMirror;
}
