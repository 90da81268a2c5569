/** Hand-made entries and files for tests: a cron line of root and a file of root, changed where a test says so. */
import type { FileFact, IntegrityFact, PersistenceFact } from '../../model/facts/persistence.ts';
import { nowUs, text } from '../facts.fixture.ts';

export function entryFact(
  command: string,
  parts: Partial<PersistenceFact> & { readonly at?: string; readonly line?: number } = {},
): PersistenceFact {
  const { at = '/etc/cron.d/job', line = 3, ...rest } = parts;
  return {
    kind: 'persistence',
    source: { source: text(at), line },
    mechanism: 'cron-drop-in',
    user: text('root'),
    trigger: text('* * * * *'),
    command: text(command),
    language: 'shell',
    body: [],
    active: true,
    marks: [],
    text: text(`* * * * * root ${command}`),
    ...rest,
  };
}

/** A script with its lines. */
export function scriptFact(
  lines: string,
  parts: Partial<PersistenceFact> & { readonly at?: string } = {},
): PersistenceFact {
  return entryFact('', {
    body: lines.split('\n').map((line, index) => ({ line: index + 1, text: text(line) })),
    mechanism: 'cron-period',
    text: text(parts.at ?? '/etc/cron.daily/job'),
    ...parts,
  });
}

export function fileFact(path: string, parts: Partial<FileFact> = {}): FileFact {
  return {
    kind: 'file',
    source: { source: text(path) },
    path: text(path),
    status: 'ok',
    type: 'file',
    mode: 0o100755,
    uid: 0,
    gid: 0,
    size: 4096,
    links: 1,
    modifiedUs: nowUs - 86_400e6 * 300,
    changedUs: nowUs - 86_400e6 * 300,
    flags: [],
    capabilities: '',
    format: 'elf',
    ...parts,
  };
}

export function integrityFact(
  path: string,
  state: IntegrityFact['state'],
  name = 'coreutils',
): IntegrityFact {
  return {
    kind: 'integrity',
    source: { source: text('/var/lib/dpkg/info/x.md5sums') },
    path: text(path),
    package: text(name),
    manager: 'dpkg',
    state,
    text: text(`${path}: ${state}`),
  };
}
