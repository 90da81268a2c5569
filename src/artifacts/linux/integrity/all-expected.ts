/**
 * Everything that the package database says of contents: what `--integrity full` goes through.
 *
 * What it is NOT: a list of all files; folders, links and what packages make when they are installed have no sums.
 * Files that an administrator excludes (dpkg.cfg `path-exclude`) and documentation are marked as left out: their
 * absence says nothing. Bounds: 100,000 lists, 8 MiB of one, 192 MiB of an rpm database.
 */
import { isExcluded } from '../../../formats/dpkg-exclude.ts';
import { parseDiversions } from '../../../formats/package-files.ts';
import { apkSums, dpkgSums, pacmanSums } from '../../../formats/package-hashes.ts';
import { joinPath, phrase, printableText } from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';
import { eachRpmHeader, rpmDatabaseOf } from '../rpm-database.ts';
import { dpkgRulesOf } from './dpkg-rules.ts';
import { dpkgStateOf, type Expected, printablePath } from './expected.ts';

const mostLists = 100_000;
const listLimit = 8 << 20;
const databaseLimit = 192 << 20;
const dpkgInfo = printableText('/var/lib/dpkg/info');
const dpkgStatus = printableText('/var/lib/dpkg/status');
const dpkgDiversions = printableText('/var/lib/dpkg/diversions');
const apkDatabases = [printableText('/lib/apk/db/installed'), printableText('/usr/lib/apk/db/installed')];
const pacmanLocal = printableText('/var/lib/pacman/local');

/** Images are made without it in many ways, and nothing runs from it. */
const documentation = /^\/usr\/share\/(?:doc|doc-base|man|info|locale|lintian|help|gnome\/help|bug)\//;

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function* ofDpkg(target: Target): Generator<Expected> {
  const listed = target.readNow({ kind: 'directory', path: dpkgInfo, limit: 8 * mostLists });
  if (listed.entries.length === 0) return;
  const state = dpkgStateOf(target);
  const rules = dpkgRulesOf(target);
  const { bytes: diverted } = target.readNow({ kind: 'file', path: dpkgDiversions, limit: listLimit });
  const moved = new Map(
    parseDiversions(diverted).map(({ from, to, package: by }) => [latin1(from), { to: latin1(to), by }]),
  );
  const lists = listed.entries.filter(({ name }) => name.endsWith('.md5sums')).slice(0, mostLists);
  for (const { name } of lists) {
    const source = joinPath(dpkgInfo, name);
    const owner = printableText(name.slice(0, -'.md5sums'.length).split(':', 1)[0] ?? '');
    const { bytes } = target.readNow({ kind: 'file', path: source, limit: listLimit });
    for (const sum of [...dpkgSums(bytes)]) {
      const away = moved.get(sum.path);
      const path = away !== undefined && away.by !== owner ? away.to : sum.path;
      if (state.conffiles.has(sum.path)) continue;
      yield {
        path: printablePath(path),
        manager: 'dpkg',
        package: owner,
        source,
        sum,
        conffile: false,
        between: state.between.has(owner),
        leftOut: documentation.test(path) || isExcluded(rules, sum.path),
      };
    }
  }
  for (const [path, { package: owner, digest, obsolete }] of state.conffiles) {
    if (obsolete || digest.length !== 32) continue;
    const sum = { algorithm: 'md5' as const, digest };
    const known = { path: printablePath(path), package: printablePath(owner), source: dpkgStatus, sum };
    yield { ...known, manager: 'dpkg', conffile: true, between: state.between.has(owner), leftOut: false };
  }
}

function ofRpm(target: Target): readonly Expected[] {
  const database = rpmDatabaseOf(target);
  if (database === undefined || database.status !== 'ok') return [];
  const all: Expected[] = [];
  const { source } = database;
  eachRpmHeader(database.bytes, (header) => {
    const owner = printablePath(header.name);
    for (const file of header.files()) {
      const { algorithm, digest, size } = file;
      // In the place of one that was replaced stands another package's.
      if (algorithm === undefined || digest === '' || file.ghost || !file.installed) continue;
      all.push({
        path: printablePath(file.path),
        manager: 'rpm',
        package: owner,
        source,
        sum: { algorithm, digest },
        ...(size === undefined ? {} : { size }),
        conffile: file.config,
        between: false,
        leftOut: documentation.test(file.path),
      });
    }
  });
  return all;
}

function ofApk(target: Target): readonly Expected[] {
  for (const source of apkDatabases) {
    const { status, bytes } = target.readNow({ kind: 'file', path: source, limit: databaseLimit });
    if (status === 'absent') continue;
    return apkSums(bytes).map((sum) => ({
      path: printablePath(sum.path),
      manager: 'apk',
      package: printablePath(sum.package),
      source,
      sum,
      conffile: sum.path.startsWith('/etc/'),
      between: false,
      leftOut: documentation.test(sum.path),
    }));
  }
  return [];
}

function* ofPacman(target: Target): Generator<Expected> {
  const listed = target.readNow({ kind: 'directory', path: pacmanLocal, limit: mostLists });
  for (const { name, type } of listed.entries) {
    if (type !== 'directory') continue;
    const source = phrase`${pacmanLocal}/${name}/mtree`;
    const { bytes } = target.readNow({ kind: 'file', path: source, limit: listLimit });
    for (const sum of pacmanSums(bytes)) {
      yield {
        path: printablePath(sum.path),
        manager: 'pacman',
        package: printableText(name.split('-').slice(0, -2).join('-')),
        source,
        sum,
        conffile: sum.path.startsWith('/etc/'),
        between: false,
        leftOut: documentation.test(sum.path),
      };
    }
  }
}

export function* allExpected(target: Target): Generator<Expected> {
  yield* ofDpkg(target);
  yield* ofApk(target);
  yield* ofPacman(target);
  yield* ofRpm(target);
}
